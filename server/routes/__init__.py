"""Everything that can be asked over HTTP, one file for each noun."""

from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from ..storage.media import Media
from ..storage.thumbnails import Thumbnails
from ..storage.uploads import Looked, Uploads
from . import (
    assets,
    editor,
    examples,
    library,
    login,
    page,
    parts,
    preferences,
    queue,
    runs,
    saved,
    trash,
)

if TYPE_CHECKING:
    from ..app import Server

TABLES = (
    login.routes,
    editor.routes,
    page.routes,
    runs.routes,
    queue.routes,
    saved.routes,
    trash.routes,
    examples.routes,
    preferences.routes,
    library.routes,
    assets.routes,
)


def add(app: web.Application, server: "Server") -> None:
    """Give an application its routes, and what they stand on."""
    settings, checker = server.settings, server.checker

    async def look(path: Path) -> Looked:
        picture = await checker.picture(path)
        return Looked(picture.mime, picture.width, picture.height, picture.notices)

    app[parts.SETTINGS], app[parts.KEYS] = settings, server.keys
    app[parts.CALLS], app[parts.RECORD] = server.calls, server.record
    app[parts.SOCKETS], app[parts.WELL] = server.sockets, server.is_well
    app[parts.CHECKER], app[parts.EXAMPLES] = checker, server.examples
    app[parts.WORKFLOWS] = server.workflows
    app[parts.MEDIA] = Media(settings.data)
    app[parts.THUMBNAILS] = Thumbnails(settings.cache / "thumbnails", checker.thumbnail)
    app[parts.UPLOADS] = Uploads(settings, look)
    for table in TABLES:
        app.add_routes(table)

"""What the routes stand on, as an application holds it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from aiohttp import web

from ..login import Keys
from ..settings import Settings
from ..storage.examples import Examples
from ..storage.media import Media
from ..storage.thumbnails import Thumbnails
from ..storage.uploads import Uploads
from ..storage.workflows import Workflows

if TYPE_CHECKING:
    from ..calls import Calls
    from ..checker import Checker
    from ..record import Record
    from ..socket import Sockets

SETTINGS: web.AppKey[Settings] = web.AppKey("settings")
KEYS: web.AppKey[Keys | None] = web.AppKey("keys")
CALLS: "web.AppKey[Calls]" = web.AppKey("calls")
CHECKER: "web.AppKey[Checker]" = web.AppKey("checker")
RECORD: "web.AppKey[Record]" = web.AppKey("record")
SOCKETS: "web.AppKey[Sockets]" = web.AppKey("sockets")
WELL: web.AppKey[Callable[[], bool]] = web.AppKey("well")
MEDIA: web.AppKey[Media] = web.AppKey("media")
THUMBNAILS: web.AppKey[Thumbnails] = web.AppKey("thumbnails")
UPLOADS: web.AppKey[Uploads] = web.AppKey("uploads")
EXAMPLES: web.AppKey[Examples] = web.AppKey("examples")
WORKFLOWS: web.AppKey[Workflows] = web.AppKey("workflows")

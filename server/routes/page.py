"""The page that shows what the server does, until the editor stands there."""

import hashlib
from pathlib import Path

from aiohttp import web

from ..refused import Refused
from .thread import in_thread

routes = web.RouteTableDef()
FOLDER = Path(__file__).resolve().parents[2] / "web" / "page"
TYPES = {
    "index.html": "text/html",
    "page.js": "text/javascript",
    "server.js": "text/javascript",
    "draw.js": "text/javascript",
    "page.css": "text/css",
    "parts.css": "text/css",
    "icon.svg": "image/svg+xml",
}


@routes.get("/")
async def index(request: web.Request) -> web.Response:
    """The page itself."""
    return await _file(request, "index.html")


@routes.get("/favicon.ico")
async def icon(request: web.Request) -> web.Response:
    """Its icon, where a browser looks for one by itself."""
    return await _file(request, "icon.svg")


@routes.get("/app/{name}")
async def part(request: web.Request) -> web.Response:
    """A file that belongs to it."""
    return await _file(request, request.match_info["name"])


async def _file(request: web.Request, name: str) -> web.Response:
    if name not in TYPES:
        raise Refused("not_found", "There is nothing here of this name.")
    data = await in_thread((FOLDER / name).read_bytes)
    said = {"ETag": f'"{hashlib.sha256(data).hexdigest()}"', "Cache-Control": "no-cache"}
    if request.headers.get("If-None-Match") == said["ETag"]:
        return web.Response(status=304, headers=said)
    return web.Response(body=data, content_type=TYPES[name], charset="utf-8", headers=said)

"""The page that shows what the server does; it needs nothing to be built."""

from pathlib import Path

from aiohttp import web

from ..refused import Refused
from .sending import send_fixed
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


@routes.get("/status")
async def status(request: web.Request) -> web.Response:
    """The page itself."""
    return await shown(request, "index.html")


@routes.get("/favicon.ico")
@routes.get("/icon.svg")
async def icon(request: web.Request) -> web.Response:
    """Our icon, also where a browser looks for one by itself."""
    return await shown(request, "icon.svg")


@routes.get("/app/{name}")
async def part(request: web.Request) -> web.Response:
    """A file that belongs to it."""
    return await shown(request, request.match_info["name"])


async def shown(request: web.Request, name: str) -> web.Response:
    """One of its files."""
    if name not in TYPES:
        raise Refused("not_found", "There is nothing here of this name.")
    data = await in_thread((FOLDER / name).read_bytes)
    return send_fixed(request, data, TYPES[name])

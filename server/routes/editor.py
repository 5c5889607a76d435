"""The editor as it was built. Where it is not, the page that shows what the server does."""

import re
from pathlib import Path

from aiohttp import web

from ..refused import Refused
from . import page
from .parts import SETTINGS
from .sending import send_fixed
from .thread import in_thread

routes = web.RouteTableDef()
FOR_EVER = "public, max-age=31536000, immutable"  # another content has another name
NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*")
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".png": "image/png",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}


@routes.get("/")
async def index(request: web.Request) -> web.Response:
    """The editor itself."""
    data = await in_thread(_read, request.app[SETTINGS].editor / "index.html")
    if data is None:
        return await page.shown(request, "index.html")
    return send_fixed(request, data, "text/html")


@routes.get("/assets/{name}")
async def part(request: web.Request) -> web.Response:
    """A file that belongs to it, packed where the browser takes it so."""
    name = request.match_info["name"]
    kind = TYPES.get(Path(name).suffix)
    if kind is None or not NAME.fullmatch(name):
        raise Refused("not_found", "There is nothing here of this name.")
    said = {"Content-Type": kind, "Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    file = request.app[SETTINGS].editor / "assets" / name
    packed = await in_thread(_read, file.with_name(f"{name}.gz")) if _unpacks(request) else None
    if packed is not None:
        return web.Response(body=packed, headers=said | {"Content-Encoding": "gzip"})
    data = await in_thread(_read, file)
    if data is None:
        raise Refused("not_found", "There is nothing here of this name.")
    return web.Response(body=data, headers=said)


def _unpacks(request: web.Request) -> bool:
    taken = request.headers.get("Accept-Encoding", "").split(",")
    return "gzip" in (coding.strip() for coding in taken)


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None

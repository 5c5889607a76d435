"""A stored file as an answer: whole or a part of it, and nothing in it can do anything."""

import asyncio
import hashlib
import re
from typing import IO
from urllib.parse import quote

from aiohttp import web

from .. import headers
from ..record import FileRow
from ..refused import Refused
from ..storage.kinds import SHOWN

PIECE = 2**18
PATIENCE = 20.0  # seconds in which a client must have taken a piece
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
KEEP = "private, max-age=31536000, immutable"  # another content is another asset


async def send(
    request: web.Request, file: IO[bytes], row: FileRow, other: str = ""
) -> web.StreamResponse:
    """Send an open file, and close it. `other` says what is another than in the stored one."""
    with file:
        size = file.seek(0, 2)
        tag = f'"{row.sha256}{other}"'
        said = _said(row.mime, row.name, tag) | {"Accept-Ranges": "bytes"}
        if _has(request, tag):
            return web.Response(status=304, headers=said)
        begin, end = _part(request, size, tag)
        status = 200 if (begin, end) == (0, size) else 206
        if status == 206:
            said["Content-Range"] = f"bytes {begin}-{end - 1}/{size}"
        response = web.StreamResponse(status=status, headers=said)
        response.content_length = end - begin
        await response.prepare(request)
        if request.method != "HEAD":
            await _copy(file, begin, end, response)
        await response.write_eof()
        return response


def send_small(request: web.Request, picture: bytes, row: FileRow) -> web.Response:
    """Send a small picture of a stored one."""
    tag = f'"{row.sha256}-{len(picture)}"'
    said = _said("image/webp", f"{row.name}.webp", tag)
    if _has(request, tag):
        return web.Response(status=304, headers=said)
    return web.Response(body=picture, headers=said)


def send_fixed(request: web.Request, data: bytes, mime: str) -> web.Response:
    """Send a file of the program's own, which may be another after an update."""
    said = {"ETag": f'"{hashlib.sha256(data).hexdigest()}"', "Cache-Control": "no-cache"}
    if _has(request, said["ETag"]):
        return web.Response(status=304, headers=said)
    charset = None if mime == "image/webp" else "utf-8"
    return web.Response(body=data, content_type=mime, charset=charset, headers=said)


async def _copy(file: IO[bytes], begin: int, end: int, response: web.StreamResponse) -> None:
    await asyncio.to_thread(file.seek, begin)
    while begin < end:
        piece = await asyncio.to_thread(file.read, min(PIECE, end - begin))
        if not piece:
            raise ConnectionResetError("the file became shorter")
        begin += len(piece)
        try:
            async with asyncio.timeout(PATIENCE):
                await response.write(piece)
        except TimeoutError:
            raise ConnectionResetError("the client takes nothing") from None


def _said(mime: str, name: str, tag: str) -> dict[str, str]:
    shown = mime in SHOWN
    return {
        "Content-Type": mime if shown else "application/octet-stream",
        "Content-Disposition": disposition("inline" if shown else "attachment", name),
        "Content-Security-Policy": headers.MEDIA_POLICY,
        "Cache-Control": KEEP,
        "ETag": tag,
    }


def disposition(place: str, name: str) -> str:
    """Whether a file is shown or kept, and what it is called (RFC 6266)."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else "_" for c in name)
    written = quote(name.encode(errors="replace"), safe="")
    return f"{place}; filename=\"{plain}\"; filename*=UTF-8''{written}"


def _has(request: web.Request, tag: str) -> bool:
    return tag in [one.strip() for one in request.headers.get("If-None-Match", "").split(",")]


def _part(request: web.Request, size: int, tag: str) -> tuple[int, int]:
    """The part that is asked for; all of it where that cannot be told."""
    match = RANGE.fullmatch(request.headers.get("Range", ""))
    if match is None or not (match[1] or match[2]):
        return 0, size
    if request.headers.get("If-Range", tag) != tag:
        return 0, size
    if not match[1]:
        begin, end = max(0, size - int(match[2])), size
    else:
        begin, end = int(match[1]), min(size, int(match[2] or size) + 1)
    if begin >= end:
        raise Refused("range", f"The file has {size:,} bytes, none of which were asked for.")
    return begin, end

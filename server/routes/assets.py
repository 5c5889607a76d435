"""Stored pictures: bring one, list them, fetch one or a small one of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import msgspec
from aiohttp import BodyPartReader, web

from ..answers import answer
from ..guard import MOST_FORM
from ..messages import Asset, ListAssets
from ..record import FileRow
from ..refused import Refused
from ..storage import whole
from ..storage.plain import without_words
from ..storage.uploads import Upload
from .asked import in_query
from .parts import CALLS, CHECKER, MEDIA, RECORD, SETTINGS, THUMBNAILS, UPLOADS
from .sending import send, send_small
from .thread import in_thread

routes = web.RouteTableDef()
MOST_FIELDS = 10
PIECE = 2**18
NO_FORM = "The form cannot be read: it must have a boundary and one file in it."


@dataclass(frozen=True)
class Named:
    """What the file is called."""

    name: str = ""


@dataclass(frozen=True)
class Wanted:
    """How wide a small picture is to be, the picture itself if it is not said; `plain` for one
    without what is written inside.
    """

    width: int | None = None
    plain: bool = False


@routes.get("/v1/assets")
async def assets(request: web.Request) -> web.Response:
    """A page of assets: `?cursor=&limit=`."""
    return answer(await request.app[CALLS].assets_list(in_query(request, ListAssets)))


@routes.post("/v1/assets")
async def bring(request: web.Request) -> web.Response:
    """Keep a picture: the body (`?name=`), or the file in a form."""
    named = in_query(request, Named).name
    uploads = request.app[UPLOADS]
    if request.content_type == "multipart/form-data":
        part = await _file_in(request)
        upload = await uploads.take(_pieces(part), named or part.filename or "")
    else:
        body = request.content.iter_chunked(PIECE)
        upload = await uploads.take(body, named, request.content_length)
    return answer(await _kept(request, upload), 201, Location=f"/v1/assets/{upload.asset}")


@routes.get("/v1/assets/{asset:[0-9a-f]{32}}")
async def asset(request: web.Request) -> web.StreamResponse:
    """The picture; at most `?width=` pixels wide as WebP; `?plain=true` with no words inside."""
    wanted = in_query(request, Wanted)
    row = await request.app[RECORD].asset(request.match_info["asset"])
    try:
        return await _sent(request, row, wanted)
    except Refused:
        # a file of a run that goes on is moved to its place while it is looked at
        placed = await request.app[RECORD].asset(row.asset)
        if placed.path == row.path:
            raise
        return await _sent(request, placed, wanted)


async def _sent(request: web.Request, row: FileRow, wanted: Wanted) -> web.StreamResponse:
    file = await in_thread(request.app[MEDIA].opened, row.path)
    if wanted.width is None and wanted.plain:
        with file:
            plain = await in_thread(_plain, file, row.mime, request.app[SETTINGS].scratch)
        return await send(request, plain, row, "-plain")
    if wanted.width is None:
        return await send(request, file, row)
    file.close()  # that it is there and ours was all to be known
    if not row.mime.startswith("image/"):
        raise Refused("media_type", "There are small pictures of pictures only.")
    place = request.app[SETTINGS].data / row.path
    small = await request.app[THUMBNAILS].get(row.sha256, place, wanted.width)
    return send_small(request, small, row)


@routes.get("/v1/assets/{asset:[0-9a-f]{32}}/workflow")
async def workflow(request: web.Request) -> web.Response:
    """The workflow inside a picture that Latentwire made: `{"workflow": {…}}`."""
    row = await request.app[RECORD].asset(request.match_info["asset"])
    (await in_thread(request.app[MEDIA].opened, row.path)).close()  # it is there, and ours
    path = request.app[SETTINGS].data / row.path
    try:
        found = await request.app[CHECKER].workflow_in(path)
    except Refused as refused:
        if refused.code != "media_type":
            raise
        told = refused.message.replace(path.name, "this picture")
        raise Refused("not_found", f"{told[:1].upper()}{told[1:]}.") from None
    return answer({"workflow": msgspec.Raw(found)})


def _plain(file: IO[bytes], mime: str, scratch: Path) -> IO[bytes]:
    """A picture without what is written inside it, in a file that has no name."""
    with whole.refusing("The plain picture cannot be made"):
        scratch.mkdir(parents=True, exist_ok=True)
        made = TemporaryFile(dir=scratch)  # noqa: SIM115  whoever sends it closes it
        try:
            without_words(file, mime, made)
        except BaseException:
            made.close()
            raise
        return made


async def _kept(request: web.Request, upload: Upload) -> dict[str, Any]:
    """Put an upload into the record; the asset as a message, with what was left out of it."""
    row = FileRow(
        upload.asset,
        upload.name,
        upload.path,
        upload.mime,
        upload.bytes,
        upload.width,
        upload.height,
        upload.sha256,
        0.0,  # the record says when
        None,
        None,
        False,
    )
    record = request.app[RECORD]
    await record.add_asset(row)
    said = (await record.asset(upload.asset))._asdict()
    del said["shown"]
    asset: dict[str, Any] = msgspec.to_builtins(Asset(**said))
    return asset | {"notices": upload.notices}


async def _file_in(request: web.Request) -> BodyPartReader:
    """The first file of a form; small fields before it are passed over."""
    try:
        form = await request.multipart()
        for _ in range(MOST_FIELDS):
            part = await form.next()
            if not isinstance(part, BodyPartReader):
                break
            if part.filename is not None:
                return part
            if len(await part.read_chunk(MOST_FORM)) >= MOST_FORM:
                break
    except (ValueError, AssertionError, RuntimeError):
        pass
    raise Refused("malformed", NO_FORM)


async def _pieces(part: BodyPartReader) -> AsyncIterator[bytes]:
    """The content of a file in a form."""
    try:
        while piece := await part.read_chunk(PIECE):
            yield piece
    except (ValueError, AssertionError) as error:
        raise Refused("malformed", NO_FORM) from error

"""The bin of deleted workflows."""

from dataclasses import dataclass

from aiohttp import web

from ..answers import answer
from .asked import in_body
from .parts import WORKFLOWS
from .thread import in_thread

routes = web.RouteTableDef()


@dataclass(frozen=True)
class Back:
    """The name to bring it back under, its own if there is none."""

    to: str | None = None


@routes.get("/v1/bin")
async def thrown(request: web.Request) -> web.Response:
    """What was deleted, the newest first."""
    return answer({"workflows": await in_thread(request.app[WORKFLOWS].bin.all)})


@routes.post("/v1/bin/{id}/restore")
async def restore(request: web.Request) -> web.Response:
    """Bring one back, with all it was."""
    to = (await in_body(request, Back)).to
    saved = await in_thread(request.app[WORKFLOWS].restore, request.match_info["id"], to)
    return answer(saved, ETag=f'"{saved.revision}"')

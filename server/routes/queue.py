"""The switches of the queue."""

from aiohttp import web

from ..answers import answer
from ..messages import Nothing
from .parts import CALLS

routes = web.RouteTableDef()


@routes.post("/v1/queue/pause")
async def pause(request: web.Request) -> web.Response:
    """Begin no more runs."""
    return answer(await request.app[CALLS].queue_pause(Nothing()))


@routes.post("/v1/queue/resume")
async def resume(request: web.Request) -> web.Response:
    """Begin runs again."""
    return answer(await request.app[CALLS].queue_resume(Nothing()))


@routes.post("/v1/queue/clear")
async def clear(request: web.Request) -> web.Response:
    """Cancel all that waits."""
    return answer(await request.app[CALLS].queue_clear(Nothing()))

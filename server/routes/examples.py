"""The workflows that come with the program."""

from aiohttp import web

from ..answers import answer
from ..messages import Nothing, OfExample
from .parts import CALLS, EXAMPLES
from .sending import send_fixed
from .thread import in_thread

routes = web.RouteTableDef()


def _name(request: web.Request) -> str:
    return request.match_info["name"]


@routes.get("/v1/examples")
async def examples(request: web.Request) -> web.Response:
    """All of them, the one to begin with first."""
    return answer(await request.app[CALLS].examples_list(Nothing()))


@routes.get("/v1/examples/{name}")
async def example(request: web.Request) -> web.Response:
    """One with its document."""
    return answer(await request.app[CALLS].examples_get(OfExample(_name(request))))


@routes.get("/v1/examples/{name}/picture")
async def picture(request: web.Request) -> web.Response:
    """What it makes, as WebP."""
    data = await in_thread(request.app[EXAMPLES].picture, _name(request))
    return send_fixed(request, data, "image/webp")

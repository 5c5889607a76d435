"""What the user has set in the editor."""

from aiohttp import web

from ..answers import answer
from ..messages import Nothing
from .parts import CALLS

routes = web.RouteTableDef()


@routes.get("/v1/settings")
async def settings(request: web.Request) -> web.Response:
    """The settings of the editor."""
    return answer(await request.app[CALLS].settings_get(Nothing()))


@routes.put("/v1/settings")
async def save(request: web.Request) -> web.Response:
    """Keep others in their place: `{"settings": {…}}`."""
    return answer(await request.app[CALLS].settings_save(await request.read()))

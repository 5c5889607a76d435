"""What there is: node types, models, the machine; whether all is well; and the websocket."""

from aiohttp import web

from ..answers import answer
from ..messages import Nothing
from .parts import CALLS, SOCKETS, WELL

routes = web.RouteTableDef()


@routes.get("/v1/nodes")
async def nodes(request: web.Request) -> web.Response:
    """Every node type."""
    return answer(await request.app[CALLS].nodes_list(Nothing()))


@routes.get("/v1/models")
async def models(request: web.Request) -> web.Response:
    """Every model that was found."""
    return answer(await request.app[CALLS].models_list(Nothing()))


@routes.get("/v1/system")
async def system(request: web.Request) -> web.Response:
    """The machine and the program."""
    return answer(await request.app[CALLS].system_info(Nothing()))


@routes.get("/v1/health")
async def health(request: web.Request) -> web.Response:
    """Whether runs are accepted and worked on. For everybody, so it says no more."""
    well = request.app[WELL]()
    return answer({"ok": well}, 200 if well else 503)


@routes.get("/v1/ws", allow_head=False)
async def socket(request: web.Request) -> web.StreamResponse:
    """Calls and events, until the client goes."""
    return await request.app[SOCKETS].serve(request)

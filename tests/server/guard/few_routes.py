"""Routes of every kind, which note that they were reached."""

from aiohttp import web

from server.routes import login
from tests.server.door import Door


def build(app: web.Application, door: Door) -> None:
    async def reached(request: web.Request) -> web.Response:
        door.reached.append(f"{request.method} {request.path}")
        return web.json_response({"bytes": len(await request.read())})

    async def talk(request: web.Request) -> web.WebSocketResponse:
        door.reached.append("socket")
        line = web.WebSocketResponse()
        await line.prepare(request)
        return line

    async def broken(request: web.Request) -> web.Response:
        raise RuntimeError("a secret path: /home/somebody/x.py")

    app.router.add_routes(login.routes)
    app.router.add_get("/", reached)
    app.router.add_get("/app/page.js", reached)
    app.router.add_get("/v1/health", reached)
    app.router.add_get("/v1/runs", reached)
    app.router.add_post("/v1/runs", reached)
    app.router.add_post("/v1/runs/x/cancel", reached, name="cancel")
    app.router.add_post("/v1/assets", reached)
    app.router.add_get("/v1/ws", talk)
    app.router.add_get("/v1/broken", broken)

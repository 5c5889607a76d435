"""The websocket: calls come in and are worked on side by side, answers and events go out."""

import asyncio
import socket
from collections.abc import Mapping

from aiohttp import WSCloseCode, WSMsgType, web
from aiohttp.abc import AbstractStreamWriter

from . import params, rpc, wire
from .hub import Hub
from .messages import Nothing, Unwatch, Watch, Watching
from .outbox import Outbox
from .refused import Refused
from .viewer import Viewer

MOST_BYTES = 16 * 2**20  # of a message: what a workflow may have
MOST_AT_WORK = 16 * 2**20  # of calls that were not answered yet, of one client
LEAST = 64 * 2**10  # what a call counts at least, so that 256 may be at work
MOST_CLIENTS = 500
IN_KERNEL = 256 * 2**10  # what the kernel may hold for a client: more would be old previews
PING_EVERY = 30.0
LOOK_EVERY = 5.0
GOODBYE = 2.0  # seconds that everybody has when the server stops
NOT_TEXT = {"code": rpc.NO_CALL, "message": "A call is a text frame."}


class Sockets:
    """Every websocket of this server. `methods` are what may be called besides watching."""

    def __init__(self, hub: Hub, methods: Mapping[str, rpc.Method]) -> None:
        self.hub, self.methods = hub, methods
        self.at_work: set[asyncio.Task[None]] = set()
        self.closing = False
        self._open: set[Connection] = set()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """GET /v1/ws, until the client goes. Raises `Refused`."""
        if self.closing:
            raise Refused("unavailable", "the server stops")
        if len(self._open) >= MOST_CLIENTS:
            raise Refused("unavailable", f"{MOST_CLIENTS} clients are connected already")
        response = web.WebSocketResponse(
            compress=False, max_msg_size=MOST_BYTES, heartbeat=PING_EVERY, decode_text=False
        )
        writer = await response.prepare(request)
        if request.transport is None:
            return response
        connection = Connection(self, response, request.transport, writer)
        self._open.add(connection)
        try:
            await connection.serve()
        finally:
            self._open.discard(connection)
        return response

    async def look_after(self) -> None:
        """Put off those who take nothing in, for ever."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            for connection in list(self._open):
                connection.look()

    async def close(self) -> None:
        """Answer what is at work, take nothing more, and say goodbye to everybody."""
        self.closing = True
        await _see_off(self.at_work)
        await _see_off({asyncio.create_task(one.say_goodbye()) for one in self._open})
        for connection in self._open:
            connection.abort()


class Connection:
    """One client."""

    def __init__(
        self,
        sockets: Sockets,
        response: web.WebSocketResponse,
        transport: asyncio.Transport,
        writer: AbstractStreamWriter,
    ) -> None:
        self._response, self._transport = response, transport
        self._outbox = Outbox(transport, writer, self._answered)
        self._sockets, self._hub = sockets, sockets.hub
        self._viewer = Viewer(sockets.hub, self._outbox, self._put_off)
        self._methods = {**sockets.methods, "watch": self._watch, "unwatch": self._unwatch}
        self._at_work = 0
        self._room = asyncio.Event()
        self._goodbye: asyncio.Task[None] | None = None
        transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_SNDBUF, IN_KERNEL
        )

    async def serve(self) -> None:
        """Until the client goes."""
        self._hub.join(self._viewer)
        work = {asyncio.create_task(self._read()), asyncio.create_task(self._outbox.send())}
        try:
            await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in work:
                task.cancel()
            self._viewer.close()
            self._hub.leave(self._viewer)
        await asyncio.gather(*work, return_exceptions=True)
        if self._goodbye:
            await self._goodbye

    def look(self) -> None:
        """Put the client off if it takes nothing in."""
        if self._outbox.stalled():
            self.abort()

    def abort(self) -> None:
        self._transport.abort()

    async def say_goodbye(self) -> None:
        await self._response.close(code=WSCloseCode.GOING_AWAY, message=b"the server stops")

    async def _read(self) -> None:
        async for message in self._response:
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                break
            cost = _cost(message.data)
            while self._at_work and self._at_work + cost > MOST_AT_WORK:
                self._room.clear()
                await self._room.wait()
            self._at_work += cost
            text = message.data if message.type is WSMsgType.TEXT else None
            if not self._sockets.closing:
                task = asyncio.create_task(self._answer(text, cost))
                self._sockets.at_work.add(task)
                task.add_done_callback(self._sockets.at_work.discard)

    async def _answer(self, text: bytes | None, cost: int) -> None:
        said = (
            rpc.error(b"null", NOT_TEXT) if text is None else await rpc.answer(text, self._methods)
        )
        if said is None:
            self._answered(cost)
        else:
            more = max(0, len(said) - cost)  # an answer that nobody takes is held too
            self._at_work += more
            self._outbox.answer(wire.text(said), cost + more)

    def _answered(self, cost: int) -> None:
        self._at_work -= cost
        self._room.set()

    async def _watch(self, said: bytes) -> Watching:
        return await self._viewer.watch(params.read(Watch, said))

    async def _unwatch(self, said: bytes) -> Nothing:
        self._viewer.unwatch(params.read(Unwatch, said))
        return Nothing()

    def _put_off(self) -> None:
        """More waits than a client may leave waiting. It may come again and ask for the rest."""
        self._viewer.close()
        if not self._goodbye:
            self._outbox.clear()
            told = "too slow: connect again and watch after the last seq"
            self._goodbye = asyncio.create_task(self._part(told))

    async def _part(self, reason: str) -> None:
        code = WSCloseCode.TRY_AGAIN_LATER
        await self._response.close(code=code, message=reason.encode())
        self.abort()  # what it did not take in until now, it does not want


def _cost(message: bytes) -> int:
    """What a message counts: a batch as all the calls that may be in it."""
    calls = 1
    if message.lstrip()[:1] == b"[":
        calls = max(1, min(message.count(b"{"), rpc.MOST_CALLS))
    return max(LEAST * calls, len(message))


async def _see_off(tasks: set[asyncio.Task[None]]) -> None:
    """Let tasks end, for a moment."""
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=GOODBYE)
        for task in late:
            task.cancel()

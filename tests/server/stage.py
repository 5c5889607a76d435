"""The websocket around a real record, as a server has it, with nobody who runs workflows."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import websockets
from aiohttp import web
from websockets.asyncio.client import ClientConnection

from server import answers, params
from server.hub import Hub
from server.messages import (
    Accepted,
    Event,
    ListRuns,
    NodeStarted,
    Nothing,
    OfRun,
    Runs,
    RunWithWorkflow,
    Submit,
)
from server.record import NewRun, Record
from server.rpc import Method
from server.socket import Sockets

T = TypeVar("T")
PATIENCE = 20.0  # seconds for what has to come


def play(scene: Coroutine[Any, Any, T]) -> T:
    """Run a scene to its end."""
    return asyncio.run(asyncio.wait_for(scene, 120))


@dataclass
class Stage:
    """What stands on it. `told` counts the events of `tell`."""

    record: Record
    hub: Hub
    sockets: Sockets
    methods: dict[str, Method]
    port: int = 0
    told: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def tell(self, *events: Event) -> None:
        """Let events happen, committed together."""
        await self.record.announce(*events)

    async def tell_many(self, count: int, run: str = "r", together: int = 50) -> None:
        """Let a run begin so many nodes."""
        for start in range(0, count, together):
            nodes = range(start, min(start + together, count))
            await self.tell(*(NodeStarted(run, f"n{self.told + at}") for at in nodes))
        self.told += count

    async def until(self, seen: Callable[[], Any]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(PATIENCE):
            while not seen():
                await asyncio.sleep(0.005)


def methods(record: Record) -> dict[str, Method]:
    """Some of the calls, with the record behind them."""

    async def submit(said: bytes) -> Accepted:
        asked = params.read(Submit, said)
        title = str(asked.workflow.get("title", ""))
        return await record.submit(NewRun(title, b"{}", id=asked.id, front=asked.front))

    async def pause(said: bytes) -> Nothing:
        params.read(Nothing, said)
        await record.pause()
        return Nothing()

    async def runs(said: bytes) -> Runs:
        return await record.runs(params.read(ListRuns, said))

    async def get(said: bytes) -> RunWithWorkflow:
        return await record.run(params.read(OfRun, said).run)

    async def broken(said: bytes) -> Nothing:
        raise ZeroDivisionError("a fault of ours")

    return {
        "runs.submit": submit,
        "runs.list": runs,
        "runs.get": get,
        "queue.pause": pause,
        "system.info": broken,
    }


@asynccontextmanager
async def opened(folder: Path, port: int = 0) -> AsyncIterator[Stage]:
    """A stage on the record of a folder."""
    record = await Record.open(folder, floor=0)
    hub = Hub(record.replay, record.last_seq, lambda: None)
    record.listen(hub.publish)
    known = methods(record)
    stage = Stage(record, hub, Sockets(hub, known), known)

    async def told(request: web.Request) -> web.StreamResponse:
        return await answers.told(request, stage.sockets.serve)

    app = web.Application()
    app.router.add_get("/v1/ws", told)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    stage.port = runner.addresses[0][1]
    looking = asyncio.create_task(stage.sockets.look_after())
    try:
        yield stage
    finally:
        looking.cancel()
        await stage.sockets.close()
        await runner.cleanup()
        await record.close()


class Line:
    """A client that is nothing but a websocket. `events` and `pictures` are what came unasked."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.events: list[dict[str, Any]] = []
        self.pictures: list[bytes] = []

    async def ask(self, text: str | bytes) -> Any:
        """The answer to whatever is sent."""
        await self.socket.send(text)
        return await self.answer()

    async def call(self, method: str, **said: Any) -> Any:
        call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": said}
        return await self.ask(json.dumps(call))

    async def answer(self) -> Any:
        """The next message that is no event."""
        while True:
            said = await self.next()
            if said is not None:
                return said

    async def hear(self, count: int) -> list[dict[str, Any]]:
        """The first so many events; answers that come meanwhile are passed over."""
        while len(self.events) < count:
            await self.next()
        return self.events[:count]

    async def next(self) -> Any:
        """An answer, or None if it was something else."""
        message = await asyncio.wait_for(self.socket.recv(), PATIENCE)
        if isinstance(message, bytes):
            self.pictures.append(message)
            return None
        said = json.loads(message)
        if isinstance(said, dict) and said.get("method") == "event":
            self.events.append(said["params"])
            return None
        return said


@asynccontextmanager
async def line(stage: Stage) -> AsyncIterator[Line]:
    """A client that comes and goes."""
    address = f"ws://127.0.0.1:{stage.port}/v1/ws"
    async with websockets.connect(address, compression=None, max_size=2**26) as socket:
        yield Line(socket)


def seqs(events: list[dict[str, Any]]) -> list[int]:
    return [event["seq"] for event in events]

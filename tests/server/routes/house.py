"""Every part of a server that HTTP stands on, in this process: only workers are missing, so that
what is queued stays queued.
"""

import asyncio
import io
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, cast

import msgspec
from aiohttp import web

from server import routes
from server.calls import Calls
from server.checker import Checker
from server.dispatch import Dispatcher
from server.frames import Frame, read_from
from server.hub import Hub
from server.record import Record
from server.settings import Settings
from server.socket import Sockets
from server.storage.examples import Examples
from server.storage.preferences import Preferences
from server.storage.workflows import Workflows
from tests.server.door import Door

Build = Callable[[web.Application, Door], Awaitable[None]]


class House:
    """What `routes.add` asks of a server. `change` what is to be another than usual."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.well = True

    async def build(self, app: web.Application, door: Door) -> None:
        self.keys, self.app = door.keys, app
        self.record = await Record.open(self.settings.data, floor=self.settings.floor_bytes)
        self.workflows = Workflows(self.settings.data / "workflows")
        self.examples = Examples(self.settings.examples)
        self.preferences = Preferences(self.settings.data / "settings.json")
        self.checker = Checker(self.settings, restart=print)
        self.supervisor = SimpleNamespace(workers=[], devices=list)
        self.hub = Hub(self.record.replay, self.record.last_seq, lambda: None)
        self.record.listen(self.hub.publish)
        self.dispatcher = Dispatcher(self.record, cast(Any, self.supervisor), self.hub)
        self.calls = Calls(cast(Any, self))
        self.sockets = Sockets(self.hub, self.calls.methods())
        await asyncio.to_thread(self._start_checker, asyncio.get_running_loop())
        routes.add(app, cast(Any, self))
        app.on_cleanup.append(self._close)

    def is_well(self) -> bool:
        return self.well

    def devices(self) -> list[Any]:
        return []

    async def _close(self, app: web.Application) -> None:
        await self.record.close()

    def _start_checker(self, loop: asyncio.AbstractEventLoop) -> None:
        """The code of the checker's process, here in threads."""
        from nodes.catalogue import catalogue
        from server.worker import checking
        from server.worker.catalogue import nodes
        from server.worker.onlooker import Onlooker
        from server.worker.pictures import Pictures

        host = Onlooker(self.settings.data, list(self.settings.models), "here")
        known = catalogue()
        inside = checking.Checker(known, host)

        def hear(data: bytes) -> None:
            frame = read_from(io.BytesIO(data))
            assert frame is not None
            loop.call_soon_threadsafe(self.checker.hear, frame)

        def answer(frame: Frame) -> None:
            hear(inside.answer(frame))

        def send(kind: str, body: bytes = b"", **said: Any) -> None:
            loop.call_soon_threadsafe(self.checker.hear, Frame(kind, said, body))

        pictures = Pictures(send)

        def take(data: bytes) -> None:
            file = io.BytesIO(data)
            while frame := read_from(file):
                if not pictures.take(frame):
                    loop.run_in_executor(None, answer, frame)

        loop.call_soon_threadsafe(self.checker.started, take)
        send("catalogue", msgspec.json.encode(nodes(known, [])))
        send("hello", environment="here")

"""A server behind the guard with a few routes, in this process, and requests to it byte by byte."""

import asyncio
import json
import socket
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any, TypeVar

from aiohttp import web

from server import connections, guard, headers
from server.login import Keys
from server.routes.parts import KEYS, SETTINGS
from server.settings import Settings

X = TypeVar("X")


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """Of an error; that it says nothing of this machine is looked at on the way."""
        error = self.json["error"]
        assert set(error) >= {"code", "message", "problems"}
        assert "Traceback" not in error["message"]
        assert "/home" not in error["message"] and ".py" not in error["message"].replace(
            "main.py", ""
        )
        return str(error["code"])


@dataclass
class Door:
    """A server that listens, and how to ask it."""

    port: int
    settings: Settings
    keys: Keys
    loop: asyncio.AbstractEventLoop
    reached: list[str] = field(default_factory=list[str])

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys.token}"}

    @property
    def cookie(self) -> dict[str, str]:
        return {"Cookie": f"latentwire-{self.port}={self.keys.cookie(self.port)}"}

    def ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: Any = None
    ) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        sent = dict(headers or {})
        if isinstance(body, dict):
            body = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        try:
            with suppress(BrokenPipeError):  # what is too much is refused before all is sent
                connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def do(self, work: Coroutine[Any, Any, X]) -> X:
        """Have the server's own event loop do something."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def raw(self, data: bytes, most: int = 2**16) -> bytes:
        """What comes back for these very bytes, to the end of the headers."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            line.sendall(data)
            found = b""
            while len(found) < most and (part := line.recv(2**16)):
                found += part
                if b"\r\n\r\n" in found:
                    break
            return found

    def status_of(self, data: bytes) -> int:
        return int(self.raw(data).split(b" ", 2)[1])


@contextmanager
def opened(
    settings: Settings,
    build: Callable[[web.Application, Door], Awaitable[None] | None],
    auth: bool = True,
) -> Iterator[Door]:
    """A door whose application `build` adds its routes to."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    keys = Keys(settings.data)
    door = Door(0, settings, keys, loop)

    async def start() -> web.AppRunner:
        given = keys if auth else None
        app = web.Application(client_max_size=guard.MOST_JSON)
        app[SETTINGS], app[KEYS] = settings, given
        app.on_response_prepare.append(headers.add)
        built = build(app, door)
        if built is not None:
            await built
        runner = connections.runner(app, guard.middleware(settings, given))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        door.port = runner.addresses[0][1]
        return runner

    async def stop(runner: web.AppRunner) -> None:
        await runner.cleanup()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    try:
        runner = asyncio.run_coroutine_threadsafe(start(), loop).result(60)
        try:
            yield door
        finally:
            asyncio.run_coroutine_threadsafe(stop(runner), loop).result(60)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

"""A websocket to the server: calls that may be many at once, and events as they come."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

Heard = Callable[[dict[str, Any]], None]


class Lost(Exception):
    """The connection ended, or there was none."""


class Rejected(Exception):
    """The server answered with an error."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error.get("message"))
        self.error = error


class Line:
    """`heard` is called with every event; `bytes` and `events` count what came."""

    def __init__(self, url: str, token: str, heard: Heard = lambda event: None) -> None:
        self.url, self.token, self.heard = url.replace("http", "ws", 1), token, heard
        self.bytes = self.events = 0
        self._socket: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._number = 0

    async def __aenter__(self) -> "Line":
        try:
            self._socket = await connect(
                f"{self.url}/v1/ws",
                additional_headers={"Authorization": f"Bearer {self.token}"},
                compression=None,
                max_size=None,
                proxy=None,
            )
        except (OSError, WebSocketException, EOFError) as error:
            raise Lost(str(error)) from None
        self._reading = asyncio.create_task(self._read(self._socket))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._socket and self._reading:
            await self._socket.close()
            await self._reading

    async def call(self, method: str, **params: Any) -> Any:
        """The result. Raises `Rejected` or `Lost`."""
        return await (await self.ask(method, **params))

    async def ask(self, method: str, **params: Any) -> "asyncio.Future[Any]":
        """Send a call, and wait for its answer later."""
        self._number += 1
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if not self._socket or not self._reading or self._reading.done():
            raise Lost("the connection has ended")
        self._answers[self._number] = answer
        call = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": params}
        try:
            await self._socket.send(msgspec.json.encode(call).decode())
        except WebSocketException as error:
            raise Lost(str(error)) from None
        return answer

    async def ended(self) -> None:
        """Wait until the connection has ended."""
        if self._reading:
            await asyncio.wait([self._reading])

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for frame in socket:
                self.bytes += len(frame)
                if isinstance(frame, str):
                    self._take(msgspec.json.decode(frame))
        except WebSocketException:
            pass
        finally:
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(Lost("the connection ended"))
                    answer.exception()  # who waits for it sees it; nobody has to
            self._answers.clear()

    def _take(self, said: dict[str, Any]) -> None:
        if said.get("method") == "event":
            self.events += 1
            self.heard(said["params"])
            return
        answer = self._answers.pop(said.get("id") or 0, None)
        if answer is None or answer.done():
            return
        if "error" in said:
            answer.set_exception(Rejected(said["error"]))
            answer.exception()
        else:
            answer.set_result(said["result"])

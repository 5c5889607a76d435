"""A websocket to a server that is made anew when it breaks. It knows calls, not what they mean."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from time import monotonic
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from .address import Address
from .messages import Trouble
from .refused import Refused

# what is done twice if it is asked for twice: whether it was done is not known
ONCE = {"runs.delete", "workflows.save", "workflows.delete", "workflows.rename"}
BY_NUMBER = {-32700: "malformed", -32600: "malformed", -32601: "not_found", -32602: "malformed"}
LARGEST = 64 * 2**20
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0


class Unreachable(ConnectionError):
    """No server answers, or it went away in the midst of a call."""


@dataclass
class Pending:
    """A call without an answer. `then` is called with it before anything else is read."""

    method: str
    text: str
    done: asyncio.Future[Any]
    then: Callable[[Any], None]


class Channel:
    """`heard` gets the params of each event, `seen` each binary frame, `again` is called when it
    was connected anew, `lost` when that was given up.
    """

    def __init__(
        self,
        address: Address,
        patience: float,
        heard: Callable[[dict[str, Any]], None],
        seen: Callable[[bytes], None],
        again: Callable[[], None],
        lost: Callable[[Exception], None],
    ) -> None:
        self._address, self._patience = address, patience
        self._heard, self._seen, self._again, self._lost = heard, seen, again, lost
        self._numbers = count(1)
        self._pending: dict[int, Pending] = {}
        self._socket: ClientConnection | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._broken: Exception | None = None

    async def open(self) -> None:
        """Connect. Raises `Unreachable`, or `Refused` without the right token."""
        self._socket = await self._connect()
        self._keeping = asyncio.create_task(self._keep())

    async def close(self) -> None:
        if self._keeping:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        if self._socket:
            await self._socket.close()
        self._give_up(Unreachable("the connection was closed"))

    async def call(
        self, method: str, params: dict[str, Any], then: Callable[[Any], None] = lambda _: None
    ) -> Any:
        """The result of a call, also if the connection breaks meanwhile. Raises `Refused`.

        Raises `Unreachable` where it is not known whether the call was heard.
        """
        if self._broken:
            raise self._broken
        number = next(self._numbers)
        call = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        done = asyncio.get_running_loop().create_future()
        pending = Pending(method, json.dumps(call), done, then)
        self._pending[number] = pending
        try:
            await self._send(pending.text)
            return await done
        finally:
            self._pending.pop(number, None)

    async def _send(self, text: str) -> None:
        """A call that cannot be sent now is sent when it is connected again."""
        if self._socket:
            with suppress(ConnectionClosed):
                await self._socket.send(text)

    async def _connect(self) -> ClientConnection:
        address = self._address
        try:
            return await connect(
                address.websocket,
                additional_headers=address.headers,
                compression=None,
                max_size=LARGEST,
                proxy=None if address.is_here else True,
            )
        except InvalidStatus as error:
            raise _refused(bytes(error.response.body), error.response.status_code) from None
        except (OSError, InvalidHandshake, TimeoutError) as error:
            raise Unreachable(address.missing(str(error) or type(error).__name__)) from None

    async def _keep(self) -> None:
        """Read for ever, and connect again."""
        try:
            while self._socket:
                with suppress(ConnectionClosed):
                    await self._read(self._socket)
                self._socket = None
                self._fail_once()
                self._socket = await self._connect_again()
                for pending in list(self._pending.values()):
                    await self._send(pending.text)
                self._again()
        except Exception as error:  # whatever it is, those who wait are to hear of it
            self._give_up(error)

    async def _connect_again(self) -> ClientConnection:
        end, pause = monotonic() + self._patience, FIRST_PAUSE
        while True:
            try:
                return await self._connect()
            except Unreachable:
                if monotonic() > end:
                    raise
            except Refused as refused:  # a server that just starts or is full
                if refused.code != "unavailable" or monotonic() > end:
                    raise
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _read(self, socket: ClientConnection) -> None:
        async for frame in socket:
            if isinstance(frame, bytes):
                self._seen(frame)
                continue
            said = msgspec.json.decode(frame)
            if said.get("method") == "event":
                self._heard(said["params"])
            elif said.get("id") in self._pending:
                self._answered(self._pending.pop(said["id"]), said)

    def _answered(self, pending: Pending, said: dict[str, Any]) -> None:
        if pending.done.done():  # whoever asked does not wait any more
            return
        if "error" in said:
            pending.done.set_exception(_of(said["error"]))
        else:
            pending.then(said["result"])
            pending.done.set_result(said["result"])

    def _fail_once(self) -> None:
        for pending in list(self._pending.values()):
            if pending.method in ONCE and not pending.done.done():
                told = f"the connection broke during {pending.method}: look whether it was done"
                pending.done.set_exception(Unreachable(told))

    def _give_up(self, error: Exception) -> None:
        self._broken = error
        for pending in list(self._pending.values()):
            if not pending.done.done():
                pending.done.set_exception(error)
        self._lost(error)


def _of(error: dict[str, Any]) -> Refused:
    """An error of JSON-RPC as the server raised it."""
    more = dict(error.get("data") or {})
    code = more.pop("code", None) or BY_NUMBER.get(error["code"], "internal")
    problems = msgspec.convert(more.pop("problems", []), list[Trouble])
    return Refused(code, error["message"], problems, **more)


def _refused(body: bytes, status: int) -> Refused:
    """An error of HTTP as the server raised it."""
    try:
        said = msgspec.json.decode(body)["error"]
        return Refused(said["code"], said["message"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return Refused("internal", f"the server answers with status {status}")

"""What waits to be sent to one client: lines in their order, and pictures of which only the latest
counts. A client that takes nothing in is noticed here; nobody else waits for it.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from time import monotonic

from aiohttp.abc import AbstractStreamWriter

MOST = 1000  # lines that may wait when more come
ENOUGH = 250  # lines that wait while old events are read from the record
CHUNK = 64 * 2**10  # bytes that are handed over at once
STALLED = 20.0  # seconds in which no byte moved


class Outbox:
    """One sender, fed from the event loop. `sent(cost)` is called for each answer that went out."""

    def __init__(
        self,
        transport: asyncio.WriteTransport,
        writer: AbstractStreamWriter,
        sent: Callable[[int], None],
    ) -> None:
        self._transport, self._writer, self._sent = transport, writer, sent
        self._lines: deque[tuple[bytes, int]] = deque()
        self._latest: dict[tuple[str, str], bytes] = {}
        self._filled = asyncio.Event()
        self._emptied = asyncio.Event()
        self._written = self._moved = 0
        self._since = monotonic()

    @property
    def full(self) -> bool:
        return len(self._lines) > MOST

    def put(self, frames: Iterable[bytes]) -> None:
        """Events, behind all that waits."""
        self._lines.extend((frame, 0) for frame in frames)
        self._filled.set()

    def answer(self, frame: bytes, cost: int) -> None:
        """An answer, behind all that waits; `cost` is told back when it went out."""
        self._lines.append((frame, cost))
        self._filled.set()

    def show(self, what: str, run: str, frame: bytes) -> None:
        """In place of the last one of this kind and run, if that has not been sent yet."""
        self._latest[what, run] = frame
        self._filled.set()

    def forget(self, what: str, run: str) -> None:
        """What was to be shown is out of date."""
        self._latest.pop((what, run), None)

    def clear(self) -> None:
        """Let go of all that waits."""
        self._latest.clear()
        while self._lines:
            _, cost = self._lines.popleft()
            self._sent(cost)

    async def room(self) -> None:
        """Wait until little waits."""
        while len(self._lines) > ENOUGH:
            self._emptied.clear()
            await self._emptied.wait()

    async def send(self) -> None:
        """Send for ever. Raises `ConnectionError` when the client has gone."""
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._lines or self._latest:
                if self._lines:
                    await self._write(self._chunk())
                else:
                    await self._write(self._latest.pop(next(iter(self._latest))))

    def stalled(self) -> bool:
        """Whether bytes wait and none has moved for a while. To be asked every few seconds."""
        waiting = self._transport.get_write_buffer_size()
        moved = self._written - waiting
        if not waiting or moved != self._moved:
            self._moved, self._since = moved, monotonic()
        return monotonic() - self._since > STALLED

    async def _write(self, data: bytes) -> None:
        if self._transport.is_closing():
            raise ConnectionResetError
        self._transport.write(data)
        self._written += len(data)
        await self._writer.drain()

    def _chunk(self) -> bytes:
        frames: list[bytes] = []
        size = 0
        while self._lines and size < CHUNK:
            frame, cost = self._lines.popleft()
            frames.append(frame)
            size += len(frame)
            if cost:
                self._sent(cost)
        if len(self._lines) <= ENOUGH:
            self._emptied.set()
        return b"".join(frames)

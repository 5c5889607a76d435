"""The events of a run, or of all runs, as a client loops over them."""

import asyncio
from collections import deque
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

import msgspec

from .messages import (
    EVENTS,
    Event,
    Run,
    RunCancelled,
    RunFailed,
    RunFinished,
    RunWithWorkflow,
    Watching,
)
from .refused import Refused

ENDS = (RunFinished, RunFailed, RunCancelled)


@dataclass(frozen=True)
class Preview:
    """What a run has so far; `picture` is a file of type `mime`, `seq` the last event before it."""

    seq: int
    run: str
    node: str
    step: int
    mime: str
    picture: bytes


class Source(Protocol):
    """Where events come from: the client."""

    async def begin(self, watched: "Watched") -> None: ...
    async def end(self, watched: "Watched") -> None: ...
    async def get(self, run: str) -> RunWithWorkflow: ...


Told = Event | Preview | Watching


class Watched:
    """Loop over it: `async for event in client.watch(run)`. Of one run, it ends with the run.

    A `Watching` among the events says that some before it are gone (`resync`): read anew what
    they were about. `seq` is that of the event given last: watching again after it misses nothing.
    """

    def __init__(self, source: Source, run: str | None, after: int | None, previews: bool) -> None:
        self.run, self.seq, self.previews = run, after, previews
        self.came = after  # the last that the server has sent
        self.is_on = False
        self._source = source
        self._waiting: deque[tuple[int | None, Told]] = deque()
        self._preview: Preview | None = None
        self._something = asyncio.Event()
        self._begun = self._ended = False
        self._error: Exception | None = None
        self._asking: asyncio.Task[None] | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Told:
        if not self._begun:
            await self._begin()
        while not (self._waiting or self._preview):
            if self._error:
                raise self._error
            if self._ended:
                await self._source.end(self)
                raise StopAsyncIteration
            self._something.clear()
            await self._something.wait()
        if self._waiting:
            seq, event = self._waiting.popleft()
            self.seq = self.seq if seq is None else seq
            return event
        preview, self._preview = self._preview, None
        assert preview
        return preview

    async def __aenter__(self) -> Self:
        await self._begin()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended = True
        await self._source.end(self)

    def started(self, said: Any) -> None:
        """The server has answered: what comes from now on is for us."""
        watching = msgspec.convert(said, Watching)
        self.is_on = True
        if watching.resync or self.came is None:
            self.came = watching.seq
        if watching.resync:
            self._put(watching, watching.seq)
            if self.run is not None:
                self._asking = asyncio.create_task(self._ask(self.run))

    def take(self, said: dict[str, Any]) -> None:
        """An event that may be for us."""
        seq = said.get("seq")
        if not self.is_on or self._ended or self.run not in (None, said.get("run")):
            return
        if seq is not None:
            if seq <= (self.came or 0):
                return
            self.came = seq
        if said["kind"] in EVENTS:  # a newer server may tell more
            self._put(msgspec.convert(said, EVENTS[said["kind"]]), seq)

    def show(self, preview: Preview) -> None:
        """A preview in place of the last."""
        if self.is_on and not self._ended and self.previews and self.run in (None, preview.run):
            self._preview = preview
            self._something.set()

    def fail(self, error: Exception) -> None:
        """No more will come."""
        self._error = self._error or error
        self._something.set()

    async def _begin(self) -> None:
        self._begun = True
        await self._source.begin(self)

    def _put(self, event: Told, seq: int | None) -> None:
        self._waiting.append((seq, event))
        if self.run is not None and isinstance(event, ENDS):
            self._ended = True
            self._preview = None
        self._something.set()

    async def _ask(self, run: str) -> None:
        """Some events are gone: has the run ended meanwhile?"""
        try:
            event = ending(await self._source.get(run))
        except Refused:  # it was not submitted yet
            return
        except ConnectionError as error:
            self.fail(error)
            return
        if event and not self._ended:
            self._put(event, None)


def ending(run: Run) -> RunFinished | RunFailed | RunCancelled | None:
    """How a run ended, as the event that told it."""
    if run.state == "done":
        return RunFinished(run.run, run.outputs, run.seconds or 0.0)
    if run.state == "cancelled":
        return RunCancelled(run.run, run.outputs)
    if run.state == "failed" and run.error:
        error = run.error
        return RunFailed(run.run, error.node, error.port, error.message, error.fix, run.outputs)
    return None

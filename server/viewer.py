"""What one client watches: which events it is told, from which on, without a gap and once."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from .hub import Batch, Hub
from .messages import Unwatch, Watch, Watching
from .outbox import Outbox
from .refused import Refused

if TYPE_CHECKING:
    from .record import Stamped

PAGE = 500  # old events that are read at once
MOST_RUNS = 10_000
LONGEST_ID = 100
ENDS = frozenset({"run_finished", "run_failed", "run_cancelled"})


class Viewer:
    """`too_slow` is called when more waits for the client than it may leave waiting.

    While old events are read from the record, new ones are not queued but read from there too.
    """

    def __init__(self, hub: Hub, outbox: Outbox, too_slow: Callable[[], None]) -> None:
        self._hub, self._outbox, self._too_slow = hub, outbox, too_slow
        self._every: Watch | None = None
        self._runs: dict[str, Watch] = {}
        self._told = 0  # up to this seq, it was told all it wants
        self._live, self._gone = True, False
        self._turn = asyncio.Lock()
        self._reading: asyncio.Task[None] | None = None

    def wants(self, run: str | None) -> bool:
        return self._every is not None or run in self._runs

    def wants_previews(self, run: str) -> bool:
        one = self._runs.get(run)
        return bool((self._every and self._every.previews) or (one and one.previews))

    async def watch(self, watch: Watch) -> Watching:
        """Tell of more. Old events that are asked for follow the answer.

        Another `watch` waits until they are sent.
        """
        self._check(watch)
        await self._turn.acquire()
        self._told = max(self._told, self._hub.seq)
        self._live = watch.after is None
        self._add(watch)
        seq, page = self._told, None
        try:
            if watch.after is not None and watch.after <= seq:
                page = await self._hub.replay(watch.after, watch.run, PAGE)
        finally:
            self._reading = asyncio.create_task(self._catch_up(watch.run, page or [], seq))
        return Watching(seq, resync=watch.after is not None and page is None)

    def unwatch(self, unwatch: Unwatch) -> None:
        """Tell no more of a run, or of anything."""
        if unwatch.run is None:
            self._every = None
            self._runs.clear()
        else:
            self._runs.pop(unwatch.run, None)
        self._hub.changed()

    def take(self, batch: Batch) -> None:
        """New events, right after they were committed."""
        if not self._live or not (self._every or self._runs):
            return
        if self._outbox.full:
            self._too_slow()
            return
        self._go_on(batch, batch.events[-1].seq)

    def show(self, what: str, run: str, frame: bytes) -> None:
        """Something of which only the latest counts."""
        if self._live:
            self._outbox.show(what, run, frame)

    def close(self) -> None:
        """The client has gone."""
        self._live, self._gone = False, True
        if self._reading:
            self._reading.cancel()

    def _check(self, watch: Watch) -> None:
        if watch.run is not None and len(watch.run) > LONGEST_ID:
            raise Refused("not_found", "No run has such a long name.")
        if len(self._runs) >= MOST_RUNS:
            told = f"{MOST_RUNS} runs are watched on this connection: watch all of them instead."
            raise Refused("too_large", told)

    def _add(self, watch: Watch) -> None:
        if watch.run is None:
            self._every = watch
        else:
            self._runs[watch.run] = watch
        self._hub.changed()

    async def _catch_up(self, run: str | None, page: "list[Stamped]", end: int) -> None:
        """Send what was asked for up to `end`, then what came meanwhile, then be live again."""
        try:
            while page and not self._gone:
                self._put(Batch(page), lambda event: event.seq <= end)
                if len(page) < PAGE or page[-1].seq >= end:
                    break
                page = await self._page(page[-1].seq, run)
            while not (self._live or self._gone) and self._told < self._hub.seq:
                seen = self._hub.seq
                page = await self._page(self._told, None)
                last = page[-1].seq if page else 0
                self._go_on(Batch(page), last if len(page) == PAGE else max(seen, last))
            self._live = not self._gone
        finally:
            self._turn.release()
            if not (self._live or self._gone):
                self._too_slow()

    async def _page(self, after: int, run: str | None) -> "list[Stamped]":
        await self._outbox.room()
        page = await self._hub.replay(after, run, PAGE)
        if page is None:  # gone while they were being sent: who connects anew is told so
            raise asyncio.CancelledError
        return page

    def _go_on(self, batch: Batch, last: int) -> None:
        """What was not told yet of these events, up to seq `last`."""
        told, self._told = self._told, max(self._told, last)
        self._put(batch, lambda event: event.seq > told)

    def _put(self, batch: Batch, due: "Callable[[Stamped], bool]") -> None:
        """What is wanted of the events that are due. A run that has ended is let go of."""
        self._outbox.put(batch.frames(lambda event: due(event) and self.wants(event.run)))
        for event in batch.events:
            if event.kind in ENDS and event.run:
                self._runs.pop(event.run, None)
                self._outbox.forget("progress", event.run)
                self._outbox.forget("preview", event.run)
            elif event.kind == "node_finished" and event.run:
                self._outbox.forget("progress", event.run)

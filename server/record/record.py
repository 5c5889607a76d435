"""The record's face: everything the server knows for certain, one method for each thing it does."""

import asyncio
import re
import sqlite3
import time
import uuid
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from server.messages import (
    Accepted,
    Assets,
    Event,
    ListAssets,
    ListRuns,
    QueueChanged,
    Run,
    Runs,
    RunWithWorkflow,
    State,
)
from server.refused import Refused

from . import backups, claim, ending, files, history, order, outputs, queue, replay
from .commit import Committing
from .database import Database
from .journal import Journal
from .kinds import Claimed, Ending, FileRow, NewRun
from .opening import BACKUPS, NAME, opened, seal
from .outputs import Names
from .room import Room
from .under_way import UnderWay
from .work import Stamped, Work

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
FLOOR = 2 * 2**30
BACKUP_EVERY = 1800.0  # seconds


class Record:
    """Open one with `Record.open`. What is refused raises `Refused`, with a code and a sentence."""

    def __init__(
        self, folder: Path, now: Callable[[], float], floor: int, notices: list[str]
    ) -> None:
        self.folder, self.notices = folder, notices
        self.paused, self.queued, self.last_seq, self._backed_up = False, 0, 0, 0
        self._backing: asyncio.Task[None]
        self._now, self._room, self._names = now, Room(folder, floor), Names(folder)
        self._journal = Journal(folder / BACKUPS)
        self._database = Database(folder / NAME, self._room, self._journal, now)
        self._committing = Committing(folder, self._database, self._names)
        self._database.listeners.append(self._follow)
        self.under_way = UnderWay()

    @classmethod
    async def open(
        cls, folder: Path, *, now: Callable[[], float] = time.time, floor: int = FLOOR
    ) -> "Record":
        """Open the record of a data folder, or make it. What ran when it was left waits again.

        floor: bytes that must be free on the disk for a run to be accepted.
        """
        folder = folder.resolve()
        record = cls(folder, now, floor, await asyncio.to_thread(opened, folder))
        await record._recover()
        record._backing = asyncio.create_task(record._back_up())
        return record

    async def close(self) -> None:
        """Finish what was asked for and let go of the file."""
        self._backing.cancel()
        await asyncio.wait([self._backing])
        await self._database.close()
        await asyncio.to_thread(seal, self.folder)

    @property
    def broken(self) -> str | None:
        """Why nothing can be written any more; None while all is well."""
        return self._database.broken

    def listen(self, callback: Callable[[list[Stamped]], None]) -> None:
        """Call this in the event loop with the events of each commit, in the order of `seq`."""
        self._database.listeners.append(callback)

    async def submit(self, new: NewRun) -> Accepted:
        """Accept a run: it is on the disk when this returns, and will not be lost."""
        run = str(uuid.uuid4()) if new.id is None else new.id
        if not ID.fullmatch(run):
            raise Refused("malformed", "the id of a run is a uuid")
        return await self._database.write(
            lambda work: queue.submit(work, run, new, self._room.check)
        )

    async def claim(
        self, worker: str, most: int = 1, *, others: Collection[str] = ()
    ) -> list[Claimed]:
        """The next runs for a worker. `others` could take what it was lost with."""
        return await self._database.write(
            lambda work: claim.claim(work, worker, most, others), spare=True
        )

    async def begun(self, run: str, attempt: int, device: str) -> bool:
        """A worker has begun; False if the attempt does not count any more."""
        return await self._database.write(
            lambda work: claim.begun(work, run, attempt, device), spare=True
        )

    async def events(self, run: str, attempt: int, events: Sequence[Event]) -> bool:
        """Record what a worker tells; False if the attempt does not count any more."""
        return await self._database.write(
            lambda work: claim.tell(work, run, attempt, events), spare=True
        )

    async def announce(self, *events: Event) -> None:
        """Record events that are of no run."""

        def tell(work: Work) -> None:
            for event in events:
                work.tell(event)

        await self._database.write(tell, spare=True)

    def reserve(self, run: str, attempt: int, wanted: str, shown: bool) -> Path:
        """The path at which a file of that name is to appear when the run ends. For any thread."""
        return self._names.reserve(run, attempt, wanted, shown, self._now())

    async def finish(self, ending: Ending) -> bool:
        """End an attempt and let its files appear; False, and none do, if it does not count any
        more. Where they cannot be placed, the run has failed with the reason.
        """
        ended = await self._committing.finish(ending)
        self.under_way.forget(ending.run, ending.attempt)
        self._room.largest = max(self._room.largest, *(m.bytes for m in ending.outputs), 0)
        return ended

    async def lose(
        self, run: str, attempt: int, counted: bool, reason: str, hung: bool = False
    ) -> State | None:
        """An attempt was lost with its worker. The run waits again at the head, or has ended:
        cancelled if that was asked for, failed after three losses that counted or two hangs.
        None if the attempt did not count any more.
        """
        self.under_way.forget(run, attempt)
        state = await self._database.write(
            lambda work: ending.lose(work, run, attempt, counted, reason, hung), spare=True
        )
        await self._committing.forget(run, attempt)
        return state

    async def cancel(self, run: str) -> Run:
        """Cancel a run that waits; ask one that runs, which is then still `running`, to stop."""

        def cancelled(work: Work) -> Run:
            ending.cancel(work, run)
            return history.run(work.connection, run)

        return await self._database.write(cancelled, spare=True)

    async def move(self, run: str, position: int) -> Accepted:
        """Move a waiting run within the queue."""
        return await self._database.write(lambda work: order.move(work, run, position), spare=True)

    async def clear(self) -> int:
        """Cancel all runs that wait; gives how many those were."""
        return await self._database.write(ending.clear, spare=True)

    async def pause(self) -> None:
        """Hand out no more runs, also after a restart, until `resume`."""
        await self._database.write(lambda work: queue.set_paused(work, True), spare=True)

    async def resume(self) -> None:
        await self._database.write(lambda work: queue.set_paused(work, False), spare=True)

    async def run(self, run: str) -> RunWithWorkflow:
        return await self._database.read(lambda c: history.with_workflow(c, run))

    async def runs(self, asked: ListRuns) -> Runs:
        return await self._database.read(lambda c: history.page(c, asked))

    async def delete(self, run: str) -> None:
        """Forget a run that has ended. Its files stay."""
        await self._database.write(lambda work: history.delete(work, run), spare=True)

    async def replay(
        self, after: int, run: str | None = None, most: int | None = None
    ) -> list[Stamped] | None:
        """The events after this seq, at most so many; None where some of them are gone."""
        return await self._database.read(lambda c: replay.replay(c, after, run, most))

    async def asset(self, asset: str) -> FileRow:
        """A stored file, or one that a run has written and that is not placed yet."""
        with suppress(Refused):
            return await self._database.read(lambda c: files.asset(c, self.folder, asset))
        if found := self.under_way.find(asset):
            return found
        # it may have been placed between the two looks
        return await self._database.read(lambda c: files.asset(c, self.folder, asset))

    async def assets(self, asked: ListAssets) -> Assets:
        return await self._database.read(lambda c: files.page(c, asked))

    async def add_asset(self, file: FileRow) -> str:
        """Record a file that was uploaded and lies at its path; gives its asset id."""
        return await self._database.write(lambda work: files.add(work, file, self._room.check))

    async def _recover(self) -> None:
        """Put right what the last process left half done."""
        placings = await self._database.read(outputs.placings)
        await asyncio.to_thread(outputs.sweep, placings)
        await asyncio.to_thread(outputs.empty, self.folder / "tmp")

        def recovered(work: Work) -> None:
            work.run("delete from placing")
            ending.recover(work)
            self.paused, self.queued = queue.state(work)

        await self._database.write(recovered, spare=True)
        self.last_seq = await self._database.read(replay.last_seq)
        self._room.largest = await self._database.read(files.largest)
        self._backed_up = self.last_seq if backups.backups(self.folder / BACKUPS) else 0
        await asyncio.to_thread(self._room.keep)

    async def back_up(self) -> Path:
        """Copy the record beside itself. Raises `OSError` or `sqlite3.Error`."""
        number = await self._database.write(lambda work: self._journal.turn())
        self._backed_up = self.last_seq
        return await asyncio.to_thread(
            backups.make, self.folder / NAME, self.folder / BACKUPS, number
        )

    async def _back_up(self) -> None:
        """Now and then, where something has changed."""
        while True:
            await asyncio.sleep(BACKUP_EVERY)
            if self.last_seq != self._backed_up:
                with suppress(OSError, sqlite3.Error, Refused):  # the next one may succeed
                    await self._database.write(lambda work: self._room.check())
                    await self.back_up()

    def _follow(self, told: list[Stamped]) -> None:
        self.last_seq = told[-1].seq
        for event in told:
            if event.kind == "queue_changed":
                changed = msgspec.json.decode(event.body, type=QueueChanged)
                self.paused, self.queued = changed.paused, changed.queued

"""The one thread that writes the record, and the few that read it.

Writes that wait are committed together: each in a savepoint of its own, one flush to the disk for
all of them, and none is answered before. So thousands are durable in a second.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from server.refused import Refused

from .journal import Journal
from .room import Room
from .work import Stamped, Work, stamped

T = TypeVar("T")
MOST_TOGETHER = 500
READERS = 2
PATIENCE = 30  # seconds for another program that writes to the file
# what one change did wrong: a constraint, a wrong statement; all else is the disk's or the file's
OF_THE_CHANGE = {
    sqlite3.SQLITE_OK,  # it did not come so far: a value of a kind that no column has
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_TOOBIG,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_MISUSE,
    sqlite3.SQLITE_RANGE,
}


@dataclass(frozen=True)
class _Job:
    change: Callable[[Work], Any]
    answer: "asyncio.Future[Any]"
    spare: bool


@dataclass(frozen=True)
class _Done:
    answer: "asyncio.Future[Any]"
    result: Any = None
    error: BaseException | None = None


def connect(file: Path) -> sqlite3.Connection:
    """A connection that every thread may use, without transactions of its own making."""
    connection = sqlite3.connect(file, timeout=3, isolation_level=None, check_same_thread=False)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute("pragma fullfsync = on")  # where macOS would flush to the drive's memory
    return connection


def code_of(error: BaseException) -> int:
    """SQLite's code of an error, 0 if it is none of SQLite's."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


class Database:
    """Must be made within the event loop that listens."""

    def __init__(self, file: Path, room: Room, journal: Journal, now: Callable[[], float]) -> None:
        self.broken: str | None = None
        self.listeners: list[Callable[[list[Stamped]], None]] = []
        self._room, self._journal, self._now = room, journal, now
        self._loop = asyncio.get_running_loop()
        self._file, self._connection = file, connect(file)
        self._connection.execute(f"pragma busy_timeout = {PATIENCE * 1000}")
        self._waiting: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._readers = ThreadPoolExecutor(READERS, "record-reader")
        self._writer = threading.Thread(target=self._write_all, name="record", daemon=True)
        self._writer.start()

    async def write(self, change: Callable[[Work], T], *, spare: bool = False) -> T:
        """Commit a change; gives its result once it is on disk, and what it raised otherwise.

        spare: the change frees room or ends something, so the room kept for that may be used.
        """
        if self.broken:
            raise Refused("unavailable", self.broken)
        answer: asyncio.Future[T] = self._loop.create_future()
        self._waiting.put(_Job(change, answer, spare))
        return await answer

    async def read(self, look: Callable[[sqlite3.Connection], T]) -> T:
        """Look something up, as of the last commit. Waits for no write."""

        def looked() -> T:
            connection = self._reader()
            connection.execute("begin")
            try:
                return look(connection)
            finally:
                connection.execute("rollback")

        try:
            return await self._loop.run_in_executor(self._readers, looked)
        except sqlite3.DatabaseError as error:
            raise Refused("unavailable", f"the record cannot be read: {error}") from error

    async def close(self) -> None:
        """Finish what waits, then let go of the file."""
        self._waiting.put(None)
        await asyncio.to_thread(self._writer.join)
        await asyncio.to_thread(self._readers.shutdown)
        for connection in self._opened:
            connection.close()
        self._connection.close()
        await asyncio.sleep(0)  # the last answers are on their way

    def _reader(self) -> sqlite3.Connection:
        """The connection of this thread. Raises `sqlite3.Error` where it has none and gets none."""
        if not hasattr(self._local, "connection"):
            connection = connect(self._file)
            connection.execute("pragma query_only = on")
            self._opened.append(connection)
            self._local.connection = connection
        found: sqlite3.Connection = self._local.connection
        return found

    def _write_all(self) -> None:
        while (job := self._waiting.get()) is not None:
            jobs, last = [job], False
            while len(jobs) < MOST_TOGETHER and not last:
                try:
                    more = self._waiting.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    last = True
                else:
                    jobs.append(more)
            self._commit(jobs)
            if last:
                return

    def _commit(self, jobs: list[_Job]) -> None:
        """Commit all, or as many as there is room for. An error of the disk is final."""
        if self.broken:
            self._fail(jobs, Refused("unavailable", self.broken))
            return
        try:
            done, works, told = self._together(jobs)
        except Exception as error:
            if not self._rolled_back() or code_of(error) != sqlite3.SQLITE_FULL:
                self.broken = f"the record cannot be written any more ({error}): start again"
                said = {"message": self.broken}
                self._loop.call_soon_threadsafe(self._loop.call_exception_handler, said)
                self._fail(jobs, Refused("unavailable", self.broken))
            elif len(jobs) > 1:
                for job in jobs:
                    self._commit([job])
            elif jobs[0].spare and self._room.release():
                self._commit(jobs)
            else:
                self._fail(jobs, self._room.refusal())
        else:
            self._settle(done, works, told)

    def _rolled_back(self) -> bool:
        """Take back what was begun; False if even that fails."""
        try:
            if self._connection.in_transaction:
                self._connection.execute("rollback")
        except sqlite3.Error:
            return False
        return True

    def _together(self, jobs: Iterable[_Job]) -> tuple[list[_Done], list[Work], list[Stamped]]:
        """All changes in one transaction. Raises what the disk says."""
        done, works, now = [], [], self._now()
        self._connection.execute("begin immediate")
        for job in jobs:
            work = Work(self._connection, now)
            self._connection.execute("savepoint change")
            try:
                done.append(_Done(job.answer, job.change(work)))
                works.append(work)
            except Exception as error:
                if isinstance(error, sqlite3.Error) and code_of(error) not in OF_THE_CHANGE:
                    raise
                self._connection.execute("rollback to change")
                done.append(_Done(job.answer, error=error))
            self._connection.execute("release change")
        if any(work.queue_changed for work in works):
            works.append(Work(self._connection, now))
            works[-1].tell_queue()
        told = stamped(self._connection, [event for work in works for event in work.told])
        self._connection.execute("commit")
        return done, works, told

    def _settle(self, done: list[_Done], works: list[Work], told: list[Stamped]) -> None:
        notes = [note for work in works for note in work.notes]
        if notes:
            self._journal.add(notes, told[-1].seq if told else 0)
        self._loop.call_soon_threadsafe(self._deliver, done, told)

    def _fail(self, jobs: Iterable[_Job], error: Exception) -> None:
        self._loop.call_soon_threadsafe(
            self._deliver, [_Done(job.answer, error=error) for job in jobs], []
        )

    def _deliver(self, done: Iterable[_Done], told: list[Stamped]) -> None:
        for listen in self.listeners if told else ():
            try:
                listen(told)
            except Exception as fault:  # what is committed is answered, whoever does not hear it
                said = {"message": "an event could not be told", "exception": fault}
                self._loop.call_exception_handler(said)
        for answer, result, error in ((d.answer, d.result, d.error) for d in done):
            if answer.done():
                continue  # who asked has gone
            if error is None:
                answer.set_result(result)
            else:
                answer.set_exception(error)

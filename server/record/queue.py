"""The queue: a run comes in, and waits at its place."""

import sqlite3
import zlib
from collections.abc import Callable

import msgspec

from server.messages import Accepted, RunQueued
from server.refused import Refused

from .kinds import NewRun
from .work import Work

STEP = 2**20  # between places, so that a run can be moved in between
# A run that was claimed has a place below all others, in the order of the claims: lost, it waits
# there again.
AHEAD = -(2**59)
FIRST_TURN = -(2**60)


def submit(work: Work, run: str, new: NewRun, check: Callable[[], None] = lambda: None) -> Accepted:
    """Put a run into the queue, once: the same id again is the same run. `check` may refuse it."""
    row = work.run("select number from runs where id = ?", run).fetchone()
    if row is not None:
        return Accepted(run, position(work, row[0]) or 0)
    check()
    place = _next_place(work, new.front)
    queued = work.run("select queued from queue").fetchone()[0]
    number = work.run(
        "insert into runs (id, state, title, place, queued_at) values (?, 'queued', ?, ?, ?)",
        *(run, new.title, place, work.now),
    ).lastrowid
    targets = None if new.targets is None else msgspec.json.encode(new.targets)
    work.run(
        "insert into documents values (?,?,?,?)",
        *(number, new.document, targets, checksum(new.title, new.document, targets)),
    )
    work.run("insert into texts values (?,?)", number, f"{new.title}\n{new.text}".casefold())
    at = (position(work, number) or 0) if new.front else queued
    work.tell(RunQueued(run, new.title, at))
    work.queue_changed = True
    work.note(new=run, at=work.now, of=new)
    return Accepted(run, at)


def checksum(title: str, document: bytes, targets: bytes | None) -> int:
    """Tells a run that the disk has changed from the one that was accepted."""
    return zlib.crc32(targets or b"", zlib.crc32(document, zlib.crc32(title.encode())))


def _next_place(work: Work, front: bool) -> int:
    if front:
        sql = f"update queue set head = head - {STEP} returning head"
    else:
        sql = f"update queue set tail = tail + {STEP} returning tail"
    return int(work.run(sql).fetchone()[0])


def position(work: Work, number: int | None) -> int | None:
    """How many runs wait before this one; None if it does not wait."""
    row = work.run(
        "select place from runs where number = ? and state = 'queued'", number
    ).fetchone()
    return None if row is None else count_between(work.connection, -(2**63), row[0])


def count_between(connection: sqlite3.Connection, start: int, end: int) -> int:
    """How many runs wait from one place up to another."""
    return int(
        connection.execute(
            "select count(*) from runs indexed by waiting "
            "where state = 'queued' and place >= ? and place < ?",
            (start, end),
        ).fetchone()[0]
    )


def state(work: Work) -> tuple[bool, int]:
    """Whether the queue is paused, and how many wait."""
    paused, queued = work.run("select paused, queued from queue").fetchone()
    return bool(paused), queued


def set_paused(work: Work, paused: bool) -> None:
    """Hand out no more runs, or go on. What runs is left alone."""
    if work.run("update queue set paused = ? where paused <> ?", paused, paused).rowcount:
        work.queue_changed = True
        work.note(paused=paused)


def number_of(work: Work, run: str, state: str | None = None) -> int:
    """The row of a run. Raises `Refused` if there is none, or it is in another state."""
    row = work.run("select number, state from runs where id = ?", run).fetchone()
    if row is None:
        raise Refused("not_found", f"there is no run {run[:80]}")
    if state and row[1] != state:
        raise Refused("taken", f"this run is {row[1]}, it must be {state} for that")
    return int(row[0])

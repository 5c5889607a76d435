"""The order of the queue: a run is moved to another place in it."""

from typing import Any

from server.messages import Accepted

from .queue import STEP, number_of, position
from .work import Work


def move(work: Work, run: str, to: int) -> Accepted:
    """Put a waiting run at this position, the last if there are fewer. Raises `Refused`."""
    found = number_of(work, run, "queued")
    last = work.run("select queued - 1 from queue").fetchone()[0]
    to = max(0, min(to, last))
    if position(work, found) != to:
        band, place = _between(work, found, to)
        work.run("update runs set band = ?, place = ? where number = ?", band, place, found)
        work.run("update queue set head = min(head, ?), tail = max(tail, ?)", place, place)
        work.queue_changed = True
    return Accepted(run, to)


def _between(work: Work, number: int, to: int) -> tuple[int, int]:
    """A place behind `to` other runs and before the next."""
    near: list[Any] = work.run(
        """select band, place from runs where state = 'queued' and number <> ?
            order by band, place, number limit ? offset ?""",
        *(number, 2 if to else 1, max(to - 1, 0)),
    ).fetchall()
    before, after = near[0] if to else None, near[-1] if len(near) > bool(to) else None
    if after is None:
        assert before is not None
        return before[0], before[1] + STEP
    if before is None or before[0] != after[0]:
        return after[0], after[1] - STEP
    middle = (before[1] + after[1]) // 2
    if middle == before[1]:
        _spread(work)
        return _between(work, number, to)
    return before[0], middle


def _spread(work: Work) -> None:
    """Make room between all that wait, keeping the order."""
    rows = work.run(
        "select number from runs where state = 'queued' order by band, place, number"
    ).fetchall()
    tail = work.run("select tail from queue").fetchone()[0]
    places = ((tail + STEP * (at + 1), number) for at, (number,) in enumerate(rows))
    work.connection.executemany("update runs set place = ? where number = ?", places)
    work.run("update queue set tail = ?", tail + STEP * (len(rows) + 1))

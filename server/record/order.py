"""The order of the queue: a run is moved to another place in it."""

from server.messages import Accepted

from .queue import AHEAD, STEP, number_of, position
from .work import Work


def move(work: Work, run: str, to: int) -> Accepted:
    """Put a waiting run at this position, the last if there are fewer. Raises `Refused`."""
    found = number_of(work, run, "queued")
    last = work.run("select queued - 1 from queue").fetchone()[0]
    to = max(0, min(to, last))
    if position(work, found) != to:
        place = _between(work, found, to)
        work.run("update runs set place = ? where number = ?", place, found)
        if not _ahead(place):
            work.run("update queue set head = min(head, ?), tail = max(tail, ?)", place, place)
        work.queue_changed = True
    return Accepted(run, to)


def _between(work: Work, number: int, to: int) -> int:
    """A place behind `to` other runs and before the next."""
    near = work.run(
        """select place from runs indexed by waiting where state = 'queued' and number <> ?
            order by place, number limit ? offset ?""",
        *(number, 2 if to else 1, max(to - 1, 0)),
    ).fetchall()
    places: list[int] = [place for (place,) in near]
    if to and len(places) == 1:
        return places[0] + STEP
    after = places[-1]
    if not to or _ahead(places[0]) != _ahead(after):
        return after - STEP
    middle = (places[0] + after) // 2
    if middle == places[0]:
        _spread(work)
        return _between(work, number, to)
    return middle


def _ahead(place: int) -> bool:
    return place < AHEAD


def _spread(work: Work) -> None:
    """Make room between all that wait, keeping the order."""
    rows = work.run(
        "select number from runs indexed by waiting where state = 'queued' order by place, number"
    ).fetchall()
    tail = work.run("select tail from queue").fetchone()[0]
    places = ((tail + STEP * (at + 1), number) for at, (number,) in enumerate(rows))
    work.connection.executemany("update runs set place = ? where number = ?", places)
    work.run("update queue set tail = ?", tail + STEP * (len(rows) + 1))

"""Events that were missed, for whoever comes back."""

import sqlite3

from .work import Stamped


def last_seq(connection: sqlite3.Connection) -> int:
    """The number of the newest event, 0 before the first."""
    return int(connection.execute("select coalesce(max(seq), 0) from events").fetchone()[0])


def replay(
    connection: sqlite3.Connection, after: int, run: str | None, most: int | None
) -> list[Stamped] | None:
    """The events after this one, of one run or all; None where some of them are gone."""
    first, last = connection.execute("select min(seq), max(seq) from events").fetchone()
    if first is None:
        return [] if after == 0 else None
    if not first - 1 <= after <= last:
        return None
    rows = connection.execute(
        "select seq, run, kind, body from events where seq > ? and (? is null or run = ?) "
        "order by seq limit ?",
        (after, run, run, -1 if most is None else most),
    )
    return [Stamped(*row) for row in rows]

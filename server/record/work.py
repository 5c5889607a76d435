"""A change to the record on its way: what it writes, and what it tells once it is committed."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from server.messages import KIND_OF, Event, QueueChanged

KEPT_EVENTS = 200_000
PRUNED_EVERY = 500


class Stamped(NamedTuple):
    """An event that is committed. `body` is a JSON object: `kind` and all its fields, but `seq`."""

    seq: int
    run: str | None
    kind: str
    body: bytes


Told = tuple[str | None, str, bytes]


def stamped(connection: sqlite3.Connection, told: Sequence[Told]) -> list[Stamped]:
    """Put events into the record, all at once. Each number is the next: none is left out."""
    if not told:
        return []
    last = connection.execute("select coalesce(max(seq), 0) from events").fetchone()[0]
    events = [Stamped(seq, *one) for seq, one in enumerate(told, last + 1)]
    connection.executemany("insert into events values (?,?,?,?)", events)
    end = events[-1].seq
    if end // PRUNED_EVERY > last // PRUNED_EVERY:
        connection.execute("delete from events where seq <= ?", (end - KEPT_EVENTS,))
    return events


def encode(event: Event) -> tuple[str, bytes]:
    """The kind of an event and its body."""
    kind, fields = KIND_OF[type(event)], msgspec.json.encode(event)
    comma = b"," if len(fields) > 2 else b""
    return kind, b'{"kind":"' + kind.encode() + b'"' + comma + fields[1:]


@dataclass
class Work:
    """One change within a transaction. It may be made anew, so it changes nothing else."""

    connection: sqlite3.Connection
    now: float
    told: list[Told] = field(default_factory=list[Told])
    notes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    queue_changed: bool = False

    def run(self, sql: str, *values: Any) -> sqlite3.Cursor:
        return self.connection.execute(sql, values)

    def named(self, sql: str, values: Mapping[str, Any]) -> sqlite3.Cursor:
        return self.connection.execute(sql, values)

    def tell(self, event: Event) -> None:
        """Record an event, with the others of its commit."""
        self.told.append((getattr(event, "run", None), *encode(event)))

    def tell_queue(self) -> None:
        """Record how the queue is now."""
        paused, queued = self.run("select paused, queued from queue").fetchone()
        self.tell(QueueChanged(bool(paused), queued))

    def note(self, **said: Any) -> None:
        """Put down in the journal what the newest backup does not know yet."""
        self.notes.append(said)

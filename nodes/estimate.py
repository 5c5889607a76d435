"""What a run will cost in seconds and memory, learned from earlier runs on this device."""

import resource
import sqlite3
import sys
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from nodes.core.context import Host
from nodes.core.events import Event, NodeFinished
from nodes.core.plan import Plan, Step
from nodes.core.workflow import Source

SIZES = ("steps", "times", "batch", "width", "height", "tile", "sampler")
TABLE = """create table if not exists timings
  (work text primary key, seconds real, bytes integer) without rowid"""
FRESH = 0.5  # how much the newest run counts against all before it


@dataclass(frozen=True)
class Estimate:
    """Seconds, and the most bytes in use; `unknown` are nodes that never ran at this size."""

    seconds: float
    bytes: int
    unknown: tuple[str, ...]


class Timings:
    """Seconds by kind of work: a node's type with the sizes that make it slow, on one device."""

    def __init__(self, folder: Path) -> None:
        self._database: sqlite3.Connection | None = None
        with suppress(OSError, sqlite3.Error):
            folder.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(
                folder / "timings.sqlite", timeout=5, isolation_level=None
            )
            self._database.execute(TABLE)

    def learn(self, event: Event, plan: Plan, host: Host) -> None:
        """Remember what a node at the top of a workflow took, if it ran."""
        if isinstance(event, NodeFinished) and not event.reused and event.node in plan.steps:
            work = work_of(plan.steps[event.node], plan, host)
            before = self._row(work)
            seconds = (
                event.seconds if before is None else before[0] + FRESH * (event.seconds - before[0])
            )
            self._write(work, seconds, memory_in_use())

    def estimate(self, plan: Plan, names: list[str], host: Host) -> Estimate:
        """For these nodes of a plan, run one after the other."""
        known = {name: self._row(work_of(plan.steps[name], plan, host)) for name in names}
        rows = [row for row in known.values() if row]
        unknown = tuple(name for name, row in known.items() if row is None)
        return Estimate(sum(r[0] for r in rows), max((r[1] for r in rows), default=0), unknown)

    def close(self) -> None:
        if self._database:
            self._database.close()

    def _row(self, work: str) -> tuple[float, int] | None:
        with suppress(sqlite3.Error):
            if self._database:
                found: tuple[float, int] | None = self._database.execute(
                    "select seconds, bytes from timings where work = ?", (work,)
                ).fetchone()
                return found
        return None

    def _write(self, work: str, seconds: float, bytes: int) -> None:
        with suppress(sqlite3.Error):  # an estimate is worth no failure
            if self._database:
                self._database.execute(
                    "insert or replace into timings values (?, ?, ?)", (work, seconds, bytes)
                )


def work_of(step: Step, plan: Plan, host: Host) -> str:
    """What decides how long a node takes: its type, the facts around it and its sizes."""
    facts = [plan.facts.get(s) for starts in step.sources.values() for s in starts]
    facts += [plan.facts.get(Source(step.id, name)) for name in step.type.outputs]
    sizes = {name: value for name, value in step.constants.items() if name in SIZES}
    return blake2b(
        f"{step.type.type} {facts!r} {sizes!r} {host.environment}".encode(), digest_size=16
    ).hexdigest()


def memory_in_use() -> int:
    """The most bytes this process has held at once."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024

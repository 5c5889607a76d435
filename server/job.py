"""A run that a worker has: how it is handed over, and what comes back from it."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import msgspec

from .frames import pack
from .messages import EVENTS, Event, NodeReport, Trouble
from .record import Claimed, Ending, FileRow, Made

AHEAD_SECONDS = 0.02  # of work that a worker has waiting, so that short runs need not wait for us
MOST_AHEAD = 16
MADE = ("node", "name", "sha256", "mime", "width", "height", "bytes")
NEWEST = 0.2  # how much the newest run counts for how long runs take


@dataclass
class Job:
    """A run that a worker has. `begun` is false while it waits there behind another, `long` is that
    none should wait behind it, `cancelled` that somebody asked for its end, and `kept` the files it
    has written.
    """

    claimed: Claimed
    begun: bool = False
    long: bool = False
    cancelled: bool = False
    kept: list[Made] = field(default_factory=list[Made])

    def cut_off(self) -> Ending:
        """How it ends where its worker had to be ended for it."""
        run, attempt = self.claimed.run, self.claimed.attempt
        return Ending(run, attempt, "cancelled", outputs=self.kept)


@dataclass
class Bench:
    """A worker's jobs, the first of which it is at, how long its runs take, and the keys of the
    results that it has in memory.
    """

    jobs: dict[str, Job] = field(default_factory=dict[str, Job])
    usual: float = 1.0
    held: set[str] = field(default_factory=set[str])

    @property
    def room(self) -> int:
        if any(job.long for job in self.jobs.values()):
            return 0
        ahead = min(MOST_AHEAD, int(AHEAD_SECONDS / max(self.usual, 1e-4)))
        return max(0, 1 + ahead - len(self.jobs))

    def learn(self, said: dict[str, Any]) -> None:
        """What the end of a run tells of the worker."""
        self.usual += NEWEST * (said["seconds"] - self.usual)
        self.held.difference_update(said["keys_dropped"])
        self.held.update(said["keys_added"])


def run_frame(claimed: Claimed, previews: bool) -> bytes:
    return pack(
        "run",
        claimed.document,
        run=claimed.run,
        attempt=claimed.attempt,
        targets=claimed.targets,
        title=claimed.title,
        previews=previews,
    )


def event_of(run: str, said: dict[str, Any]) -> Event:
    """What a worker tells of a run, as its class. Raises `msgspec.ValidationError`."""
    kind = EVENTS[said.pop("kind")]
    return cast(Event, msgspec.convert(said | {"run": run}, kind))


def file_of(said: dict[str, Any]) -> FileRow:
    """A file that a run has written and that is not placed yet."""
    tmp, sha256 = Path(said["tmp"]), said["sha256"]
    return FileRow(
        asset=sha256[:32],
        name=said["name"],
        path=f"{tmp.parent.name}/{tmp.name}",
        mime=said["mime"],
        bytes=said["bytes"],
        width=said["width"],
        height=said["height"],
        sha256=sha256,
        created_at=time.time(),
        run=said["run"],
        node=said["node"],
        shown=False,
    )


def made_of(said: dict[str, Any]) -> Made:
    """The same, or one that was placed by an earlier run, as it goes into the record."""
    fields = {name: said[name] for name in MADE}
    tmp = said["tmp"] and Path(said["tmp"])
    return Made(**fields, path=Path(said["path"]), tmp=tmp)


def ending_of(said: dict[str, Any]) -> Ending:
    outputs = [made_of(made) for made in said["outputs"]]
    error = msgspec.convert(said["error"], Trouble | None)
    nodes = msgspec.convert(said["nodes"], dict[str, NodeReport])
    run, attempt, state = said["run"], said["attempt"], said["state"]
    return Ending(run, attempt, state, error, outputs, nodes, said["seconds"])

"""A run that a worker has: how it is handed over, and what comes back from it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import msgspec

from .frames import pack
from .messages import EVENTS, Event, NodeReport, Trouble
from .processes.child import Ended
from .record import Claimed, Ending, Made

AHEAD_SECONDS = 0.02  # of work that a worker has waiting, so that short runs need not wait for us
MOST_AHEAD = 16
NEWEST = 0.2  # how much the newest run counts for how long runs take


@dataclass
class Job:
    """A run that a worker has. `begun` is false while it waits there behind another."""

    claimed: Claimed
    begun: bool = False
    node: str | None = None  # where it is


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


def ending_of(said: dict[str, Any]) -> Ending:
    outputs = [
        Made(**made | {"path": Path(made["path"]), "tmp": made["tmp"] and Path(made["tmp"])})
        for made in said["outputs"]
    ]
    error = msgspec.convert(said["error"], Trouble | None)
    nodes = msgspec.convert(said["nodes"], dict[str, NodeReport])
    run, attempt, state = said["run"], said["attempt"], said["state"]
    return Ending(run, attempt, state, error, outputs, nodes, said["seconds"])


def reason_of(job: Job, ended: Ended) -> str:
    """Why an attempt was lost, with the node it was at."""
    return f"{job.node}: {ended.sentence}" if job.node else ended.sentence

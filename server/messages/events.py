"""What is told while it happens, and which of it one wants to hear."""

from dataclasses import dataclass, field

from .runs import Fix, Json, Output


@dataclass(frozen=True)
class Watch:
    """Be told of one run, or of everything (`run` None), with previews or not. With `after`, those
    events that came after that seq are sent first, then all that come.
    """

    run: str | None = None
    after: int | None = None
    previews: bool = True


@dataclass(frozen=True)
class Watching:
    """`seq` is the last event there was. `resync`: some of those after `after` are gone, so ask
    anew (`runs.get`, `runs.list`) for what they were about; what comes from now on is sent.
    """

    seq: int
    resync: bool


@dataclass(frozen=True)
class Unwatch:
    """Stop watching a run, or all (None)."""

    run: str | None = None


@dataclass(frozen=True)
class RunQueued:
    """A run waits, for the first time or again after a worker was lost."""

    run: str
    title: str
    position: int


@dataclass(frozen=True)
class RunStarted:
    """A worker has begun."""

    run: str
    attempt: int
    device: str


@dataclass(frozen=True)
class NodeStarted:
    """A node begins. `node` is its id, in a body with a path (`loop/step`), and then `iteration` is
    the turn of that body, from 0.
    """

    run: str
    node: str
    iteration: int | None = None


@dataclass(frozen=True)
class NodeProgress:
    """A node is on its way. It has no seq: only the latest counts."""

    run: str
    node: str
    step: int
    of: int
    seconds_left: float | None = None
    iteration: int | None = None


@dataclass(frozen=True)
class NodeFinished:
    """A node is done or was `reused` from an earlier run. `facts` are measured on what came out, by
    output; `assets` are files it shows, which may be fetched at once.
    """

    run: str
    node: str
    seconds: float
    reused: bool
    facts: dict[str, Json] = field(default_factory=dict[str, Json])
    iteration: int | None = None
    assets: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class NodeNotice:
    """Something to know that is no error."""

    run: str
    node: str
    message: str


@dataclass(frozen=True)
class RunFinished:
    """The run is done and its files are there."""

    run: str
    outputs: list[Output]
    seconds: float


@dataclass(frozen=True)
class RunFailed:
    """The run has failed, for this reason."""

    run: str
    node: str | None
    port: str | None
    message: str
    fix: Fix | None = None
    outputs: list[Output] = field(default_factory=list[Output])


@dataclass(frozen=True)
class RunCancelled:
    """The run was cancelled. What was saved before is kept."""

    run: str
    outputs: list[Output] = field(default_factory=list[Output])


@dataclass(frozen=True)
class QueueChanged:
    """The order, the pause or the length of the queue is another."""

    paused: bool
    queued: int


@dataclass(frozen=True)
class ModelsChanged:
    """Models came or went, or more is known of them."""


@dataclass(frozen=True)
class NodesChanged:
    """Node types came or went."""


Event = (
    RunQueued
    | RunStarted
    | NodeStarted
    | NodeProgress
    | NodeFinished
    | NodeNotice
    | RunFinished
    | RunFailed
    | RunCancelled
    | QueueChanged
    | ModelsChanged
    | NodesChanged
)

EVENTS: dict[str, type] = {
    "run_queued": RunQueued,
    "run_started": RunStarted,
    "node_started": NodeStarted,
    "node_progress": NodeProgress,
    "node_finished": NodeFinished,
    "node_notice": NodeNotice,
    "run_finished": RunFinished,
    "run_failed": RunFailed,
    "run_cancelled": RunCancelled,
    "queue_changed": QueueChanged,
    "models_changed": ModelsChanged,
    "nodes_changed": NodesChanged,
}
KIND_OF = {event: kind for kind, event in EVENTS.items()}

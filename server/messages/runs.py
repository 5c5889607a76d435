"""Calls and answers about runs and the queue."""

from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["queued", "running", "done", "failed", "cancelled"]
Json = dict[str, Any]


@dataclass(frozen=True)
class Fix:
    """A change that mends a problem: a title for its button, and values by "NODE.INPUT"."""

    title: str
    set: Json


@dataclass(frozen=True)
class Trouble:
    """What is wrong, where, and perhaps a way out. `node` is a path such as `loop/step`."""

    node: str | None
    port: str | None
    message: str
    fix: Fix | None = None


@dataclass(frozen=True)
class Output:
    """A file a run made or named anew: `asset` fetches it, `path` is where it lies in the data
    folder, `name` what the node was told to call it.
    """

    node: str
    asset: str
    name: str
    path: str


@dataclass(frozen=True)
class NodeReport:
    """How long a node took, or that its earlier result was used."""

    seconds: float
    reused: bool


@dataclass(frozen=True)
class Run:
    """A run. `position` counts from 0 (next) while it is queued. `attempt` counts how often it was
    begun: again after its worker or the server was lost. `seconds` is what the last one took;
    `nodes` are those of it, by id.
    """

    run: str
    state: State
    title: str
    attempt: int
    queued_at: float
    started_at: float | None = None
    finished_at: float | None = None
    seconds: float | None = None
    position: int | None = None
    outputs: list[Output] = field(default_factory=list[Output])
    error: Trouble | None = None
    nodes: dict[str, NodeReport] = field(default_factory=dict[str, NodeReport])


@dataclass(frozen=True)
class RunWithWorkflow(Run):
    """A run and what it runs."""

    workflow: Json = field(default_factory=dict[str, Any])
    targets: list[str] | None = None


@dataclass(frozen=True)
class Submit:
    """Queue a workflow. `set` puts values over it by "NODE.INPUT", in a body "loop/step.INPUT";
    `targets` are the nodes to work out, all that save or show something if none are named; `front`
    goes before all that wait; the same `id`, a UUID, twice is one run, so that a client that heard
    no answer may ask again.
    """

    workflow: Json
    set: Json = field(default_factory=dict[str, Any])
    targets: list[str] | None = None
    front: bool = False
    id: str | None = None


@dataclass(frozen=True)
class Accepted:
    """The run is on disk. `position` counts from 0."""

    run: str
    position: int


@dataclass(frozen=True)
class OfRun:
    """Which run, by the id that `runs.submit` gave."""

    run: str


@dataclass(frozen=True)
class Move:
    """Move a queued run to this place, 0 for the next to run."""

    run: str
    position: int


@dataclass(frozen=True)
class ListRuns:
    """Runs, newest first, of one state or all. `text` is looked for in titles and prompts; `cursor`
    is that of the last page; a page has at most 500.
    """

    state: State | None = None
    text: str = ""
    cursor: str | None = None
    limit: int = 50


@dataclass(frozen=True)
class Runs:
    """A page of runs; `cursor` asks for the next, None at the end."""

    runs: list[Run]
    cursor: str | None
    paused: bool


@dataclass(frozen=True)
class Nothing:
    """No params, or no result."""


@dataclass(frozen=True)
class Cleared:
    """How many runs were taken out of the queue."""

    cancelled: int

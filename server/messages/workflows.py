"""Calls and answers about saved workflows, and about those that are being made."""

from dataclasses import dataclass, field
from typing import Any

from .runs import Json, Trouble


@dataclass(frozen=True)
class OfWorkflow:
    """Which saved workflow, by its name."""

    name: str


@dataclass(frozen=True)
class Save:
    """Save a workflow under a name. `revision` is the one last seen, 0 for a new one; where it is
    not the newest, the answer is `conflict`, with both.
    """

    name: str
    workflow: Json
    revision: int = 0


@dataclass(frozen=True)
class Rename:
    """Give a saved workflow another name, which must be free."""

    name: str
    to: str
    revision: int


@dataclass(frozen=True)
class Delete:
    """Put a saved workflow into the bin."""

    name: str
    revision: int


@dataclass(frozen=True)
class Saved:
    """A saved workflow. Every save raises its revision by one."""

    name: str
    revision: int
    title: str
    changed_at: float


@dataclass(frozen=True)
class SavedWithWorkflow(Saved):
    """A saved workflow and its document. `notice` says what was mended in its file."""

    workflow: Json = field(default_factory=dict[str, Any])
    notice: str | None = None


@dataclass(frozen=True)
class Workflows:
    """All saved workflows, by name."""

    workflows: list[Saved]


@dataclass(frozen=True)
class Check:
    """A workflow to look at without running it."""

    workflow: Json
    set: Json = field(default_factory=dict[str, Any])
    targets: list[str] | None = None


@dataclass(frozen=True)
class Estimate:
    """What a run would cost here, with None where nothing like it ran before; `unknown` names the
    nodes for which that is so. `bytes` is the most memory at a time.
    """

    seconds: float | None
    bytes: int | None
    unknown: list[str]


@dataclass(frozen=True)
class Checked:
    """Every problem; what is known of every wire by "NODE.OUTPUT", such as sizes; the nodes whose
    earlier results would be used. `notices` are no problems, but good to know.
    """

    problems: list[Trouble]
    facts: dict[str, Json]
    reused: list[str]
    estimate: Estimate
    notices: list[Trouble] = field(default_factory=list[Trouble])

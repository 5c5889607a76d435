"""What a run tells while it goes. Whoever runs a workflow loops over these; stopping the loop cancels the run."""

from dataclasses import dataclass
from typing import Any

from .context import Asset


@dataclass(frozen=True)
class Progress:
    """Yielded by a node: `step` of `of` is done. `preview` is a Latent or Image to show meanwhile."""

    step: int
    of: int
    preview: Any = None


@dataclass(frozen=True, slots=True)
class NodeStarted:
    node: str
    iteration: int | None = None


@dataclass(frozen=True, slots=True)
class NodeProgress:
    node: str
    step: int
    of: int
    seconds_left: float | None
    preview: Any = None
    iteration: int | None = None


@dataclass(frozen=True, slots=True)
class NodeFinished:
    """`facts` are measured on what came out, by output."""

    node: str
    seconds: float
    reused: bool
    facts: dict[str, Any]
    iteration: int | None = None
    assets: tuple[Asset, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know that is no error."""

    node: str
    message: str


Event = NodeStarted | NodeProgress | NodeFinished | Notice

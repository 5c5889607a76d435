"""What a run tells while it goes: who runs a workflow loops over these; to stop is to cancel."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from .context import Asset


@dataclass(frozen=True)
class Progress:
    """Yielded by a node: `step` of `of` is done. `preview` is a Latent or Image to show so far."""

    step: int
    of: int
    preview: Any = None


class NodeStarted(NamedTuple):
    """A node begins. `node` is its path, `iteration` the turn of the body it is in."""

    node: str
    iteration: int | None = None


class NodeProgress(NamedTuple):
    """A node is on its way; `seconds_left` is a guess from the steps so far."""

    node: str
    step: int
    of: int
    seconds_left: float | None
    preview: Any = None
    iteration: int | None = None


class NodeFinished(NamedTuple):
    """A node is done or was reused. `facts` are measured on what came out, by output."""

    node: str
    seconds: float
    reused: bool
    facts: dict[str, Any]
    iteration: int | None = None
    assets: tuple[Asset, ...] = ()


class Notice(NamedTuple):
    """Something to know that is no error."""

    node: str
    message: str


Event = NodeStarted | NodeProgress | NodeFinished | Notice
EVENTS = (NodeStarted, NodeProgress, NodeFinished, Notice)

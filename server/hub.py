"""Everybody who watches: each is told what happens, and nobody waits for another."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from . import wire
from .messages import NodeProgress

if TYPE_CHECKING:
    from .record import Stamped
    from .viewer import Viewer


class Replay(Protocol):
    """How the record gives back events: those after a seq, of one run or of all, in their order.

    At most `most`; None where some of them are gone.
    """

    async def __call__(self, after: int, run: str | None, most: int) -> "list[Stamped] | None": ...


class Batch:
    """Events that were committed together, each turned into bytes when first wanted."""

    def __init__(self, events: "Sequence[Stamped]") -> None:
        self.events = events
        self._frames: dict[int, bytes] = {}

    def frames(self, wanted: "Callable[[Stamped], bool]") -> Iterator[bytes]:
        for event in self.events:
            if wanted(event):
                if event.seq not in self._frames:
                    self._frames[event.seq] = wire.event(event)
                yield self._frames[event.seq]


class Hub:
    """`seq` is the last event that was told.

    `replay` reads old events from the record; `changed` is called when who wants previews changed.
    """

    def __init__(self, replay: Replay, seq: int, changed: Callable[[], None]) -> None:
        self.replay, self.seq, self.changed = replay, seq, changed
        self.viewers: set[Viewer] = set()

    def join(self, viewer: "Viewer") -> None:
        self.viewers.add(viewer)

    def leave(self, viewer: "Viewer") -> None:
        self.viewers.discard(viewer)
        self.changed()

    def publish(self, events: "list[Stamped]") -> None:
        """Tell of events, in their order, right after they were committed."""
        batch = Batch(events)
        for viewer in list(self.viewers):
            viewer.take(batch)
        self.seq = events[-1].seq

    def progress(self, event: NodeProgress) -> None:
        """Tell how far a node is. Those who are slow are told the latest only."""
        watching = [viewer for viewer in self.viewers if viewer.wants(event.run)]
        if watching:
            frame = wire.passing(event)
            for viewer in watching:
                viewer.show("progress", event.run, frame)

    def preview(self, run: str, node: str, step: int, mime: str, picture: bytes) -> None:
        """Show what a run has so far, to those who want to see it."""
        watching = [viewer for viewer in self.viewers if viewer.wants_previews(run)]
        if watching:
            frame = wire.preview(self.seq, run, node, step, mime, picture)
            for viewer in watching:
                viewer.show("preview", run, frame)

    def wants_previews(self, run: str) -> bool:
        return any(viewer.wants_previews(run) for viewer in self.viewers)

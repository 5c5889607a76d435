"""What the server is told of a run while it goes: often enough to see it live, and no oftener."""

import time
from collections.abc import Callable
from math import isfinite
from threading import Event as Signal
from threading import Lock, Thread
from typing import Any, NamedTuple

from nodes.core.events import Event, NodeFinished, NodeProgress, NodeStarted, Notice
from server.frames import pack

from .facts import plain
from .line import Line

TOGETHER = 0.02  # seconds for which events are collected
BETWEEN_PROGRESS = 0.2
BETWEEN_PREVIEWS = 0.5
ASSET_DIGITS = 32
MOST_NOTICES = 200  # of one run
LONGEST = 2000  # characters of a text
MOST = 100  # items of a list


class Preview(NamedTuple):
    """A small picture of what a node is at."""

    mime: str
    data: bytes


Draw = Callable[[Any], Preview | None]


class Teller:
    """Sends what happens in one run after the other, from a thread of its own if it must wait."""

    def __init__(self, line: Line, watched: Callable[[], bool], draw: Draw) -> None:
        self.line, self.watched, self.draw = line, watched, draw
        self.nodes: dict[str, dict[str, Any]] = {}
        self._run: dict[str, Any] = {}
        self._events: list[dict[str, Any]] = []
        self._lock, self._busy = Lock(), Signal()
        self._progress = self._preview = 0.0
        self._notices = 0
        Thread(target=self._flush_now_and_then, name="telling", daemon=True).start()

    def begin(self, run: str, attempt: int) -> None:
        """A run begins. It is said at once: whatever happens next, it happens in this run."""
        self._run = {"run": run, "attempt": attempt}
        self.nodes, self._progress, self._preview, self._notices = {}, 0.0, 0.0, 0
        self.line.send("begun", **self._run)
        self._busy.set()

    def tell(self, event: Event, at_once: bool = False) -> None:
        """Something happened. `at_once` where the process may not live to say it later."""
        if isinstance(event, NodeProgress):
            self._go_on(event)
            return
        if isinstance(event, Notice):
            self._notices += 1
            if self._notices > MOST_NOTICES:
                return
        with self._lock:
            self._events.append(_said(event))
        if isinstance(event, NodeFinished) and "/" not in event.node:
            self.nodes[event.node] = {"seconds": event.seconds, "reused": event.reused}
        if at_once:
            self.flush()

    def flush(self, last: bytes = b"") -> None:
        """Send what was collected, and `last` behind it."""
        with self._lock:
            events, self._events = self._events, []
            frames = pack("events", **self._run, events=events) if events else b""
            if frames or last:
                self.line.send_all(frames + last)

    def end(self, **said: Any) -> None:
        """The run is over, and this is how."""
        self._busy.clear()
        self.flush(pack("ended", **said))

    def _go_on(self, event: NodeProgress) -> None:
        now = time.monotonic()
        if now - self._progress >= BETWEEN_PROGRESS:
            self._progress = now
            left = event.seconds_left
            said = event._asdict() | self._run
            del said["preview"]
            # packs count in numbers of every kind
            said |= {"step": int(event.step), "of": int(event.of)}
            said["seconds_left"] = float(left) if left is not None and isfinite(left) else None
            self.flush(pack("progress", **said))
        if event.preview is None or now - self._preview < BETWEEN_PREVIEWS or not self.watched():
            return
        preview = self.draw(event.preview)
        self._preview = time.monotonic()
        if preview:
            where = {"node": event.node, "step": int(event.step), "mime": preview.mime}
            self.flush(pack("preview", preview.data, **self._run, **where))

    def _flush_now_and_then(self) -> None:
        while True:
            self._busy.wait()
            time.sleep(TOGETHER)
            self.flush()


def _said(event: NodeStarted | NodeFinished | Notice) -> dict[str, Any]:
    """An event as its message has it, without the run."""
    if isinstance(event, NodeStarted):
        return {"kind": "node_started", "node": event.node, "iteration": event.iteration}
    if isinstance(event, Notice):
        return {"kind": "node_notice", "node": event.node, "message": short(event.message)}
    return {
        "kind": "node_finished",
        "node": event.node,
        "seconds": event.seconds,
        "reused": event.reused,
        "facts": {name: short(plain(facts)) for name, facts in event.facts.items()},
        "iteration": event.iteration,
        "assets": [asset.sha256[:ASSET_DIGITS] for asset in event.assets],
    }


def short(value: Any) -> Any:
    """Facts as they are sent: JSON has no infinity, and nobody reads a whole book in an event."""
    if isinstance(value, dict):
        return {short(name): short(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [short(one) for one in value[:MOST]]
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    if isinstance(value, str):
        cut = value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
        return cut.encode(errors="replace").decode()
    return value

"""The runs a worker has, seen from its line: waiting, watched, cancelled, taken back."""

from collections import deque
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from threading import Condition
from typing import Any

from nodes.core.problem import Problem
from server.frames import Frame

from .line import Line


class Jobs:
    """`hear` is for the thread that listens, all else for the one that runs."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.stopping = False
        self._waiting: deque[Frame] = deque()
        self._current: str | None = None
        self._cancelled = False
        self._watched: set[str] = set()
        self._changed = Condition()
        self._names: dict[int, SimpleQueue[dict[str, Any]]] = {}
        self._numbers = count(1)

    def hear(self, frame: Frame) -> bool:
        """Do what a frame says."""
        with self._changed:
            handler = getattr(self, f"_{frame.kind}", None)
            if handler:
                handler(frame)
            self._changed.notify()
        return True

    def take(self) -> Frame | None:
        """The next run, once there is one; None when it is time to stop."""
        with self._changed:
            self._watched.discard(self._current or "")
            self._current, self._cancelled = None, False
            while not self._waiting and not self.stopping:
                self._changed.wait()
            if self.stopping:
                return None
            frame = self._waiting.popleft()
            self._current = frame.said["run"]
            return frame

    @property
    def idle(self) -> bool:
        """Whether nothing waits."""
        return not self._waiting

    @property
    def cancelled(self) -> bool:
        """Whether the run at hand is to end."""
        return self._cancelled or self.stopping

    @property
    def watched(self) -> bool:
        """Whether somebody wants to see the run at hand."""
        return self._current in self._watched

    def name(self, wanted: str, shown: bool, run: str, attempt: int) -> Path:
        """Where a file is to go, as the server says. Raises `Problem`."""
        number, answer = next(self._numbers), SimpleQueue[dict[str, Any]]()
        self._names[number] = answer
        self.line.send("name", request=number, run=run, attempt=attempt, name=wanted, shown=shown)
        said = answer.get()
        if said.get("problem"):
            raise Problem(said["problem"])
        return Path(said["path"])

    def _run(self, frame: Frame) -> None:
        self._waiting.append(frame)
        self._see(frame.said["run"], bool(frame.said.get("previews")))

    def _cancel(self, frame: Frame) -> None:
        if frame.said["run"] == self._current:
            self._cancelled = True
        elif waiting := self._pull(frame.said["run"]):
            self.line.send("ended", **ending(waiting, "cancelled"))

    def _recall(self, frame: Frame) -> None:
        if self._pull(frame.said["run"]):
            self.line.send("returned", run=frame.said["run"])

    def _previews(self, frame: Frame) -> None:
        self._see(frame.said["run"], frame.said["on"])

    def _named(self, frame: Frame) -> None:
        answer = self._names.pop(frame.said["request"], None)
        if answer:
            answer.put(frame.said)

    def _stop(self, frame: Frame) -> None:
        self.stopping = True

    def _see(self, run: str, on: bool) -> None:
        (self._watched.add if on else self._watched.discard)(run)

    def _pull(self, run: str) -> Frame | None:
        """Take a run that waits out of the others."""
        for frame in self._waiting:
            if frame.said["run"] == run:
                self._waiting.remove(frame)
                self._watched.discard(run)
                return frame
        return None


def ending(frame: Frame, state: str, **said: Any) -> dict[str, Any]:
    """How a run ended, with all that is not said empty."""
    nothing: dict[str, Any] = {
        "error": None,
        "outputs": [],
        "nodes": {},
        "seconds": 0.0,
        "keys_added": [],
        "keys_dropped": [],
    }
    run = {"run": frame.said["run"], "attempt": frame.said["attempt"], "state": state}
    return run | nothing | said

"""A supervisor with its children on a thread of its own, and what became of every run."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from inspect import isawaitable
from itertools import count
from pathlib import Path
from threading import Condition, Thread
from time import monotonic
from typing import Any, TypeVar

from server.frames import Frame, pack
from server.processes.child import Ended
from server.processes.supervisor import Supervisor, Worker
from server.settings import Settings

PATIENCE = 120.0  # seconds, on a machine that does much else
X = TypeVar("X")


@dataclass
class Going:
    """A run that a worker has: its frames so far, and how it ended or how its worker did."""

    run: str
    pid: int | None
    changed: Condition
    frames: list[Frame] = field(default_factory=list[Frame])
    ended: dict[str, Any] | None = None
    lost: Ended | None = None
    returned: bool = False

    def wait_for(self, kind: str, more: Callable[[Frame], bool] = lambda _: True) -> Frame:
        """The first frame of that kind."""

        def found() -> Frame | None:
            return next((f for f in self.frames if f.kind == kind and more(f)), None)

        with self.changed:
            assert self.changed.wait_for(lambda: found() or self.over, PATIENCE), self
        frame = found()
        assert frame, self
        return frame

    @property
    def over(self) -> bool:
        return bool(self.ended or self.lost or self.returned)

    def end(self) -> Going:
        """Once it is over."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.over, PATIENCE), self
        return self

    @property
    def state(self) -> str:
        ended = self.end().ended
        return str(ended["state"]) if ended else "lost"

    @property
    def problem(self) -> str:
        """What is told of a run that failed."""
        assert self.end().ended and self.ended
        error = self.ended["error"]
        return f"{error['node']}: {error['message']}"

    @property
    def events(self) -> list[dict[str, Any]]:
        return [
            event for f in self.end().frames if f.kind == "events" for event in f.said["events"]
        ]

    def count(self, kind: str) -> int:
        return sum(frame.kind == kind for frame in self.end().frames)


class Crew:
    """Runs workflows on the first worker."""

    def __init__(self, settings: Settings, forks: bool = True) -> None:
        self.settings = settings
        self.changed = Condition()
        self.ends: list[tuple[str, Ended]] = []
        self._runs: dict[str, Going] = {}
        self._numbers = count(1)
        self._loop = asyncio.new_event_loop()
        Thread(target=self._loop.run_forever, daemon=True).start()
        self.supervisor = self.inside(lambda: self._started(forks))

    async def _started(self, forks: bool) -> Supervisor:
        supervisor = Supervisor(self.settings, self._take, self._lost, self._ready, forks)
        await supervisor.start()
        return supervisor

    def inside(self, begin: Callable[[], Any]) -> Any:
        """Do something in the thread of the supervisor."""

        async def whole() -> Any:
            made = begin()
            return await made if isawaitable(made) else made

        future: Future[Any] = asyncio.run_coroutine_threadsafe(whole(), self._loop)
        return future.result(PATIENCE)

    @property
    def worker(self) -> Worker:
        """The first worker, once it is ready."""
        with self.changed:
            assert self.changed.wait_for(
                lambda: self.supervisor.workers and self.supervisor.workers[0].ready, PATIENCE
            )
        return self.supervisor.workers[0]

    def begin(self, document: dict[str, Any], previews: bool = False, run: str = "") -> Going:
        """Send a run to the worker."""
        worker, run = self.worker, run or f"run-{next(self._numbers)}"
        going = self._runs[run] = Going(run, worker.pid, self.changed)
        said = {"run": run, "attempt": 1, "targets": None, "title": "", "previews": previews}
        frame = pack("run", json.dumps(document).encode(), **said)
        self.inside(lambda: worker.send(frame))
        return going

    def run(self, document: dict[str, Any], previews: bool = False, run: str = "") -> Going:
        """Run to the end, whatever it is."""
        return self.begin(document, previews, run).end()

    def send(self, kind: str, **said: Any) -> None:
        worker = self.worker
        self.inside(lambda: worker.send(pack(kind, **said)))

    def cancel(self, going: Going) -> None:
        worker = self.worker
        self.inside(lambda: self.supervisor.ask_to_cancel(worker, going.run))

    def wait(self, until: Callable[[], X]) -> X:
        """Until something holds, looked at whenever a child says something, and now and then."""
        latest = monotonic() + PATIENCE
        while not (found := until()):
            assert monotonic() < latest
            with self.changed:
                self.changed.wait(0.05)
        return found

    def close(self) -> None:
        self.inside(lambda: self.supervisor.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _take(self, worker: Worker, frame: Frame) -> None:
        if worker.kind == "worker":
            if frame.kind == "name":
                place = self.settings.outputs / f"{frame.said['request']}-{frame.said['name']}"
                worker.send(pack("named", request=frame.said["request"], path=str(place)))
            with self.changed:
                self._hear(frame)
                self.changed.notify_all()

    def _hear(self, frame: Frame) -> None:
        going = self._runs.get(frame.said.get("run", ""))
        if not going:
            return
        going.frames.append(frame)
        if frame.kind == "ended":
            for made in frame.said["outputs"]:
                if made["tmp"]:
                    Path(made["path"]).parent.mkdir(parents=True, exist_ok=True)
                    Path(made["tmp"]).rename(made["path"])
            going.ended = frame.said
        going.returned = frame.kind == "returned"

    def _lost(self, worker: Worker, ended: Ended) -> None:
        with self.changed:
            self.ends.append((worker.id, ended))
            for going in self._runs.values() if worker.kind == "worker" else ():
                if not going.over:
                    going.lost = ended
            self.changed.notify_all()

    def _ready(self, worker: Worker) -> None:
        with self.changed:
            self.changed.notify_all()

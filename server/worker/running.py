"""A worker: it holds models and results warm, and runs one workflow after the other."""

import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager
from time import perf_counter
from typing import Any

from nodes.core.body_type import Catalogue
from nodes.core.check import load
from nodes.core.context import Asset
from nodes.core.events import Event, NodeFinished, NodeStarted
from nodes.core.plan import Plan
from nodes.core.problem import Problem, Problems
from nodes.core.run import Run
from nodes.diffusion import memory
from nodes.estimate import Timings
from nodes.store import DiskStore
from server.frames import Frame

from . import bounds, vitals
from .faults import is_sticky
from .host import WorkerHost
from .jobs import Jobs, ending
from .line import Line
from .packs import catalogue
from .preview import Drawing
from .remembering import Remembering
from .shelves import model_folders
from .telling import Teller, short

TOO_LITTLE = "there is not enough memory for this: try a smaller size or batch"


def main(line: Line, device: str) -> None:
    """Run what comes until the server says stop."""
    settings, jobs = line.settings, Jobs(line)
    device = str(memory.device()) if device == "auto" else device
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if device == "cpu":
        bounds.stand_back()
        bounds.hold(settings.worker_memory)
    line.open(jobs.hear, vitals.of(device))
    known, _ = catalogue(settings)
    host = WorkerHost(settings, model_folders(settings.models), device)
    with opened(DiskStore(settings.cache)) as store:
        worker = Worker(line, jobs, host, known, store)
        line.send("hello", **vitals.hello(host))
        worker.serve()


@contextmanager
def opened(store: DiskStore) -> Iterator[DiskStore]:
    """A store that is closed however this ends."""
    try:
        yield store
    finally:
        store.close()


class Worker:
    """Runs workflows on one device, each to its end, whatever that is."""

    def __init__(
        self, line: Line, jobs: Jobs, host: WorkerHost, known: Catalogue, store: DiskStore
    ) -> None:
        self.line, self.jobs, self.host, self.known, self.store = line, jobs, host, known, store
        self.cache = Remembering(store)
        self.drawing = Drawing()
        self.teller = Teller(line, lambda: jobs.watched, self.drawing.draw)
        self.timings = Timings(host.scratch)
        self.of_packs = any("/" in type for type in known)

    def serve(self) -> None:
        """Until it is time to stop. Results are put on disk while nobody waits."""
        while frame := self.jobs.take():
            self.run(frame)
            if self.jobs.idle:
                self.store.flush()
                self.timings.flush()

    def run(self, frame: Frame) -> None:
        """One run. Nothing that goes wrong in it ends the worker, but what breaks the device."""
        run, attempt = frame.said["run"], frame.said["attempt"]
        self.teller.begin(run, attempt)
        self.host.begin(
            run,
            attempt,
            lambda name, shown: self.jobs.name(name, shown, run, attempt),
            lambda file: self.line.send("kept", run=run, attempt=attempt, **file),
        )
        began, state, error = perf_counter(), "done", None
        made = dict[str, Asset]()
        try:
            state = self._perform(frame, made)
        except Exception as problem:
            if is_sticky(problem):
                self._give_up(frame, problem)
            state, error = "failed", short(_told(problem))
        self.drawing.end()
        if self.jobs.stopping:
            self.host.forget()
            return
        added, dropped = self.cache.changes()
        outputs = self.host.outputs(made.values())
        said = {"error": error, "outputs": outputs, "nodes": self.teller.nodes}
        keys = {"keys_added": added, "keys_dropped": dropped}
        self.teller.end(**ending(frame, state, seconds=perf_counter() - began, **said, **keys))

    def _perform(self, frame: Frame, made: dict[str, Asset]) -> str:
        """Run it until it is done or cancelled. Returns which; the files of finished nodes come
        into `made`, by their paths.
        """
        plan = load(frame.body, self.known, self.host)
        run = Run(plan, self.host, self.cache, frame.said["targets"])
        self.drawing.begin(run)
        with closing(run.events()) as events:
            for event in events:
                self.teller.tell(event, self.of_packs and _of_a_pack(event, plan))
                self.timings.learn(event, plan, self.host)
                if isinstance(event, NodeFinished):
                    for asset in event.assets:
                        made.setdefault(asset.path, asset)
                if self.jobs.cancelled:
                    return "cancelled"
        return "done"

    def _give_up(self, frame: Frame, error: Exception) -> None:
        """The device answers nothing more: say so and end, a new process can use it again."""
        traceback.print_exception(error)
        self.host.forget()
        told = f"the device {self.host.device} failed: {_told(error)['message']}"
        run, attempt = frame.said["run"], frame.said["attempt"]
        self.line.send("fault", run=run, attempt=attempt, message=told)
        sys.exit(1)


def _of_a_pack(event: Event, plan: Plan) -> bool:
    """Whether code begins that is not ours."""
    if not isinstance(event, NodeStarted):
        return False
    *bodies, name = event.node.split("/")
    for body in bodies:
        plan = plan.steps[body].body or plan
    return "/" in plan.steps[name].type.type


def _told(error: Exception) -> dict[str, Any]:
    """What went wrong, as the one error there is."""
    if isinstance(error, Problems):
        return error.problems[0].as_dict()
    if isinstance(error, Problem):
        return error.as_dict()
    traceback.print_exception(error)
    if isinstance(error, MemoryError):
        return Problem(TOO_LITTLE).as_dict()
    return Problem(f"the run failed: {type(error).__name__}: {error}").as_dict()

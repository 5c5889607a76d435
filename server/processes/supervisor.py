"""Keeps one worker per device and the checker alive, and ends those that do not respond."""

import asyncio
import signal
import sys
from collections.abc import Callable
from time import monotonic

from server.frames import Frame, pack
from server.settings import Settings

from .child import KILL, Child, Ended
from .nursery import Nursery
from .spawner import Spawner
from .worker import Worker

__all__ = ["Supervisor", "Worker"]

LOOK = 0.5  # seconds between two looks at a child, or less where the limits are short
START_LIMIT = 300.0  # seconds for a child to be ready
WAITS = (0.0, 0.2, 1.0, 5.0, 15.0, 30.0)  # before another start, by how many failed in a row
REPLACED_WITHIN = 10.0
POLITE = 0.3  # seconds for a child to stop because it was told to


class Supervisor:
    """`on_frame` gets all that children send, `on_ready` those that can take work, and `on_lost`
    those that have ended, after the last of their frames. `workers` is empty until the devices are
    known.
    """

    def __init__(
        self,
        settings: Settings,
        on_frame: Callable[[Worker, Frame], None],
        on_lost: Callable[[Worker, Ended], None],
        on_ready: Callable[[Worker], None],
        forks: bool = sys.platform == "linux",
    ) -> None:
        self.settings = settings
        self.on_frame, self.on_lost, self.on_ready = on_frame, on_lost, on_ready
        self.workers: list[Worker] = []
        self.checker = Worker("checker", "")
        self.owner = Nursery(settings, self._found) if forks else Spawner(settings, self._found)
        self._keeping: dict[str, asyncio.Task[None]] = {}
        self._pressing: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def start(self) -> None:
        """Begin. Nothing is waited for: children are ready when `on_ready` says so."""
        self._keep(self.checker)
        if self.settings.devices:
            self._found(list(self.settings.devices))
        self.owner.open()

    async def stop(self) -> None:
        """End every child: those that can do so by themselves within the grace, then the others."""
        self._stopping = True
        # one that was not forked yet hears nothing, and ends with the nursery
        children = [w.child for w in (*self.workers, self.checker) if w.child and w.child.pid]
        await asyncio.gather(*map(self._see_off, children))
        for task in (*self._keeping.values(), *self._pressing):
            task.cancel()
        await asyncio.gather(*self._keeping.values(), *self._pressing, return_exceptions=True)
        await self.owner.close()

    def kill(self, worker: Worker, sentence: str) -> None:
        """End a worker at once. Another takes its place."""
        if worker.child:
            worker.child.end("asked", sentence)

    def ask_to_cancel(self, worker: Worker, run: str) -> None:
        """Let a run end by itself; where it does not within the grace, its worker goes with it."""
        worker.send(pack("cancel", run=run))
        task = asyncio.ensure_future(self._press(worker, worker.child, run))
        self._pressing.add(task)
        task.add_done_callback(self._pressing.discard)

    @property
    def healthy(self) -> bool:
        """Whether everything that was lost was replaced in time. Starting is healthy."""
        now = monotonic()
        trusted = [w for w in self.workers if w.state != "quarantined"]
        lost = (w.lost_since for w in (*trusted, self.checker))
        late = any(since is not None and now - since > REPLACED_WITHIN for since in lost)
        return not late and bool(trusted or not self.workers)

    def _found(self, devices: list[str]) -> None:
        """These are the devices, where none were asked for."""
        for device in devices if not self.workers else ():
            worker = Worker("worker", device)
            self.workers.append(worker)
            self._keep(worker)

    def _keep(self, worker: Worker) -> None:
        self._keeping[worker.id] = asyncio.ensure_future(self._go_on(worker))

    async def _go_on(self, worker: Worker) -> None:
        """One process after the other, for ever."""
        while not self._stopping:
            ended = await self._live(worker)
            worker.lose(ended)
            try:
                self.on_lost(worker, ended)
            except Exception as error:  # another process is needed all the same
                told = {"message": f"the end of the {worker.kind}", "exception": error}
                asyncio.get_running_loop().call_exception_handler(told)
            await asyncio.sleep(WAITS[min(worker.early, len(WAITS) - 1)])
            others = any(w.ready for w in self.workers if w is not worker)
            if (seconds := worker.suspect(others)) and worker.kind == "worker":
                worker.state = "quarantined"
                await asyncio.sleep(seconds)

    async def _live(self, worker: Worker) -> Ended:
        """The life of one process."""
        name = f"{worker.kind}-{worker.id}" if worker.kind == "worker" else worker.kind
        hear = self._listener(worker)
        try:
            child = await self.owner.start(
                worker.kind, name.replace(":", "-"), worker.device or "cpu", hear
            )
        except OSError as error:
            return Ended("died", f"the {worker.kind} could not be started: {error.strerror}")
        worker.begin(child)
        looked = monotonic()
        limits = (self.settings.heartbeat_limit, self.settings.node_limit)
        every = min(LOOK, *(limit / 4 for limit in limits))
        while not child.ended.done():
            await asyncio.wait({child.ended}, timeout=every)
            now = monotonic()
            if now - looked > 4 * every:  # it was us who slept
                worker.heard, worker.moved = worker.heard and now, now
            elif trouble := self._trouble(worker, now):
                await child.put_down(self.settings.grace, "hung", trouble)
            looked = now
        return child.ended.result()

    def _listener(self, worker: Worker) -> Callable[[Frame], None]:
        def hear(frame: Frame) -> None:
            if frame.kind == "fault" and worker.child:
                worker.child.expect("fault", frame.said["message"])
            worker.hear(frame)
            if frame.kind == "hello":
                self.on_ready(worker)
            if frame.kind != "heartbeat":
                self.on_frame(worker, frame)

        return hear

    def _trouble(self, worker: Worker, now: float) -> str | None:
        """Why a process has to end."""
        heartbeat, node = self.settings.heartbeat_limit, self.settings.node_limit
        if worker.heard is not None and now - worker.heard > heartbeat:
            return f"did not respond for {heartbeat:.0f} s"
        if worker.runs and now - worker.moved > node:
            return f"made no progress for {node:.0f} s"
        if not worker.ready and now - worker.since > START_LIMIT:
            return f"was not ready within {START_LIMIT:.0f} s"
        return None

    async def _press(self, worker: Worker, child: Child | None, run: str) -> None:
        while child and worker.child is child and run in worker.runs:
            await asyncio.sleep(self.settings.grace)
            if worker.child is child and worker.runs.get(run):  # if it waits, another is at fault
                child.end("asked", "was cancelled and did not stop, so its worker was ended")

    async def _see_off(self, child: Child) -> None:
        """Let a child stop: told, then asked, then made to."""
        child.expect("asked", "the server was stopped")
        if child.pid is None:  # its nursery still imports, and ends with all of it
            return
        child.send(pack("stop"))
        for seconds, which in ((POLITE, signal.SIGTERM), (self.settings.grace, KILL)):
            await asyncio.wait({child.ended}, timeout=seconds)
            if not child.ended.done():
                child.end("asked", "the server was stopped", which)
        await asyncio.wait({child.ended}, timeout=self.settings.grace)

"""Who runs what: hands queued runs to workers, and what workers say to the record and the hub."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import msgspec

from .frames import Frame, pack
from .hub import Hub
from .job import Bench, Job, ending_of, event_of, file_of, made_of, run_frame
from .messages import NodeProgress, Trouble
from .processes.child import Ended
from .processes.supervisor import Supervisor, Worker
from .record import Claimed, Ending, Record
from .refused import Refused

PAUSE_WHEN_FULL = 1.0  # seconds
LONG = 0.5  # seconds of one run, after which those that wait behind it are taken back


class Dispatcher:
    """Feeds every worker that has room, and takes in what they send, in the order it came."""

    def __init__(self, record: Record, supervisor: Supervisor, hub: Hub) -> None:
        self.record, self.supervisor, self.hub = record, supervisor, hub
        self.benches: dict[str, Bench] = {}
        self._wanted = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._stopping = False

    def wake(self) -> None:
        """Look again whether a worker can take a run: one came, one ended, the queue goes on."""
        self._wanted.set()

    async def feed(self) -> None:
        """Hand out runs for ever."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            for worker in self.supervisor.workers:
                if not self._stopping:
                    await self._see_through(partial(self._fill, worker))

    async def stop(self) -> None:
        """Hand out nothing more; what is running goes back to the head of the queue, uncounted."""
        self._stopping = True
        for worker in list(self.supervisor.workers):
            for job in self._bench(worker).jobs.values():
                self._lose(job.claimed, "the server was stopped")
            self._bench(worker).jobs.clear()
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def cancel(self, run: str) -> None:
        """End a run that a worker has: within a step, or with the worker after its grace."""
        for worker in self.supervisor.workers:
            job = self._bench(worker).jobs.get(run)
            if job:
                job.cancelled = True
                self.supervisor.ask_to_cancel(worker, run)

    def recall(self) -> None:
        """Take back what waits at workers and was not begun: the queue is paused."""
        for worker in self.supervisor.workers:
            self._recall(worker)

    def show(self) -> None:
        """Who wants to see previews has changed."""
        for worker in self.supervisor.workers:
            for run in self._bench(worker).jobs:
                worker.send(pack("previews", run=run, on=self.hub.wants_previews(run)))

    def outlook(self) -> tuple[str, frozenset[str]]:
        """Where the next run would go: the worker's environment, and the results it holds."""
        worker = next((worker for worker in self.supervisor.workers if worker.ready), None)
        if worker is None:
            return "", frozenset()
        return worker.environment, frozenset(self._bench(worker).held)

    def lost(self, worker: Worker, ended: Ended) -> None:
        """A worker ended. What it was at has lost an attempt, what waited there has not."""
        jobs = self.benches.pop(worker.id, Bench()).jobs.values()
        for job in jobs:
            if job.cancelled:
                self._later(self._finish, job.cut_off())
                continue
            counted = job.begun and ended.counted and not self._stopping
            self._lose(job.claimed, ended.sentence, counted, ended.hung)
        self.wake()

    def take(self, worker: Worker, frame: Frame) -> None:
        """One frame from a worker."""
        handler = getattr(self, f"_{frame.kind}", None)
        if handler:
            handler(worker, frame)

    # ── what workers say ─────────────────────────────────────────────────────────────────────────

    def _begun(self, worker: Worker, frame: Frame) -> None:
        job = self._job(worker, frame)
        if job:
            job.begun = True
            said = frame.said
            self._later(self.record.begun, said["run"], said["attempt"], worker.device)
            asyncio.get_running_loop().call_later(LONG, self._look, worker, job)
            if self.hub.wants_previews(said["run"]):
                worker.send(pack("previews", run=said["run"], on=True))

    def _events(self, worker: Worker, frame: Frame) -> None:
        if self._job(worker, frame):
            run = frame.said["run"]
            events = [event_of(run, said) for said in frame.said["events"]]
            self._later(self.record.events, run, frame.said["attempt"], events)

    def _progress(self, worker: Worker, frame: Frame) -> None:
        if self._job(worker, frame):
            said = {k: v for k, v in frame.said.items() if k != "attempt"}
            self.hub.progress(msgspec.convert(said, NodeProgress))

    def _preview(self, worker: Worker, frame: Frame) -> None:
        if self._job(worker, frame):
            said = frame.said
            self.hub.preview(said["run"], said["node"], said["step"], said["mime"], frame.body)

    def _name(self, worker: Worker, frame: Frame) -> None:
        if self._job(worker, frame):
            self._later(self._give_name, worker, frame)
        else:
            told = "this run was given to another worker"
            worker.send(pack("named", request=frame.said["request"], problem=told))

    def _kept(self, worker: Worker, frame: Frame) -> None:
        job = self._job(worker, frame)
        if job:
            job.kept.append(made_of(frame.said))
            self.record.under_way.add(frame.said["attempt"], file_of(frame.said))

    def _returned(self, worker: Worker, frame: Frame) -> None:
        job = self._bench(worker).jobs.pop(frame.said["run"], None)
        if job:
            self._lose(job.claimed, "it was taken back")

    def _ended(self, worker: Worker, frame: Frame) -> None:
        if self._job(worker, frame):
            ending = ending_of(frame.said)  # as long as it is not understood, the worker has it
            self._bench(worker).learn(frame.said)
            del self._bench(worker).jobs[ending.run]
            self._later(self._finish, ending)
        self.wake()

    # ── how it is done ───────────────────────────────────────────────────────────────────────────

    def _lose(self, it: Claimed, why: str, counted: bool = False, hung: bool = False) -> None:
        self._later(partial(self.record.lose, it.run, it.attempt, counted, why, hung=hung))

    async def _give_name(self, worker: Worker, frame: Frame) -> None:
        said, child = frame.said, worker.child
        run, attempt = said["run"], said["attempt"]
        try:
            reserve = self.record.reserve
            path = await asyncio.to_thread(reserve, run, attempt, said["name"], said["shown"])
            named: dict[str, Any] = {"path": str(path)}
        except Refused as refused:
            named = {"problem": refused.message}
        if worker.child is child:  # another process asks for names of its own
            worker.send(pack("named", request=said["request"], **named))

    async def _finish(self, ending: Ending) -> None:
        """As it ended; where that cannot be recorded, as a failure that says so."""
        try:
            await self.record.finish(ending)
        except Refused:
            raise
        except Exception as error:
            _report(error)
            why = Trouble(None, None, f"its end could not be recorded: {error}")
            await self.record.finish(Ending(ending.run, ending.attempt, "failed", why))

    def _look(self, worker: Worker, job: Job) -> None:
        """A run takes long: what waits behind it may go elsewhere, and others before it."""
        if self._bench(worker).jobs.get(job.claimed.run) is job:
            job.long = True
            self._recall(worker)

    def _recall(self, worker: Worker) -> None:
        for run, job in self._bench(worker).jobs.items():
            if not job.begun:
                worker.send(pack("recall", run=run))

    async def _fill(self, worker: Worker) -> None:
        bench = self._bench(worker)
        if not (worker.ready and bench.room):
            return
        others = [w.id for w in self.supervisor.workers if w.ready and w is not worker]
        for claimed in await self.record.claim(worker.id, bench.room, others=others):
            if self.benches.get(worker.id) is not bench or self._stopping:  # it was lost meanwhile
                self._lose(claimed, "the worker was gone")
                continue
            bench.jobs[claimed.run] = Job(claimed)
            worker.send(run_frame(claimed, self.hub.wants_previews(claimed.run)))

    def _bench(self, worker: Worker) -> Bench:
        return self.benches.setdefault(worker.id, Bench())

    def _job(self, worker: Worker, frame: Frame) -> Job | None:
        job = self._bench(worker).jobs.get(frame.said["run"])
        return job if job and job.claimed.attempt == frame.said["attempt"] else None

    def _later(self, call: Callable[..., Coroutine[Any, Any, Any]], *said: Any) -> None:
        """Begin it now, and see it through; the record keeps the order in which it was asked."""
        task = asyncio.ensure_future(self._see_through(partial(call, *said)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _see_through(self, call: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """Until the disk has room for it: what is in the record may wait, but not be lost.

        Where the record is broken, or the server is to stop, the next start finds it as it was.
        """
        while True:
            try:
                await call()
            except Refused as refused:
                if refused.code == "no_room" and not self._stopping:
                    await asyncio.sleep(PAUSE_WHEN_FULL)
                    continue
            except Exception as error:  # no reason to do nothing more for any run
                _report(error)
            return


def _report(error: Exception) -> None:
    said = {"message": "a fault in handing out runs", "exception": error}
    asyncio.get_running_loop().call_exception_handler(said)

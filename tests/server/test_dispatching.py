"""The dispatcher by itself: what workers send is written here, frame by frame."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.dispatch import LONG, Dispatcher
from server.frames import Frame
from server.hub import Hub
from server.job import AHEAD_SECONDS, Bench
from server.messages import RunWithWorkflow
from server.processes.child import Ended
from server.processes.supervisor import Supervisor, Worker
from server.record import NewRun, Record
from server.settings import Settings
from tests.server.stage import PATIENCE, play


def ignored(*_: Any) -> None:
    """What a supervisor would tell of children, of which there are none."""


class Desk:
    """A dispatcher on a real record, and workers that are ready and have no process."""

    def __init__(self, record: Record, folder: Path, devices: int) -> None:
        self.record, self.faults = record, list[str]()
        supervisor = Supervisor(Settings(folder), ignored, ignored, ignored)
        for number in range(devices):
            supervisor.workers.append(Worker("worker", f"cuda:{number}"))
        hub = Hub(record.replay, record.last_seq, lambda: None)
        self.workers, self.dispatcher = supervisor.workers, Dispatcher(record, supervisor, hub)
        record.listen(lambda _: self.dispatcher.wake())
        for worker in self.workers:
            self.is_ready(worker)

    def is_ready(self, worker: Worker) -> None:
        worker.hear(Frame("hello", {}))
        self.dispatcher.wake()

    def is_lost(self, worker: Worker) -> None:
        worker.lose(Ended("died", "it crashed"))
        self.dispatcher.lost(worker, Ended("died", "it crashed"))

    def jobs(self, worker: Worker) -> list[str]:
        return list(self.dispatcher.benches.get(worker.id, Bench()).jobs)

    async def begins(self, worker: Worker, run: str) -> None:
        """Once the worker has been given the run."""
        await self.until(lambda: run in self.jobs(worker))
        attempt = self.dispatcher.benches[worker.id].jobs[run].claimed.attempt
        self.said(worker, "begun", run=run, attempt=attempt)

    def said(self, worker: Worker, kind: str, **said: Any) -> None:
        self.dispatcher.take(worker, Frame(kind, said))

    async def until(self, seen: Callable[[], Any]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not seen():
                await asyncio.sleep(0.002)

    async def ended(self, run: str) -> RunWithWorkflow:
        async with asyncio.timeout(PATIENCE):
            while (found := await self.record.run(run)).state in ("queued", "running"):
                await asyncio.sleep(0.002)
        return found


@asynccontextmanager
async def opened(folder: Path, devices: int = 1) -> AsyncIterator[Desk]:
    record = await Record.open(folder, floor=0)
    desk = Desk(record, folder, devices)
    asyncio.get_running_loop().set_exception_handler(
        lambda _, said: desk.faults.append(str(said.get("exception")))
    )
    feeding = asyncio.create_task(desk.dispatcher.feed())
    try:
        yield desk
    finally:
        feeding.cancel()
        with suppress(asyncio.CancelledError):
            await feeding
        await desk.dispatcher.stop()
        await record.close()


def ending(run: str, **said: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {"error": None, "outputs": [], "nodes": {}, "seconds": 0.0}
    keys: dict[str, Any] = {"keys_added": [], "keys_dropped": []}
    return {"run": run, "attempt": 1, "state": "done"} | nothing | keys | said


def test_a_run_goes_back_to_a_worker_it_was_lost_with_when_no_other_can_take_it(tmp_path):
    async def scene() -> None:
        async with opened(tmp_path, devices=2) as desk:
            one, two = desk.workers
            run = (await desk.record.submit(NewRun("a", b"{}"))).run
            await desk.begins(one, run)
            desk.is_lost(one)
            await desk.begins(two, run)
            desk.is_ready(one)
            desk.is_lost(two)
            await desk.begins(one, run)

    play(scene())


def test_an_end_that_makes_no_sense_leaves_the_run_with_its_worker_and_is_lost_with_it(tmp_path):
    async def scene() -> None:
        async with opened(tmp_path) as desk:
            (worker,) = desk.workers
            run = (await desk.record.submit(NewRun("a", b"{}"))).run
            await desk.begins(worker, run)
            with pytest.raises(msgspec.ValidationError):
                desk.said(worker, "ended", **ending(run) | {"nodes": {"a": "no report"}})
            desk.said(worker, "ended", **ending(run, attempt=7))
            assert desk.jobs(worker) == [run]
            desk.is_lost(worker)
            desk.is_ready(worker)
            await desk.begins(worker, run)

    play(scene())


def test_an_end_that_cannot_be_recorded_is_recorded_as_a_failure(tmp_path):
    async def scene() -> None:
        async with opened(tmp_path) as desk:
            (worker,) = desk.workers
            run = (await desk.record.submit(NewRun("a", b"{}"))).run
            await desk.begins(worker, run)
            desk.said(worker, "ended", **ending(run, seconds=2**80))
            failed = await desk.ended(run)
            assert failed.error and "could not be recorded" in failed.error.message
            assert len(desk.faults) == 1
            then = (await desk.record.submit(NewRun("b", b"{}"))).run
            await desk.begins(worker, then)

    play(scene())


def test_what_waits_behind_a_run_that_takes_long_is_taken_by_another_worker(tmp_path):
    async def scene() -> None:
        async with opened(tmp_path) as desk:
            (worker,) = desk.workers
            bench = desk.dispatcher.benches.setdefault(worker.id, Bench())
            bench.usual = AHEAD_SECONDS / 4
            runs = [(await desk.record.submit(NewRun(title, b"{}"))).run for title in "abc"]
            await desk.until(lambda: desk.jobs(worker) == runs)
            await desk.begins(worker, runs[0])
            began = asyncio.get_running_loop().time()
            await desk.until(lambda: bench.room == 0)
            assert asyncio.get_running_loop().time() - began >= LONG / 2
            for run in runs[1:]:
                desk.said(worker, "returned", run=run)
            front = (await desk.record.submit(NewRun("first", b"{}", front=True))).run
            await desk.record.move(front, 0)
            assert desk.jobs(worker) == runs[:1]
            desk.said(worker, "ended", **ending(runs[0]))
            await desk.until(lambda: desk.jobs(worker))
            assert desk.jobs(worker)[0] == front

    play(scene())


def test_f6_a_server_with_no_room_on_its_disk_stops_all_the_same(tmp_path):
    async def scene() -> None:
        async with opened(tmp_path) as desk:
            (worker,) = desk.workers
            run = (await desk.record.submit(NewRun("a", b"{}"))).run
            await desk.begins(worker, run)
            await desk.until(lambda: not desk.dispatcher._tasks)
            await desk.record._database.write(full)
            (tmp_path / "reserve").unlink()
            events = [{"kind": "node_notice", "node": "n", "message": "x" * 9000}]
            desk.said(worker, "events", run=run, attempt=1, events=events)
            async with asyncio.timeout(PATIENCE):
                await desk.dispatcher.stop()

    def full(work: Any) -> None:
        used = work.run("pragma page_count").fetchone()[0]
        work.run(f"pragma max_page_count = {used}").fetchone()

    play(scene())

"""What the server costs, from outside: real processes, real files, calls over the network.

listening_s: from the start of the program to the first answer that takes submissions.
idle_mb: memory of the server process once its workers are ready.
accepted_per_s: submissions on one websocket, each answered after it is on the disk.
finished_per_s: runs of one small node, from the first submission to the last end.
health_p99_ms_idle, _busy: the slowest of a hundred requests, also while a worker samples.
kill_to_usable_ms: from the kill of a worker to the end of a run submitted right after it.
events_per_s_to_10_clients: events a second that each of ten clients gets.
png_commit_ms: what saving its picture adds to a run.
refused_ms_10000_nodes: until a workflow of ten thousand wrong nodes is refused, with all problems.
progress_mb_of_1000_nodes: what one client is sent over a run of a thousand nodes.
"""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from server.bench.live import Line, Process, Rejected
from server.bench.live import work as documents

STARTS, ROUNDS, KILLS, RUNS, SAVES, CLIENTS = 5, 5, 5, 3000, 15, 10
REQUESTS = 400  # of health, for one p99
BETWEEN = 0.003  # seconds between them
LENGTH = 1000  # nodes of a long run
GOALS = {
    "listening_s": 0.6,
    "idle_mb": 60,
    "kill_to_usable_ms": 200,
    "health_busy_to_idle": 2,
    "progress_mb_of_1000_nodes": 1,
    "refused_ms_10000_nodes": 200,
}
AT_LEAST = {"accepted_per_s": 1000, "finished_per_s": 1000}

_numbers = count(1)


def measure() -> dict[str, Any]:
    """Every figure. The workers have one thread each, so that sampling is on one core."""
    with TemporaryDirectory(prefix="latentwire-bench-") as folder:
        process = Process(Path(folder) / "data", OMP_NUM_THREADS="1")
        listening = [_started(process) for _ in range(STARTS)]
        process.start()
        try:
            return {"listening_s": round(median(listening), 3), **asyncio.run(_figures(process))}
        finally:
            process.stop()


def _started(process: Process) -> float:
    seconds = process.start()
    process.stop()
    return seconds


async def _figures(process: Process) -> dict[str, Any]:
    watch = Watcher()
    async with Line(process.url, process.token, watch.heard) as line:
        await _until_ready(line)
        await line.call("watch", previews=False)
        idle = _memory(process)
        health_idle = [await _health(process) for _ in range(ROUNDS)]
        health_busy = [await _while_sampling(process, line, watch) for _ in range(ROUNDS)]
        return {
            "idle_mb": idle,
            "accepted_per_s": await _accepted(line),
            "finished_per_s": await _finished(line, watch),
            "health_p99_ms_idle": round(median(health_idle), 2),
            "health_p99_ms_busy": round(median(health_busy), 2),
            "kill_to_usable_ms": await _median(KILLS, lambda: _killed(process, line, watch)),
            "events_per_s_to_10_clients": await _told_to_many(process, line, watch),
            "png_commit_ms": await _saving(line, watch),
            "refused_ms_10000_nodes": await _median(ROUNDS, lambda: _refused(line)),
            "health_busy_to_idle": round(median(health_busy) / median(health_idle), 2),
            "progress_mb_of_1000_nodes": await _told_of_a_long_run(process, line, watch),
        }


class Watcher:
    """The ends of runs, for whoever waits for one."""

    def __init__(self) -> None:
        self._ended: dict[str, asyncio.Future[None]] = {}
        self.sampling = asyncio.Event()

    def heard(self, event: dict[str, Any]) -> None:
        kind = event["kind"]
        if kind == "node_progress":
            self.sampling.set()
        elif kind == "run_failed":
            self.end_of(event["run"]).set_exception(RuntimeError(event["message"]))
        elif kind in ("run_finished", "run_cancelled"):
            self.end_of(event["run"]).set_result(None)

    def end_of(self, run: str) -> "asyncio.Future[None]":
        """Raises what the run failed of."""
        return self._ended.setdefault(run, asyncio.get_running_loop().create_future())


async def _until_ready(line: Line) -> None:
    while True:
        devices = (await line.call("system.info"))["devices"]
        if devices and all(device["state"] == "ready" for device in devices):
            return
        await asyncio.sleep(0.05)


def _memory(process: Process) -> float:
    import psutil

    assert process.popen
    return round(float(psutil.Process(process.popen.pid).memory_info().rss) / 1e6, 1)


async def _health(process: Process) -> float:
    """The p99 of one round, in ms."""
    return await asyncio.to_thread(_ask_health, process.port)


def _ask_health(port: int) -> float:
    connection = HTTPConnection("127.0.0.1", port)
    taken = []
    for _ in range(REQUESTS):
        began = time.perf_counter()
        connection.request("GET", "/v1/health")
        connection.getresponse().read()
        taken.append(1000 * (time.perf_counter() - began))
        time.sleep(BETWEEN)
    connection.close()
    return quantiles(taken, n=100)[-1]


async def _while_sampling(process: Process, line: Line, watch: Watcher) -> float:
    watch.sampling.clear()
    document = documents.picture(next(_numbers), 512, 150)
    run = (await line.call("runs.submit", workflow=document))["run"]
    await watch.sampling.wait()
    p99 = await _health(process)
    await line.call("runs.cancel", run=run)
    await watch.end_of(run)
    return p99


async def _accepted(line: Line) -> int:
    await line.call("queue.pause")
    began = time.perf_counter()
    await _submit_many(line, RUNS)
    seconds = time.perf_counter() - began
    await line.call("queue.clear")
    await line.call("queue.resume")
    return round(RUNS / seconds)


async def _refused(line: Line) -> float:
    workflow = documents.wrong(10 * LENGTH)
    began = time.perf_counter()
    try:
        await line.call("runs.submit", workflow=workflow)
    except Rejected:
        return time.perf_counter() - began
    raise RuntimeError("ten thousand wrong nodes were accepted")


async def _finished(line: Line, watch: Watcher) -> int:
    began = time.perf_counter()
    runs = await _submit_many(line, RUNS)
    for run in runs:
        await watch.end_of(run)
    return round(RUNS / (time.perf_counter() - began))


async def _submit_many(line: Line, how_many: int) -> list[str]:
    asked = []
    for _ in range(how_many):
        document = documents.trivial(next(_numbers))
        asked.append(await line.ask("runs.submit", workflow=document, targets=["n"]))
    return [answer["run"] for answer in await asyncio.gather(*asked)]


async def _killed(process: Process, line: Line, watch: Watcher) -> float:
    workers = process.processes()["worker"]
    began = time.perf_counter()
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    await _ended(line, watch, documents.trivial(next(_numbers)), "n")
    taken = time.perf_counter() - began
    await _until_ready(line)
    return taken


async def _ended(line: Line, watch: Watcher, document: dict[str, Any], target: str) -> float:
    """The seconds a run takes from its submission."""
    began = time.perf_counter()
    run = (await line.call("runs.submit", workflow=document, targets=[target]))["run"]
    await watch.end_of(run)
    return time.perf_counter() - began


async def _told_to_many(process: Process, line: Line, watch: Watcher) -> int:
    lines = [Line(process.url, process.token) for _ in range(CLIENTS)]
    for each in lines:
        await each.__aenter__()
        await each.call("watch", previews=False)
    began = time.perf_counter()
    for _ in range(ROUNDS):
        await _ended(line, watch, documents.chain(LENGTH, next(_numbers)), "n0")
    while len({each.events for each in lines}) > 1:
        await asyncio.sleep(0.001)
    rate = lines[0].events / (time.perf_counter() - began)
    for each in lines:
        await each.__aexit__()
    return round(rate)


async def _told_of_a_long_run(process: Process, line: Line, watch: Watcher) -> float:
    async with Line(process.url, process.token) as one:
        await one.call("watch", previews=True)
        await _ended(line, watch, documents.chain(LENGTH, next(_numbers)), "n0")
        await one.call("system.info")
        return round(one.bytes / 1e6, 3)


async def _saving(line: Line, watch: Watcher) -> float:
    """Runs with and without saving take turns."""

    async def saved() -> float:
        number = next(_numbers)
        made = await _ended(line, watch, documents.plain(number), "fill")
        return await _ended(line, watch, documents.plain(-number), "save") - made

    return await _median(SAVES, saved)


async def _median(times: int, one: Callable[[], Awaitable[float]]) -> float:
    """In ms."""
    return round(1000 * median([await one() for _ in range(times)]), 1)

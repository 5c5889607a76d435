"""Disks that are slow, and folders that go away under a server."""

import asyncio
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from server.bench.live import Line, Process
from server.bench.live.work import plain, trivial

SLOW = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static int slow(const char *name, int file) {
    if (access(getenv("SLOW_WHILE"), F_OK) == 0) sleep(2);
    return ((int (*)(int)) dlsym(RTLD_NEXT, name))(file);
}
int fsync(int file) { return slow("fsync", file); }
int fdatasync(int file) { return slow("fdatasync", file); }
"""
COMPILER = shutil.which("cc")


@pytest.fixture
def process(tmp_path: Path):
    served = Process(tmp_path / "data")
    served.start()
    yield served
    served.kill()


def ask_health(process: Process, times: int) -> float:
    """The longest of so many answers, in seconds."""
    longest = 0.0
    for _ in range(times):
        began = time.perf_counter()
        assert process.healthy()
        longest = max(longest, time.perf_counter() - began)
    return longest


async def other_calls(line: Line) -> None:
    """What people do meanwhile."""
    for method in ("runs.list", "nodes.list", "models.list", "system.info"):
        await line.call(method)


def test_f29_while_a_commit_takes_its_time_all_else_answers_and_nothing_is_acknowledged(process):
    async def play() -> None:
        async with Line(process.url, process.token) as line:
            await line.call("runs.submit", workflow=trivial(1), targets=["n"])
            with sqlite3.connect(process.data / "latentwire.sqlite", isolation_level=None) as slow:
                slow.execute("begin immediate")  # no commit of the server's can end now
                asked = await line.ask("runs.submit", workflow=trivial(2), targets=["n"])
                assert await asyncio.to_thread(ask_health, process, 100) < 1
                await other_calls(line)
                assert not asked.done()
                slow.execute("rollback")
            run = (await asked)["run"]
            assert (await line.call("runs.get", run=run))["run"] == run

    asyncio.run(play())


@pytest.mark.skipif(COMPILER is None, reason="this machine has no C compiler")
def test_f29_a_submission_is_acknowledged_after_its_two_seconds_of_fsync(tmp_path):
    assert COMPILER
    (tmp_path / "slow.c").write_text(SLOW)
    library = tmp_path / "slow.so"
    subprocess.run(
        [COMPILER, "-shared", "-fPIC", "-o", library, tmp_path / "slow.c", "-ldl"], check=True
    )
    switch = tmp_path / "slow"
    process = Process(tmp_path / "data", LD_PRELOAD=str(library), SLOW_WHILE=str(switch))
    process.start()

    async def play() -> None:
        async with Line(process.url, process.token) as line:
            await line.call("runs.submit", workflow=trivial(1), targets=["n"])
            await line.call("queue.pause")
            switch.touch()
            began = time.perf_counter()
            asked = await line.ask("runs.submit", workflow=trivial(2), targets=["n"])
            assert await asyncio.to_thread(ask_health, process, 50) < 1
            await other_calls(line)
            assert not asked.done()
            await asked
            assert time.perf_counter() - began >= 2
            switch.unlink()

    try:
        asyncio.run(play())
        assert process.stop() == 0
    finally:
        process.kill()


async def end_of(line: Line, workflow: dict[str, Any]) -> dict[str, Any]:
    """A run of it, once it has ended."""
    run = (await line.call("runs.submit", workflow=workflow))["run"]
    async with asyncio.timeout(60):
        while (found := await line.call("runs.get", run=run))["state"] in ("queued", "running"):
            await asyncio.sleep(0.05)
    assert isinstance(found, dict)
    return found


def test_f7_a_run_whose_folder_cannot_be_written_fails_by_name_and_can_be_run_again(process):
    outputs = process.data / "outputs"

    async def play() -> None:
        async with Line(process.url, process.token) as line:
            assert (await end_of(line, plain(1)))["state"] == "done"
            outputs.rename(outputs.with_name("away"))
            outputs.write_text("no folder")
            failed = await end_of(line, plain(2))
            assert failed["state"] == "failed"
            assert "outputs" in failed["error"]["message"]
            assert "Traceback" not in failed["error"]["message"]
            assert process.healthy()
            outputs.unlink()
            assert (await end_of(line, plain(2)))["state"] == "done"

    asyncio.run(play())


def test_f7_a_folder_that_was_removed_is_made_again(process):
    async def play() -> None:
        async with Line(process.url, process.token) as line:
            assert (await end_of(line, plain(1)))["state"] == "done"
            shutil.rmtree(process.data / "outputs")
            shutil.rmtree(process.data / "tmp")
            again = await end_of(line, plain(1))
            assert again["state"] == "done"
            assert (process.data / again["outputs"][0]["path"]).exists()

    asyncio.run(play())

"""What was accepted is there after a kill -9 of the server, and after a stop in mid-run."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from server.bench.live import Line, Process
from server.bench.live.work import Document, picture, trivial

ROOT = Path(__file__).resolve().parents[3]
ENDS = ("run_finished", "run_failed", "run_cancelled")


@pytest.fixture
def process(tmp_path: Path):
    served = Process(tmp_path / "data", OMP_NUM_THREADS="1")
    served.start()
    yield served
    served.kill()


class Watcher:
    """A connection that hears everything, and can wait for an event."""

    def __init__(self, process: Process) -> None:
        self.line = Line(process.url, process.token, self._heard)
        self.events: list[dict[str, Any]] = []
        self._more = asyncio.Event()

    async def __aenter__(self) -> "Watcher":
        await self.line.__aenter__()
        await self.line.call("watch", after=0, previews=False)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.line.__aexit__(*error)

    def _heard(self, event: dict[str, Any]) -> None:
        self.events.append(event)
        self._more.set()

    async def until(self, run: str, *kinds: str) -> dict[str, Any]:
        """The first event of such a kind of this run."""
        async with asyncio.timeout(120):
            while True:
                for event in self.events:
                    if event.get("run") == run and event["kind"] in kinds:
                        return event
                self._more.clear()
                await self._more.wait()

    async def submit(self, workflow: Document, **more: Any) -> str:
        return str((await self.line.call("runs.submit", workflow=workflow, **more))["run"])


def made_without_a_server(folder: Path, workflow: Document) -> Image.Image:
    """The picture that `main.py run` makes of it."""
    (folder / "workflow.json").write_text(json.dumps(workflow))
    environment = {"LATENTWIRE_PYTHON": "current", "LATENTWIRE_DATA": str(folder / "other")}
    told = subprocess.run(
        [sys.executable, ROOT / "main.py", "run", "workflow.json", "--json", "--out", "out"],
        cwd=folder,
        env=os.environ | environment | {"OMP_NUM_THREADS": "1"},
        check=True,
        capture_output=True,
    )
    return Image.open(json.loads(told.stdout)["outputs"][0]["path"])


def interrupted(process: Process, workflow: Document) -> str:
    """A run that has begun to sample, while the server lives."""

    async def begun() -> str:
        async with Watcher(process) as watcher:
            run = await watcher.submit(workflow)
            await watcher.until(run, "node_progress")
            return run

    return asyncio.run(begun())


def ended(process: Process, run: str) -> dict[str, Any]:
    async def seen() -> dict[str, Any]:
        async with Watcher(process) as watcher:
            await watcher.until(run, *ENDS)
            found = await watcher.line.call("runs.get", run=run)
            assert isinstance(found, dict)
            return found

    return asyncio.run(seen())


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_f1_a_run_interrupted_by_a_restart_ends_done_once_with_the_right_picture(
    process, tmp_path, how
):
    workflow = picture(seed=5, steps=60)
    run = interrupted(process, workflow)
    if how == signal.SIGKILL:
        process.kill()
    else:
        process.stop(how)
    assert process.start() < 10
    done = ended(process, run)
    assert (done["state"], done["attempt"]) == ("done", 2)
    [output] = done["outputs"]
    files = [path for path in (process.data / "outputs").rglob("*") if path.is_file()]
    assert files == [process.data / output["path"]]
    with Image.open(files[0]) as picture_made, made_without_a_server(tmp_path, workflow) as right:
        assert ImageChops.difference(picture_made, right).getbbox() is None
    assert list((process.data / "tmp").iterdir()) == []


def test_f1_the_queue_its_pause_the_history_and_the_workflows_are_as_before(process):
    async def before() -> tuple[list[str], Any, Any]:
        async with Watcher(process) as watcher:
            finished = await watcher.submit(trivial(1), targets=["n"])
            await watcher.until(finished, "run_finished")
            await watcher.line.call("queue.pause")
            waiting = [await watcher.submit(trivial(n), targets=["n"]) for n in range(2, 6)]
            await watcher.line.call("runs.move", run=waiting[3], position=0)
            saved = trivial(9) | {"title": "Kept"}
            await watcher.line.call("workflows.save", name="kept", workflow=saved, revision=0)
            listed = await watcher.line.call("runs.list")
            return [waiting[3], *waiting[:3]], listed, await watcher.line.call("workflows.list")

    async def after() -> tuple[Any, Any]:
        async with Watcher(process) as watcher:
            listed = await watcher.line.call("runs.list")
            return listed, await watcher.line.call("workflows.list")

    async def run_on(order: list[str]) -> list[str]:
        async with Watcher(process) as watcher:
            await watcher.line.call("queue.resume")
            for run in order:
                await watcher.until(run, "run_finished")
            return [e["run"] for e in watcher.events if e["kind"] == "run_started"][1:]

    order, *seen = asyncio.run(before())
    process.kill()
    process.start()
    assert list(asyncio.run(after())) == seen
    assert seen[0]["paused"] is True
    assert asyncio.run(run_on(order)) == order

"""A real checker process, asked through the server's own handle, from tests that wait."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Condition, Thread
from typing import Any, TypeVar

import msgspec

from server import frames
from server.asked import Submission
from server.checker import Checker
from server.messages import Checked, Models, Nodes
from server.processes.arguments import written
from server.refused import Refused
from server.settings import Settings

X = TypeVar("X")
WAIT = 120.0  # seconds, on a machine that does much else
ROOT = Path(__file__).resolve().parents[3]


class Desk:
    """One checker at a time; a lost one is replaced. `restarts` are the reasons it was asked to."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.restarts: list[str] = []
        self.pids: list[int] = []
        self.news: list[str] = []
        self.changed = Condition()
        self.loop = asyncio.new_event_loop()
        Thread(target=self.loop.run_forever, daemon=True).start()
        self.checker: Checker = self._call(self._open())

    def submit(self, workflow: Any, **more: Any) -> Submission:
        return self.raw({"workflow": workflow} | more)

    def raw(self, said: Any) -> Submission:
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        return self._call(self.checker.submit(body))

    def refused(self, said: Any) -> Refused:
        """Why params are refused."""
        try:
            self.raw(said)
        except Refused as refused:
            return refused
        raise AssertionError("it was taken")

    def check(self, workflow: Any, held: frozenset[str] = frozenset(), **more: Any) -> Checked:
        body = json.dumps({"workflow": workflow} | more).encode()
        return msgspec.json.decode(self._call(self.checker.check(body, "", held)), type=Checked)

    def ask(self, question: str, *said: Any) -> Any:
        """Any other method of the handle."""
        return self._call(getattr(self.checker, question)(*said))

    @property
    def models(self) -> Models:
        return msgspec.json.decode(self.checker.models, type=Models)

    @property
    def nodes(self) -> Nodes:
        assert self.checker.nodes
        return msgspec.json.decode(self.checker.nodes, type=Nodes)

    def wait_for(self, what: Any) -> None:
        """Until this is so."""
        with self.changed:
            assert self.changed.wait_for(what, WAIT), what

    def stop(self, which: int = signal.SIGSTOP) -> None:
        """Send the process a signal."""
        os.kill(self.pids[-1], which)

    def close(self) -> None:
        async def end() -> None:
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
            self.process.kill()
            await self.process.wait()

        self._call(end())
        self.loop.call_soon_threadsafe(self.loop.stop)

    def wait(self, work: Coroutine[Any, Any, X]) -> X:
        """What comes of it in the loop of the checker's handle."""
        return self._call(work)

    def _call(self, work: Coroutine[Any, Any, X]) -> X:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(WAIT)

    async def _open(self) -> Checker:
        self.checker = Checker(self.settings, self._restart, self._hear)
        self._living = asyncio.ensure_future(self._keep())
        return self.checker

    async def _keep(self) -> None:
        said = ("checker", "cpu", str(os.getpid()), written(self.settings))
        while True:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "server.worker", *said),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                cwd=ROOT,
            )
            self.pids.append(self.process.pid)
            assert self.process.stdin and self.process.stdout
            self.checker.started(self.process.stdin.write)
            while frame := await frames.read(self.process.stdout):
                self.checker.hear(frame)
                with self.changed:
                    self.changed.notify_all()
            self.checker.lost()

    def _restart(self, reason: str) -> None:
        self.restarts.append(reason)
        self.process.kill()

    def _hear(self, topic: str) -> None:
        self.news.append(topic)


@contextmanager
def opened(settings: Settings) -> Iterator[Desk]:
    """A desk that is closed at the end."""
    desk = Desk(settings)
    try:
        yield desk
    finally:
        desk.close()

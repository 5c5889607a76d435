"""The checker, seen from the server: what is asked of it, many requests at a time.

The checker itself is a process of its own (server/worker/checking.py), which the supervisor keeps
alive: it calls `started`, `hear` and `lost`.
"""

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from . import catalogue
from .asked import Asked, Picture, Submission, Text, refusal
from .frames import Frame, pack
from .refused import Refused
from .settings import Settings

PATIENCE = 10.0  # seconds for an answer
STARTING = 60.0  # seconds for the first process to be ready
PULSE = 0.5
NONE = b'{"models":[],"looking":true,"bytes_read":0,"bytes_to_read":0}'
Send = Callable[[bytes], None]
Topic = Literal["nodes", "models"]


class Checker:
    """Every method raises `Refused`: `malformed`, `invalid`, `too_large`, `media_type`, or
    `unavailable` where no answer came in time.

    nodes, models: the newest lists as JSON of `Nodes` (None before there are any) and `Models`.
    restart: is called with a reason where the process answers nobody. changed: hears what is new.
    """

    def __init__(
        self,
        settings: Settings,
        restart: Callable[[str], None],
        changed: Callable[[Topic], None] = lambda topic: None,
    ) -> None:
        self.settings, self.restart, self.changed = settings, restart, changed
        self.nodes = catalogue.remembered(settings)
        self._listed = asyncio.Event()
        self.models = NONE
        self.environment = ""
        self.state: Literal["starting", "ready", "lost"] = "starting"
        self._asked: dict[int, Asked] = {}
        self._number = 0
        self._send: Send | None = None
        self._outgoing: list[bytes] = []
        self._held: frozenset[str] = frozenset()
        self._heard = 0.0
        self._watch: asyncio.TimerHandle | None = None

    # ── what is asked ────────────────────────────────────────────────────────────────────────────

    async def listed(self) -> bytes:
        """The newest `nodes`; where there never were any, waits for the first process."""
        if self.nodes is None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._listed.wait(), STARTING)
        if self.nodes is None:
            raise Refused("unavailable", "The nodes are still being read: try again in a moment.")
        return self.nodes

    async def submit(self, raw: bytes) -> Submission:
        """The params of `runs.submit` as they came, checked."""
        frame = await self._ask("submit", raw)
        said = frame.said
        return Submission(
            said["id"], said["title"], said["targets"], said["front"], said["text"], frame.body
        )

    async def check(self, raw: bytes, environment: str = "", held: Collection[str] = ()) -> bytes:
        """The params of `workflows.check` as they came; the JSON of `Checked`.

        environment: of the worker that would run it; held: keys of the results it has in memory.
        """
        self._tell_held(frozenset(held))
        return (await self._ask("check", raw, environment=environment)).body

    async def save(self, raw: bytes) -> Text:
        """The params of `workflows.save` as they came."""
        frame = await self._ask("save", raw)
        said = frame.said
        return Text(said["name"], said["revision"], said["title"], frame.body)

    async def thumbnail(self, path: Path, width: int) -> bytes:
        """A picture as WebP, at most so wide."""
        return (await self._ask("thumbnail", path=str(path), width=width)).body

    async def picture(self, path: Path) -> Picture:
        """What a picture is, if it may be kept."""
        said = (await self._ask("picture", path=str(path))).said
        return Picture(said["mime"], said["width"], said["height"], said["notices"])

    async def workflow_in(self, path: Path) -> bytes:
        """The workflow in a picture that we made."""
        return (await self._ask("workflow_in", path=str(path))).body

    # ── what the supervisor says ─────────────────────────────────────────────────────────────────

    def started(self, send: Send) -> None:
        """There is a process. It reads what is sent now, and answers when it is ready."""
        self._send = send
        self._heard = _now()
        if self._held:
            send(pack("held", anew=True, added=list(self._held), dropped=[]))
        for number, asked in self._asked.items():
            asked.until = _now() + (STARTING if self.state == "starting" else PATIENCE)
            send(asked.written(number))

    def hear(self, frame: Frame) -> None:
        """One frame from the process."""
        if frame.kind == "answer":
            self._heard = _now()
            asked = self._asked.pop(frame.said["request"], None)
            if asked and not asked.answer.done():
                asked.answer.set_result(frame)
        elif frame.kind == "hello":
            self.state, self.environment = "ready", frame.said["environment"]
            for asked in self._asked.values():
                asked.until = _now() + PATIENCE
        elif frame.kind == "catalogue":
            self._take_nodes(frame.body)
        elif frame.kind == "models":
            self.models = frame.body
            self.changed("models")

    def lost(self) -> None:
        """The process has ended. What it was at is refused, all else waits for the next one."""
        self._send = None
        self._outgoing.clear()
        self.state = "lost"
        first = next((n for n, asked in self._asked.items() if asked.in_order), None)
        for number, asked in list(self._asked.items()):
            asked.tries += 1
            if number == first or asked.tries > 2 or not asked.in_order:
                self._refuse(number, "the checker ended while it looked at this")

    # ── how it is done ───────────────────────────────────────────────────────────────────────────

    async def _ask(self, kind: str, body: bytes = b"", **said: Any) -> Frame:
        loop = asyncio.get_running_loop()
        self._number += 1
        wait = STARTING if self.state == "starting" else PATIENCE
        asked = Asked(kind, body, said, loop.create_future(), _now() + wait)
        self._asked[self._number] = asked
        number = self._number
        self._put(asked.written(number))
        if self._watch is None:
            self._watch = loop.call_later(PULSE, self._look)
        try:
            frame = await asked.answer
        finally:
            self._asked.pop(number, None)
        if "refused" in frame.said:
            raise refusal(frame.said)
        return frame

    def _put(self, frame: bytes) -> None:
        """Send it with all else that is sent in this turn of the loop."""
        if self._send is None:
            return  # `started` sends what waits
        if not self._outgoing:
            asyncio.get_running_loop().call_soon(self._flush)
        self._outgoing.append(frame)

    def _flush(self) -> None:
        if self._send and self._outgoing:
            self._send(b"".join(self._outgoing))
        self._outgoing.clear()

    def _look(self) -> None:
        """Refuse what has waited too long. A process that answers nobody is replaced."""
        self._watch = None
        now, late = _now(), False
        for number, asked in list(self._asked.items()):
            if asked.until < now:
                late = True
                starting = self.state == "starting"
                told = "is still starting" if starting else "did not answer"
                self._refuse(number, f"the checker {told}: try again in a moment")
        if late and self.state == "ready" and now - self._heard >= PATIENCE:
            self.restart(f"no answer for {PATIENCE:.0f} s")
        if self._asked:
            self._watch = asyncio.get_running_loop().call_later(PULSE, self._look)

    def _refuse(self, number: int, message: str) -> None:
        answer = self._asked.pop(number).answer
        if not answer.done():
            answer.set_exception(Refused("unavailable", message))

    def _tell_held(self, held: frozenset[str]) -> None:
        """Only what changed is sent."""
        before, self._held = self._held, held
        if held != before:
            added, dropped = list(held - before), list(before - held)
            self._put(pack("held", added=added, dropped=dropped))

    def _take_nodes(self, nodes: bytes) -> None:
        if nodes != self.nodes:
            self.nodes = nodes
            self._listed.set()
            self.changed("nodes")
            asyncio.get_running_loop().run_in_executor(
                None, catalogue.remember, self.settings, nodes
            )


def _now() -> float:
    return asyncio.get_running_loop().time()

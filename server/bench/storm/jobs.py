"""The runs of a storm: submitted again and again until accepted, as a careful client does."""

import asyncio
import random
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from server.bench.live import Line, Lost, Process, Rejected
from server.bench.live.work import Document, picture

WAITING = 8  # runs that are accepted and not ended are kept at so many
PICTURES = 0.25  # of all runs are made by the model in the box, the rest by the quick node
PAUSE = 0.02  # seconds before a refused or lost call is made again
ENDS = {"run_finished", "run_failed", "run_cancelled"}
PACK = '''"""A node that writes a small picture at once."""

import struct
import zlib

from nodes.core import Context, node


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@node(effect=True)
def spot(number: int, *, context: Context) -> None:
    """Save a picture of 16 by 16 pixels whose colour says the number."""
    row = b"\\0" + number.to_bytes(3, "big") * 16
    head = struct.pack(">2I5B", 16, 16, 8, 2, 0, 0, 0)
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(row * 16)), (b"IEND", b"")
    data = b"\\x89PNG\\r\\n\\x1a\\n" + b"".join(_chunk(*part) for part in parts)
    context.asset("spot.png", lambda file: file.write(data))
'''


@dataclass(frozen=True)
class Job:
    """A run that was accepted: what it is to make is told by its number."""

    run: str
    number: int
    by_model: bool


class Jobs:
    """Submits, and follows every event. `hits` are kills that a running run has been through."""

    def __init__(self, process: Process, chance: random.Random) -> None:
        self.process, self.chance = process, chance
        self.accepted: dict[str, Job] = {}
        self.ended: dict[str, str] = {}
        self.running: set[str] = set()
        self.hits: Counter[str] = Counter()
        self.submitting = 0
        self.hold = False  # submit nothing, so that all comes to rest
        self.seq = self.gaps = 0
        self.line: Line | None = None
        self._numbers = iter(range(1, 2**24))

    @property
    def open(self) -> int:
        """Runs that were accepted and have not ended."""
        return len(self.accepted) - len(self.ended)

    async def follow(self) -> None:
        """Stay connected for ever, and let no event be missed."""
        while True:
            with suppress(Lost, Rejected, OSError):
                async with Line(self.process.url, self.process.token, self._heard) as line:
                    await line.call("watch", after=self.seq, previews=False)
                    self.line = line
                    await line.ended()
            self.line = None
            await asyncio.sleep(PAUSE)

    async def feed(self) -> None:
        """Keep some runs waiting, for ever."""
        while True:
            if self.hold or self.open + self.submitting >= WAITING:
                await asyncio.sleep(PAUSE)
            else:
                await self.submit()

    async def submit(self) -> None:
        """One more run: the same id again and again until the answer is there."""
        job = Job(str(uuid.uuid4()), next(self._numbers), self.chance.random() < PICTURES)
        self.submitting += 1
        await self.insist("runs.submit", workflow=document(job), id=job.run)
        self.submitting -= 1
        self.accepted[job.run] = job

    async def insist(self, method: str, **params: Any) -> Any:
        """A call, made until it is answered."""
        while True:
            try:
                if self.line:
                    return await self.line.call(method, **params)
            except Lost:
                pass
            except Rejected as error:
                if error.error.get("data", {}).get("code") not in ("unavailable", "no_room"):
                    raise
            await asyncio.sleep(PAUSE)

    async def all_ended(self, patience: float) -> bool:
        """Whether all have ended before that many seconds have gone without any end."""
        self.hold = True
        seen, since = -1, asyncio.get_running_loop().time()
        while self.open or self.submitting:
            now = asyncio.get_running_loop().time()
            if len(self.ended) != seen:
                seen, since = len(self.ended), now
            if now - since > patience:
                return False
            await asyncio.sleep(PAUSE)
        return True

    def _heard(self, event: dict[str, Any]) -> None:
        if event.get("seq") is None:
            return
        self.gaps += event["seq"] != self.seq + 1
        self.seq = event["seq"]
        kind, run = event["kind"], event.get("run", "")
        if kind == "run_started":
            self.running.add(run)
        elif kind == "run_queued":
            self.running.discard(run)
        elif kind in ENDS:
            self.running.discard(run)
            self.ended[run] = kind.removeprefix("run_")


def document(job: Job) -> Document:
    """The workflow of a job."""
    if job.by_model:
        return picture(job.number)
    spot = {"type": "storm/spot", "values": {"number": job.number}}
    return {"format": "latentwire/1", "nodes": {"spot": spot}}

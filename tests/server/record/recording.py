"""A record on the disk of a test, and runs to put into it."""

import asyncio
import hashlib
import itertools
import sqlite3
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, TypeVar

from server.messages import ListRuns
from server.record import Claimed, Ending, Made, NewRun, Record

DOCUMENT = b'{"format": "latentwire/1", "nodes": {}}'
T = TypeVar("T")
COUNT = itertools.count()


def play(scene: Coroutine[Any, Any, T]) -> T:
    """Run a scene to its end."""
    return asyncio.run(scene)


@asynccontextmanager
async def opened(folder: Path, **more: Any) -> AsyncIterator[Record]:
    """The record of a folder, on a disk that is never too full."""
    record = await Record.open(folder, **({"floor": 0} | more))
    try:
        yield record
    finally:
        await record.close()


async def submit(record: Record, *titles: str, **more: Any) -> list[str]:
    """Queue a run for each title; their ids."""
    return [(await record.submit(NewRun(title, DOCUMENT, **more))).run for title in titles]


async def queued(record: Record) -> list[str]:
    """The titles of the runs that wait, in their order."""
    runs = (await record.runs(ListRuns(state="queued", limit=500))).runs
    return [run.title for run in sorted(runs, key=lambda run: run.position or 0)]


async def claim(record: Record, worker: str = "cpu") -> Claimed:
    """The next run."""
    (claimed,) = await record.claim(worker)
    return claimed


def done(claimed: Claimed, *outputs: Made) -> Ending:
    return Ending(claimed.run, claimed.attempt, "done", outputs=outputs)


def made(record: Record, claimed: Claimed, data: bytes, *, shown: bool = False) -> Made:
    """A file that a worker has written and that waits for its name."""
    path = record.reserve(claimed.run, claimed.attempt, "picture.png", shown)
    tmp = record.folder / "tmp" / f"{claimed.run}.{claimed.attempt}.{next(COUNT)}"
    tmp.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    return Made("save", path.name, path, tmp, digest, "image/png", 1, 1, len(data))


def files(folder: Path) -> dict[str, bytes]:
    """Every file in the folders of outputs and of what is being written, with what is in it."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for top in ("outputs", "previews", "tmp")
        for path in sorted((folder / top).rglob("*"))
        if path.is_file()
    }


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """What stands in the record, seen from beside it."""
    with closing(sqlite3.connect(folder / "latentwire.sqlite")) as connection:
        return connection.execute(sql).fetchall()

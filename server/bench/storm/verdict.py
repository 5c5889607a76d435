"""What came of the accepted runs: read from the record and the files, with no server running."""

import hashlib
import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .jobs import Job
from .shown import shows

CRASHED = "worker"  # a run that lost three workers fails with a sentence about them


@dataclass
class Verdict:
    """What is wrong, each as a sentence. `given_up` are runs that lost three workers."""

    lost: list[str] = field(default_factory=list[str])
    doubled: list[str] = field(default_factory=list[str])
    corrupt: list[str] = field(default_factory=list[str])
    given_up: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class Made:
    """An output of a run as the record has it."""

    attempt: int
    path: str
    sha256: str


def judge(data: Path, jobs: list[Job]) -> Verdict:
    """Compare what was accepted with what there is."""
    verdict = Verdict()
    with sqlite3.connect(f"file:{data / 'latentwire.sqlite'}?mode=ro", uri=True) as record:
        if record.execute("pragma integrity_check").fetchone()[0] != "ok":
            verdict.corrupt.append("the database")
        runs = {row[0]: row[1:] for row in record.execute("select id, state, attempt from runs")}
        reasons = dict(record.execute("select id, error from runs where error is not null"))
        outputs = _outputs(record)
        known = {path for (path,) in record.execute("select path from files")}
    for job in jobs:
        _judge(verdict, job, runs.get(job.run), outputs.get(job.run, []), data)
        if job.run in reasons:
            _failed(verdict, job, reasons[job.run])
    _once(verdict, [made.path for each in outputs.values() for made in each])
    for path in _files(data / "outputs"):
        if str(path.relative_to(data)) not in known:
            verdict.doubled.append(f"{path.name} belongs to no run")
    return verdict


def _outputs(record: sqlite3.Connection) -> dict[str, list[Made]]:
    made: dict[str, list[Made]] = {}
    for run, *rest in record.execute(
        """select r.id, o.attempt, f.path, f.sha256 from outputs o
            join runs r on r.number = o.number join files f on f.id = o.file"""
    ):
        made.setdefault(run, []).append(Made(*rest))
    return made


def _judge(
    verdict: Verdict, job: Job, found: tuple[str, int] | None, made: list[Made], data: Path
) -> None:
    if found is None:
        verdict.lost.append(f"{job} is not in the record")
        return
    state, attempt = found
    if state == "failed":
        return
    if state != "done" or not made:
        verdict.lost.append(f"{job} is {state} with {len(made)} files")
    if len(made) > 1 or any(one.attempt != attempt for one in made):
        verdict.doubled.append(f"{job} of attempt {attempt} made {made}")
    for one in made:
        wrong = _wrong(data / one.path, one.sha256, job)
        if wrong:
            verdict.corrupt.append(f"{one.path} of {job} {wrong}")


def _failed(verdict: Verdict, job: Job, reason: bytes) -> None:
    said = str(json.loads(reason)["message"])
    (verdict.given_up if CRASHED in said else verdict.lost).append(f"{job}: {said}")


def _once(verdict: Verdict, paths: list[str]) -> None:
    for path, times in Counter(paths).items():
        if times > 1:
            verdict.doubled.append(f"{path} belongs to {times} runs")


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _wrong(path: Path, sha256: str, job: Job) -> str:
    """What is wrong with a file, empty if it is the right one."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if hashlib.sha256(data).hexdigest() != sha256:
        return "has other bytes than the record says"
    try:
        right = shows(data, job)
    except (ValueError, KeyError, zlib.error) as error:
        return f"is no picture: {error}"
    return "" if right else "shows something else"

"""The verdict on a storm sees each thing that can go wrong: a run lost, doubled or corrupted."""

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest

from nodes.catalogue import catalogue
from nodes.core.cache import Cache
from nodes.core.check import load
from nodes.core.run import Run
from nodes.host import Local
from server.bench.storm.jobs import PACK, Job, document
from server.bench.storm.verdict import Verdict, judge
from server.record.schema import MIGRATIONS, migrate

JOB = Job("first", 4711, by_model=False)
OTHER = Job("second", 4712, by_model=False)


class Kept:
    """A data folder after a storm, of which every run is done as it should be."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "data"
        (self.folder / "outputs").mkdir(parents=True)
        self.spots = Spots(folder)
        file = self.folder / "latentwire.sqlite"
        self.record = sqlite3.connect(file, isolation_level=None)
        migrate(self.record, MIGRATIONS)
        for number, job in enumerate((JOB, OTHER), 1):
            self.add_run(number, job)
            self.add_file(number, job)

    def add_run(self, number: int, job: Job) -> None:
        self.do(
            "insert into runs (number, id, state, title, attempt, place, queued_at) "
            "values (?, ?, 'done', '', 2, 0, 0)",
            number,
            job.run,
        )

    def add_file(self, number: int, job: Job, position: int = 0, attempt: int = 2) -> Path:
        path = self.folder / "outputs" / f"{number}-{position}.png"
        data = self.spots.made(job)
        path.write_bytes(data)
        file = self.do(
            "insert into files (asset, name, path, mime, bytes, sha256, created_at, run, shown) "
            "values ('', '', ?, '', 0, ?, 0, ?, 0) returning id",
            f"outputs/{path.name}",
            hashlib.sha256(data).hexdigest(),
            job.run,
        ).fetchone()[0]
        self.do("insert into outputs values (?,?,?,'','',?)", number, position, attempt, file)
        return path

    def do(self, statement: str, *values: object) -> sqlite3.Cursor:
        return self.record.execute(statement, values)

    def judged(self) -> Verdict:
        return judge(self.folder, [JOB, OTHER])


class Spots:
    """What the pack's node saves."""

    def __init__(self, folder: Path) -> None:
        (folder / "storm").mkdir()
        (folder / "storm/spot.py").write_text(PACK)
        self.host = Local(folder / "made", folder)
        self.nodes = catalogue([folder / "storm"])

    def made(self, job: Job) -> bytes:
        plan = load(json.dumps(document(job)).encode(), self.nodes, self.host)
        run = Run(plan, self.host, Cache())
        for _ in run.events():
            pass
        return Path(run.assets[0].path).read_bytes()


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def test_where_every_run_is_done_once_with_its_picture_nothing_is_wrong(kept):
    assert kept.judged() == Verdict()


def test_a_run_that_is_gone_is_lost(kept):
    kept.do("delete from runs where id = 'first'")
    assert kept.judged().lost == [f"{JOB} is not in the record"]


@pytest.mark.parametrize("state", ["queued", "running", "cancelled"])
def test_a_run_that_never_ended_is_lost(kept, state):
    kept.do("update runs set state = ? where id = 'first'", state)
    assert len(kept.judged().lost) == 1


def test_a_run_that_is_done_without_a_file_is_lost(kept):
    kept.do("delete from outputs where number = 1")
    assert kept.judged().lost == [f"{JOB} is done with 0 files"]


def test_a_run_that_failed_is_lost_unless_it_lost_three_workers(kept):
    for message, lost in (("is no picture", 1), ("this job crashed the worker 3 times", 0)):
        error = json.dumps({"message": message}).encode()
        kept.do("update runs set state = 'failed', error = ? where id = 'first'", error)
        verdict = kept.judged()
        assert (len(verdict.lost), len(verdict.given_up)) == (lost, 1 - lost)


def test_a_run_with_two_files_is_doubled(kept):
    kept.add_file(1, JOB, position=1)
    assert len(kept.judged().doubled) == 1


def test_a_file_of_two_runs_is_doubled(kept):
    kept.do("update outputs set file = (select max(id) from files) where number = 1")
    assert "outputs/2-0.png belongs to 2 runs" in kept.judged().doubled


def test_a_file_of_an_earlier_attempt_is_doubled(kept):
    kept.do("update outputs set attempt = 1 where number = 1")
    assert len(kept.judged().doubled) == 1


def test_a_file_of_no_run_is_doubled(kept):
    (kept.folder / "outputs/more.png").write_bytes(b"x")
    assert kept.judged().doubled == ["more.png belongs to no run"]


def test_a_file_that_is_gone_cut_or_changed_is_corrupt(kept):
    path = kept.folder / "outputs/1-0.png"
    data = path.read_bytes()
    for wrong in (None, data[:-20], b"", bytes([data[50] ^ 1]).join((data[:50], data[51:]))):
        if wrong is None:
            path.unlink()
        else:
            path.write_bytes(wrong)
        assert len(kept.judged().corrupt) == 1


def test_the_picture_of_another_run_is_corrupt(kept):
    kept.do("update outputs set file = 3 - file")
    assert [told.rpartition(" ")[2] for told in kept.judged().corrupt] == ["else", "else"]


def test_a_picture_by_the_model_holds_its_workflow(kept):
    by_model = Job("first", 4711, by_model=True)
    assert judge(kept.folder, [by_model]).corrupt == [
        f"outputs/1-0.png of {by_model} is no picture: it holds no workflow"
    ]

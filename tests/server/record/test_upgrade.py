"""An older record becomes one of today whole or not at all; one of tomorrow is left alone."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from server.record import Record
from server.record.opening import opened as brought_up
from server.record.schema import FIRST
from server.refused import Refused
from tests.server.record.recording import opened, play, queued, rows, submit

ROOT = Path(__file__).resolve().parents[3]
NAME = "latentwire.sqlite"
SECOND = (
    "alter table runs add column colour text",
    "create table colours (name text primary key)",
    "insert into colours select 'red ' || id from runs",
    "update runs set colour = 'red'",
    "create index coloured on runs (colour)",
)
DYING = """
import os, sys, sqlite3
from pathlib import Path
from server.record import opening, database
from tests.server.record.test_upgrade import FIRST, SECOND

left = int(sys.argv[2])

def count(statement):
    global left
    left -= 1
    if left < 0:
        os._exit(9)

def connect(file):
    connection = plain(file)
    connection.set_trace_callback(count)
    return connection

plain, opening.connect = opening.connect, connect
opening.opened(Path(sys.argv[1]), (FIRST, SECOND))
"""


async def some(folder: Path) -> None:
    async with opened(folder) as record:
        await submit(record, "a", "b")


def dies(folder: Path, step: int) -> bool:
    """Upgrade until that statement; False if there is none."""
    command = [sys.executable, "-c", DYING, str(folder), str(step)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=environment, timeout=60).returncode == 9


def test_f24_killed_at_any_statement_of_an_upgrade_the_next_start_finishes_it(tmp_path):
    step = 0
    while True:
        folder = tmp_path / str(step)
        play(some(folder))
        died = dies(folder, step)
        has_table = rows(folder, "select name from sqlite_master where name = 'colours'")
        assert rows(folder, "pragma user_version") == [(2 if has_table else 1,)]
        assert brought_up(folder, (FIRST, SECOND)) == []
        colours = rows(folder, "select title, colour from runs order by number")
        assert colours == [("a", "red"), ("b", "red")]
        if not died:
            break
        step += 1
    assert step > len(SECOND)


def test_f24_before_an_upgrade_there_is_a_backup_of_what_was(tmp_path):
    play(some(tmp_path))
    brought_up(tmp_path, (FIRST, SECOND))
    (backup,) = (tmp_path / "backups").glob("*.sqlite")
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("pragma user_version").fetchone() == (1,)
        assert connection.execute("select count(*) from runs").fetchone() == (2,)


def test_f24_an_upgrade_that_fails_changes_nothing(tmp_path):
    play(some(tmp_path))
    with pytest.raises(Refused, match="could not be upgraded"):
        brought_up(tmp_path, (FIRST, (*SECOND, "insert into nowhere values (1)")))
    assert rows(tmp_path, "pragma user_version") == [(1,)]

    async def scene():
        async with opened(tmp_path) as record:
            assert await queued(record) == ["a", "b"]
            assert record.notices == []

    play(scene())


def test_f24_a_record_of_a_newer_program_is_refused_and_not_touched(tmp_path):
    play(some(tmp_path))
    brought_up(tmp_path, (FIRST, SECOND))
    before = (tmp_path / NAME).read_bytes()
    with pytest.raises(Refused, match="was written by a newer Latentwire: start that one"):
        play(Record.open(tmp_path))
    assert (tmp_path / NAME).read_bytes() == before
    assert not list(tmp_path.glob("damaged-*"))


def test_f7_a_record_that_cannot_be_opened_is_not_taken_for_a_damaged_one(tmp_path):
    async def scene():
        with closing(sqlite3.connect(tmp_path / NAME, isolation_level=None)) as other:
            other.execute("pragma journal_mode = delete")
            other.execute("begin exclusive")
            with pytest.raises(Refused, match="cannot be opened: database is locked"):
                await Record.open(tmp_path)
            other.execute("rollback")
        async with opened(tmp_path) as record:
            assert await queued(record) == ["a", "b"] and record.notices == []

    play(some(tmp_path))
    play(scene())

"""The data folder has one server, and whoever asks is told which."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from nodes.core import Problem
from server import folder

ROOT = Path(__file__).resolve().parents[3]
HOLD = """
import sys
from pathlib import Path
from server import folder
with folder.owned(Path(sys.argv[1])) as say_address:
    say_address("http://127.0.0.1:8420")
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder.prepare(tmp_path / "data")
    return tmp_path / "data"


def another_server(data: Path) -> "subprocess.Popen[str]":
    """A process that has the folder."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


@pytest.mark.skipif(os.name != "posix", reason="this machine has no rights of POSIX")
def test_a_new_data_folder_is_for_its_owner_alone(data):
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_f22_a_folder_that_is_served_is_not_served_again(data):
    with another_server(data) as holder:
        with pytest.raises(Problem) as refused, folder.owned(data):
            pass
        told = f"a server already runs with {data}: http://127.0.0.1:8420 (process {holder.pid})"
        assert str(refused.value) == f"--data: {told}"
        assert folder.owner(data) == folder.Owner(
            holder.pid, folder.boot(), "http://127.0.0.1:8420"
        )
        holder.communicate()
    assert folder.owner(data) is None
    assert not (data / folder.OWNER).exists()


def test_f22_one_that_was_killed_leaves_the_folder_to_the_next(data):
    with another_server(data) as killed:
        killed.kill()
    assert (data / folder.OWNER).exists()
    assert folder.owner(data) is None
    with folder.owned(data) as say_address:
        say_address("http://127.0.0.1:8421")
        said = folder.owner(data)
        assert said and said.address == "http://127.0.0.1:8421"


def test_f22_where_a_disk_knows_no_locks_the_process_and_the_boot_decide(data, monkeypatch):
    def no_locks(file):
        raise OSError(37, "No locks available")

    monkeypatch.setattr("server.lock.taken", no_locks)
    mine = folder.Owner(os.getppid(), folder.boot(), "http://127.0.0.1:8420")
    for said, free in (
        (mine, False),
        (folder.Owner(mine.pid, "another boot", mine.address), True),
        (folder.Owner(2**22 + 1, mine.boot, mine.address), True),
    ):
        (data / folder.OWNER).write_text(json.dumps(said.__dict__))
        assert (folder.owner(data) is None) == free
        if free:
            with folder.owned(data):
                pass
        else:
            with pytest.raises(Problem, match="already runs"), folder.owned(data):
                pass


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}', "\0"])
def test_a_note_of_the_owner_that_is_no_json_is_none(data, content):
    (data / folder.OWNER).write_text(content)
    assert folder.owner(data) is None
    with folder.owned(data) as say_address:
        (data / folder.OWNER).write_text(content)
        with pytest.raises(Problem, match="just starting"), folder.owned(data):
            pass
        say_address("http://127.0.0.1:1")


def test_f7_a_folder_that_cannot_be_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    for bad in (tmp_path / "file", tmp_path / "file/data", Path("/proc/data")):
        with pytest.raises(Problem) as refused:
            folder.prepare(bad)
        assert str(refused.value).startswith(f"--data: {bad} cannot be used: ")


def test_the_folder_is_that_named_or_of_the_environment_or_in_the_tree(monkeypatch, tmp_path):
    monkeypatch.setenv("LATENTWIRE_DATA", str(tmp_path))
    assert folder.data_folder(Path("x")) == Path.cwd() / "x"
    assert folder.data_folder(None) == tmp_path
    monkeypatch.delenv("LATENTWIRE_DATA")
    assert folder.data_folder(None) == ROOT / "data"

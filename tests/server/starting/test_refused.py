"""Starts that are refused: with 2 and one sentence, before anything was begun."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.bench.live import Process

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path / "data")
    process.start()
    yield process
    process.kill()


def refused(*options: str, **environment: str) -> str:
    """The one sentence of a start that is refused with 2."""
    ended = subprocess.run(
        [sys.executable, "main.py", "--no-browser", *options],
        cwd=ROOT,
        env=os.environ | {"LATENTWIRE_PYTHON": "current"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stdout) == (2, ""), ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stderr


def test_f22_a_second_start_on_the_same_data_names_the_first_and_exits_with_2(served):
    said = refused("--data", str(served.data))
    assert served.popen is not None
    told = f"a server already runs with {served.data}: {served.url} (process {served.popen.pid})"
    assert said == f"--data: {told}\n"
    assert served.healthy()


def test_f26_a_port_that_was_named_and_is_taken_is_refused(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refused("--port", str(port), "--data", str(tmp_path / "data"))
    assert said == (
        f"--port: {port} is taken by another program, choose another or leave --port away\n"
    )


def test_s5_everybody_without_a_token_is_refused(tmp_path):
    said = refused("--listen", "0.0.0.0", "--no-auth", "--data", str(tmp_path / "data"))
    assert said.count("\n") == 1
    assert "--no-auth" in said
    assert "0.0.0.0" in said
    assert not (tmp_path / "data").exists()


def test_f7_a_data_folder_that_cannot_be_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    said = refused(LATENTWIRE_DATA=str(tmp_path / "file"))
    assert said == f"--data: {tmp_path / 'file'} cannot be used: File exists\n"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--port", "70000"), "70000 is no port"),
        (("--device", "tpu"), "tpu is no device"),
        (("--models", "nowhere"), "nowhere is no folder"),
        (("--packs", "nowhere"), "nowhere is no folder"),
        (("--allowed-host", "http://box"), "--allowed-host"),
        (("--listen", "203.0.113.7"), "--listen: 203.0.113.7 is no address of this machine"),
    ],
)
def test_a_wrong_option_is_refused_and_named(tmp_path, options, told):
    assert told in refused(*options, "--data", str(tmp_path / "data")).splitlines()[-1]

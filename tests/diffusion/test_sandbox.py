"""What is called in the sandbox can read its file and write its file, and that is all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nodes.core.problem import Problem
from nodes.diffusion import sandbox, walls

ROOT = Path(__file__).resolve().parents[2]
LIMITS = sandbox.Limits(memory=2**28, processor=60, clock=120, size=2**20)

LINUX = sys.platform == "linux"
linux = pytest.mark.skipif(
    not LINUX, reason=f"{sys.platform} has no walls around files and network, only limits"
)
landlock = pytest.mark.skipif(
    not LINUX or walls.landlock_version() < 1,
    reason="this kernel has no Landlock (5.13, and in its list of security modules): other files "
    "can be read in the sandbox here",
)


@pytest.fixture
def call(tmp_path):
    """Try something in the sandbox, with `secret` as the file that is none of its business."""
    secret = tmp_path / "elsewhere" / "secret"
    secret.parent.mkdir()
    secret.write_text("secret")
    secret.chmod(0o640)

    def called(do, limits=LIMITS, task="attempt"):
        source, target = tmp_path / "source", tmp_path / "target"
        source.write_text(json.dumps({"do": do, "path": str(secret)}))
        target.touch()
        try:
            return sandbox.call(f"tests.diffusion.walled_tasks:{task}", source, target, limits)
        finally:
            assert secret.read_text() == "secret" and secret.stat().st_mode & 0o777 == 0o640
            assert [path.name for path in secret.parent.iterdir()] == ["secret"]

    return called


def test_it_reads_its_file_and_writes_its_file(call, tmp_path):
    assert call("", task="copy") > 0
    assert (tmp_path / "target").read_bytes() == (tmp_path / "source").read_bytes()


@linux
@pytest.mark.parametrize(
    "do",
    [
        "open a socket",
        "connect a pair",
        "write elsewhere",
        "make a file",
        "truncate",
        "remove",
        "rename",
        "link",
        "change the mode",
        "start a program",
        "become a program",
        "fork",
        "start a thread",
        "end the parent",
        "look into the parent",
        "take back the limits",
    ],
)
def test_it_can_do_nothing_to_anything_else(call, do):
    assert "stopped" in call(do)


@landlock
@pytest.mark.parametrize("do", ["read elsewhere", "list a folder"])
def test_it_can_read_nothing_else(call, do):
    assert call(do) == {"stopped": "Permission denied"}


def test_it_gets_no_open_file_and_no_environment_but_its_own(call, monkeypatch):
    monkeypatch.setenv("TOKEN", "secret")
    with open(os.devnull) as file:
        os.set_inheritable(file.fileno(), True)
        assert call("", task="files") == [0, 1, 2]
    told = set(call("tell the environment")) - {"LC_CTYPE"}
    assert told <= sandbox.ENVIRONMENT.keys() | set(sandbox.KEPT)


def refused(call, do, sentence, **limits):
    with pytest.raises(Problem, match=sentence) as caught:
        call(do, sandbox.Limits(**(vars(LIMITS) | limits)))
    assert "\n" not in caught.value.message and "source" in caught.value.message


@linux
def test_too_much_memory_is_refused(call):
    refused(call, "allocate", "takes more memory than 0.2 GB")


def test_too_much_processor_time_is_refused(call):
    refused(call, "spin", "stopped after 1 s of work", processor=1)


def test_too_much_time_is_refused(call):
    refused(call, "wait", "stopped after 2 s. It may be broken: fetch it again", clock=2)


def test_too_large_a_file_is_refused(call, tmp_path):
    refused(call, "write too much", "File too large")
    assert (tmp_path / "target").stat().st_size <= LIMITS.size


def test_more_than_an_answer_is_not_read(call):
    refused(call, "shout", "stopped after 2 s", clock=2)


def test_what_broke_off_is_told_in_a_sentence(call):
    refused(call, "crash", r"broke off \(SIGSEGV\). It may be broken")
    for do in ("leave", "lie"):
        refused(call, do, r"broke off \(status 0\)")
    with pytest.raises(Problem, match=r"^is not wanted\.$"):
        call("refuse")


@linux
@pytest.mark.parametrize("wall", ["refuse_calls()", "read_only([])", "leave_network()"])
def test_each_wall_holds_alone(call, wall, tmp_path):
    """Where a kernel forbids the others."""
    stopped = {
        "refuse_calls()": ["open a socket", "write elsewhere", "remove", "fork", "end the parent"],
        "read_only([])": ["write elsewhere", "make a file", "read elsewhere", "remove"],
        "leave_network()": [],
    }[wall]
    code = f"""
import sys, socket
sys.path.insert(0, {str(ROOT)!r})
from tests.diffusion.walled_tasks import TRIES
from nodes.diffusion import walls
there = walls.{wall}
if there and {wall == "leave_network()"}:
    assert [name for _, name in socket.if_nameindex()] == ["lo"]
for do in {stopped} if there else []:
    try:
        TRIES[do]({str(tmp_path / "elsewhere" / "secret")!r})
    except OSError:
        continue
    sys.exit(do)
print(there)
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd="/")
    assert ended.returncode == 0, ended.stderr
    if ended.stdout != "True\n":
        pytest.skip(f"this kernel or machine does not allow {wall}")


@linux
def test_the_filter_ends_as_it_should_for_every_machine():
    """Each call that is let through jumps to the last line; what falls through is refused."""
    import struct

    for machine, (_, column, _, openat) in walls.MACHINES.items():
        code = walls._filter(machine)
        steps = [struct.unpack_from("HBBI", code, place) for place in range(0, len(code), 8)]
        assert steps[-1][3] == walls.ALLOW and steps[-2][3] == walls.REFUSE
        let = {
            operand: place + 1 + yes
            for place, (operation, yes, no, operand) in enumerate(steps)
            if operation == walls.EQUAL and no == 0
        }
        numbers = {numbers[column] for numbers in walls.CALLS.values()} - {None}
        assert numbers <= let.keys() and openat not in let
        assert {let[number] for number in numbers} == {len(steps) - 1}

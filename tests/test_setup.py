"""The door sets itself up: real environments and packages, through `main.py`, made small."""

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from server import command, stamp
from tests.small_tree import PYTHON, ROOT, SmallTree

THIS_PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
WRITTEN = [n for n in command.COMMANDS if (ROOT / "server/command" / f"{n}.py").exists()]


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> tuple[SmallTree, tuple[int, str, str]]:
    tree = SmallTree.new(tmp_path_factory.mktemp("first"))
    return tree, tree.run("run", "--json")


@pytest.fixture
def ready(first_start: tuple[SmallTree, object], tmp_path: Path) -> SmallTree:
    """A tree that was set up before."""
    return first_start[0].copy(tmp_path / "tree")


@pytest.fixture
def bare(tmp_path: Path) -> SmallTree:
    """A tree just unpacked."""
    return SmallTree.new(tmp_path)


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_first_start_sets_up_and_goes_on_inside(first_start):
    tree, (status, out, err) = first_start
    assert status == 7, err
    assert json.loads(out) == [str(tree.folder / ".venv"), "1.0", ["run", "--json"]]
    assert "Making the virtual environment" in err
    assert "Installing requirements.txt: " in err
    assert not (tree.folder / "extra.py").exists()


def test_a_second_start_installs_nothing_and_says_nothing(ready):
    before = (ready.folder / ".venv/installed.txt").stat().st_mtime_ns
    status, out, err = ready.run("run")
    assert (status, err) == (7, "")
    assert json.loads(out)[1] == "1.0"
    assert (ready.folder / ".venv/installed.txt").stat().st_mtime_ns == before


def test_changed_requirements_are_installed(ready):
    ready.require("requirements.txt", "tiny==2.0")
    status, out, err = ready.run("run")
    assert status == 7, err
    assert json.loads(out)[1] == "2.0"
    assert "Installing" in err
    assert "Making" not in err


def test_without_a_command_it_is_the_server_that_starts(ready):
    ready.write("server/command/run.py", "raise AssertionError")
    status, out, err = ready.run("--json")
    assert (status, err) == (7, "")
    assert json.loads(out)[2] == ["--json"]


def test_a_command_may_want_the_development_packages(ready):
    status, _, err = ready.run("test", PIP_USER="1")
    assert status == 7, err
    assert "Installing requirements.txt and requirements-dev.txt" in err
    assert ready.run("run")[2] == ready.run("test")[2] == ""


def test_a_half_made_environment_is_made_anew(ready):
    (ready.folder / ".venv/installed.txt").unlink()
    shutil.rmtree(next((ready.folder / ".venv").glob("lib/python*/site-packages/pip")))
    status, _, err = ready.run("run")
    assert status == 7, err
    assert "Making the virtual environment" in err


def test_an_interrupted_set_up_is_completed_by_the_next_start(ready):
    ready.add_slow_package()
    start = ready.start("run")
    wait_for((ready.folder / "building").exists)
    start.send_signal(signal.SIGINT)
    out, err = start.communicate(timeout=30)
    assert (start.returncode, out) == (130, "")
    assert err.endswith("Set-up was interrupted; the next start goes on from here.\n")
    (ready.folder / "go-on").touch()
    status, _, err = ready.run("run")
    assert status == 7, err
    assert "Installing" in err


def test_two_set_ups_at_once_wait_for_each_other(ready):
    ready.add_slow_package()
    first = ready.start("run")
    wait_for((ready.folder / "building").exists)
    second = ready.start("run")
    said = second.stderr.readline()
    (ready.folder / "go-on").touch()
    rest = second.communicate(timeout=60)[1]
    first.communicate(timeout=60)
    assert "waiting" in said
    assert rest == ""
    assert (first.returncode, second.returncode) == (7, 7)


def test_a_killed_set_up_does_not_block_the_next(ready):
    ready.add_slow_package()
    killed = ready.start("run")
    wait_for((ready.folder / "building").exists)
    killed.kill()
    killed.wait()
    second = ready.start("run")
    assert "waiting" in second.stderr.readline()  # for the pip that was left behind
    (ready.folder / "go-on").touch()
    err = second.communicate(timeout=60)[1]
    assert second.returncode == 7, err


def test_the_current_python_is_used_as_it_is(bare):
    (bare.folder / "tiny.py").write_text("VERSION = 'mine'\n")
    status, out, err = bare.run("run", LATENTWIRE_PYTHON="current")
    assert (status, err) == (7, "")
    assert json.loads(out)[:2] == [sys.base_prefix, "mine"]
    assert not (bare.folder / ".venv").exists()


def test_the_current_python_names_the_package_it_lacks(bare):
    status, out, err = bare.run("run", LATENTWIRE_PYTHON="current")
    assert (status, out) == (2, "")
    assert err.startswith("The package tiny is missing in this Python (")
    assert err.count("\n") == 1


def test_help_and_mistakes_are_answered_before_anything_is_installed(bare):
    assert bare.run("--help")[0] == bare.run("run", "--help")[0] == 0
    assert bare.run("--nonsense")[0] == bare.run("nonsense")[0] == 2
    assert bare.run("run", "--nonsense")[0] == bare.run("--json", "run")[0] == 2
    assert "example: python3 main.py run" in bare.run("--help")[1]
    assert not (bare.folder / ".venv").exists()


def test_an_old_python_is_refused_in_one_sentence(bare):
    door = (bare.folder / "main.py").read_text()
    bare.write("main.py", door.replace("OLDEST = (3, 11)", "OLDEST = (3, 99)"))
    status, out, err = bare.run("run")
    assert (status, out) == (2, "")
    assert err.startswith(f"Latentwire needs Python 3.99 or newer; this is Python {THIS_PYTHON}")
    assert err.count("\n") == 1


def test_a_python_without_ensurepip_gets_the_package_to_install(bare):
    bare.write("cut/ensurepip.py", "raise ImportError")
    status, _, err = bare.run("run", PYTHONPATH="cut")
    assert status == 2
    assert f"`apt install python{THIS_PYTHON}-venv`" in err


def test_what_pip_could_not_do_is_said_with_its_own_words(ready):
    ready.require("requirements.txt", "tiny==3.0")
    status, out, err = ready.run("run")
    assert (status, out) == (1, "")
    assert "No matching distribution found for tiny==3.0" in err
    assert err.endswith("Installing requirements.txt failed, for the reason above.\n")


def test_a_folder_that_cannot_be_written_is_one_sentence(bare):
    (bare.folder / ".venv.lock").mkdir()
    status, _, err = bare.run("run")
    assert (status, err.count("\n")) == (1, 1)
    assert err.startswith("Set-up cannot write ")


@pytest.mark.parametrize("name", WRITTEN)
def test_a_command_answers_help_without_any_package(name):
    bare_python = [PYTHON, "-S", "-E", "main.py", name, "--help"]
    done = subprocess.run(bare_python, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"main.py {name}" in done.stdout


@pytest.mark.quiet
def test_asking_whether_all_is_installed_takes_no_time():
    seconds = []
    for _ in range(20):
        start = time.perf_counter()
        stamp.is_current(("requirements.txt", "requirements-dev.txt"))
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.005

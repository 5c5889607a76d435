"""A function called in a child process that can read one file, write one, and do nothing else.

For what was made by strangers. Before it is touched, the child gives up on

* Linux: the network, every other file but Python's own, starting programs and signalling
  processes (see `walls`; where this kernel forbids a namespace, Landlock and seccomp hold, and one
  of these two must);
* Linux and macOS: new processes, processor time, open files and the size of what it writes;
  Linux: memory too. macOS counts no address space, and keeps no process from files or network;
* every system: the parent's environment, its open files, and more time than the clock allows.
"""

from __future__ import annotations

import json
import os
import signal
import site
import subprocess
import sys
import sysconfig
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from nodes.core.problem import Problem

from . import walls

START = """
import json, sys
told = json.loads(sys.argv[1])
sys.path[:] = told.pop("path")
from nodes.diffusion.sandbox import inside
inside(**told)
"""
ENVIRONMENT = {
    **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"),
    "PYTHONDONTWRITEBYTECODE": "1",
}
KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")  # without these some do not start
MOST_SAID = 4096  # bytes, less than a pipe holds
OPEN_FILES = 64
WAY_OUT = "It may be broken: fetch it again, or take the safetensors file of it."


@dataclass(frozen=True)
class Limits:
    """What the child may use: bytes beyond Python and its libraries, seconds, bytes it writes."""

    memory: int
    processor: int
    clock: int
    size: int


def call(task: str, source: Path, target: Path, limits: Limits) -> Any:
    """What the function `task` ("module:name") answers to (source, target's open file).

    Both files must be there. Its module is imported before the walls go up; its answer is JSON,
    short. Raises Problem: the function's own, or which limit it met.
    """
    command = [sys.executable, "-I", "-c", START, _told(task, source, target, limits)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT | {name: os.environ[name] for name in KEPT if name in os.environ},
        start_new_session=os.name == "posix",
    )
    assert process.stdout
    with process.stdout as said:
        try:
            status = process.wait(limits.clock)
        except subprocess.TimeoutExpired:
            raise Problem(
                f"Reading {source.name} was stopped after {limits.clock:,} s. {WAY_OUT}"
            ) from None
        finally:
            _end(process)
        line = said.read(MOST_SAID)
    return _answer(source, status, line, limits)


def _told(task: str, source: Path, target: Path, limits: Limits) -> str:
    folders = [sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")]
    folders += [*site.getsitepackages(), site.getusersitepackages()]
    return json.dumps(
        {
            "path": [os.path.abspath(folder) for folder in sys.path],
            "task": task,
            "files": [os.path.abspath(source), os.path.abspath(target)],
            "folders": folders,
            "limits": vars(limits),
            "parent": os.getpid(),
        }
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()


def _answer(source: Path, status: int, line: bytes, limits: Limits) -> Any:
    """Its answer; whoever broke into it may have written what is there."""
    with suppress(ValueError, KeyError, TypeError):
        if status == 0:
            said = json.loads(line)
            if "problem" not in said:
                return said["answer"]
            raise Problem(str(said["problem"]))
    if os.name == "posix" and status == -signal.SIGXCPU:
        raise Problem(
            f"Reading {source.name} was stopped after {limits.processor:,} s of work. {WAY_OUT}"
        )
    if os.name == "posix" and status == -signal.SIGKILL:
        raise Problem(
            f"Reading {source.name} was ended by the system, most often because memory ran out: "
            "close other programs and try again."
        )
    how = signal.Signals(-status).name if status < 0 else f"status {status}"
    raise Problem(f"Reading {source.name} broke off ({how}). {WAY_OUT}")


def inside(
    task: str, files: list[str], folders: list[str], limits: dict[str, int], parent: int
) -> None:
    """The child's whole life: walls up, the function called, its answer on one line."""
    linux = sys.platform == "linux"
    if linux:
        walls.leave_network()  # while there is one thread
    module, _, name = task.partition(":")
    function = getattr(import_module(module), name)
    source, most = Path(files[0]), Limits(**limits)
    try:
        with open(files[1], "r+b") as target:
            if linux:
                walls.give_up_rights(parent)
            if os.name == "posix":
                _limit(most)
            if linux and not walls.close_in([files[0], *folders]):
                raise Problem(
                    f"{source.name} was not opened: this Linux has neither Landlock nor seccomp, "
                    "so nothing would hold what is in it. Convert it on a machine with a newer one."
                )
            said = {"answer": function(source, target)}
    except Problem as problem:
        said = {"problem": problem.message[:500]}
    except MemoryError:
        allowed = f"{most.memory / 2**30:.1f} GB"
        said = {"problem": f"{source.name} takes more memory than {allowed} to read. {WAY_OUT}"}
    except OSError as error:
        said = {"problem": f"{source.name} cannot be converted: {error.strerror}."}
    print(json.dumps(said))


def _limit(most: Limits) -> None:
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    _set(resource.RLIMIT_CPU, spent + most.processor)
    _set(resource.RLIMIT_FSIZE, most.size)
    _set(resource.RLIMIT_NOFILE, OPEN_FILES)
    _set(resource.RLIMIT_NPROC, 0)
    _set(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        _set(resource.RLIMIT_AS, pages * resource.getpagesize() + most.memory)


def _set(kind: int, most: int) -> None:
    """The hard limit is a little above: the soft one tells by its signal what it was."""
    import resource

    _, hard = resource.getrlimit(kind)
    hard = most + 1 if hard == resource.RLIM_INFINITY else min(most + 1, hard)
    resource.setrlimit(kind, (min(most, hard), hard))

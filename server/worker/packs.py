"""The nodes there are for a server: ours, and those of packs that somebody trusts.

Loading a pack runs it, and it may do anything: hang, or end the process. So each is loaded once in
a process of its own, to see whether it can be; what cannot is told, and the others load.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from nodes.catalogue import catalogue as ours
from nodes.core.nodetype import NodeType
from nodes.core.packs import load_pack
from nodes.core.problem import Problem
from server.settings import Settings
from server.trust import Trust

from .bounds import die_with

PATIENCE = 20.0  # seconds in which a pack has to be imported
DONE = 0
KILLED = -9  # by the system that has no memory left, or by a person: hardly ever by the pack
TRIES = 3
Trial = Callable[[float], int | None]


def catalogue(settings: Settings) -> tuple[dict[str, NodeType], list[Problem]]:
    """Our nodes and those of the packs that are trusted, and why others are not among them."""
    nodes = ours()
    if settings.no_packs:
        return nodes, []
    folders, problems = Trust(settings.data).trusted()
    tried = tried_out([*folders, *settings.packs])
    for folder, told in tried.items():
        try:
            if told:
                raise Problem(told, None, folder.name)
            nodes |= _fresh(load_pack(folder), nodes, folder)
        except Problem as problem:
            problems.append(problem)
    return nodes, problems


def tried_out(folders: list[Path]) -> dict[Path, str | None]:
    """What goes wrong when each of these packs is loaded, None where nothing does."""
    ends: dict[Path, int | None] = dict.fromkeys(folders, KILLED)
    for _ in range(TRIES):
        ends |= _ends([folder for folder, end in ends.items() if end == KILLED])
    return {folder: _told(end) for folder, end in ends.items()}


def _ends(folders: list[Path]) -> dict[Path, int | None]:
    """With which status loading each of them ended; None if it had to be ended."""
    begun = {folder: _begin(folder) for folder in folders}
    until = time.monotonic() + PATIENCE
    return {folder: trial(until) for folder, trial in begun.items()}


def _fresh(
    pack: dict[str, NodeType], nodes: dict[str, NodeType], folder: Path
) -> dict[str, NodeType]:
    twice = nodes.keys() & pack.keys()
    if twice:
        told = f"two packs are called {folder.name}, both have {min(twice)}: rename one folder"
        raise Problem(told, None, folder.name)
    return pack


def _begin(folder: Path) -> Trial:
    return _forked(folder) if hasattr(os, "fork") else _spawned(folder)


def _forked(folder: Path) -> Trial:
    """Load it in a copy of this process, where all it may import is there already."""
    ours = os.getpid()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            die_with(ours)
            _be_silent()
            code = _load(folder)
        finally:
            os._exit(code)
    return lambda until: _status(pid, until)


def _be_silent() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)


def _load(folder: Path) -> int:
    with suppress(Problem):  # it is told in full where it is loaded for good
        load_pack(folder)
    return DONE


def _status(pid: int, until: float) -> int | None:
    """How it ended; None if it had to be ended."""
    pause = 0.001
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return None
        time.sleep(pause)
        pause = min(2 * pause, 0.05)


def _spawned(folder: Path) -> Trial:
    program = "import sys; from pathlib import Path; from server.worker import packs; "
    program += "sys.exit(packs._load(Path(sys.argv[1])))"
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(folder)], stdin=quiet, stdout=quiet, stderr=quiet
    )

    def status(until: float) -> int | None:
        try:
            return process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            return None

    return status


def _told(status: int | None) -> str | None:
    if status == DONE:
        return None
    if status is None:
        return f"did not finish loading within {PATIENCE:.0f} s and was not loaded"
    how = f"by signal {-status}" if status < 0 else f"with status {status}"
    return f"ended its process while it was loaded ({how}) and was not loaded"

"""The data folder: where it is, that it is the user's alone, and the one server that has it."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from nodes.core.problem import Problem

from . import lock

TREE = Path(__file__).resolve().parent.parent
LOCK = "server.lock"  # held as long as a server runs, however it ends
OWNER = "server.json"  # who holds it, and where it listens
PATIENCE = 0.3  # seconds: another that only asks who runs holds the lock for a moment


@dataclass(frozen=True)
class Owner:
    """The process that serves a data folder, the start of the machine it belongs to (a number of
    a process means nothing after another), and its address, empty until it listens.
    """

    pid: int
    boot: str
    address: str = ""


def data_folder(named: Path | None) -> Path:
    """The folder that was named, else LATENTWIRE_DATA, else `data` in the tree; absolute."""
    return (named or Path(os.environ.get("LATENTWIRE_DATA") or TREE / "data")).absolute()


def prepare(data: Path) -> None:
    """Make the folder if there is none, for its owner alone. Raises `Problem`."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(data, error) from None


def _unusable(data: Path, error: OSError) -> Problem:
    return Problem(f"{data} cannot be used: {error.strerror}", None, "--data")


@contextmanager
def owned(data: Path) -> Iterator[Callable[[str], None]]:
    """Have the folder for this process alone; to be told its address once it has one.

    Raises `Problem`, which names the address of the server that has it.
    """
    with _opened(data / LOCK) as file:
        if not _take(file, data):
            raise Problem(_who_has(data), None, "--data")
        _say(data, Owner(os.getpid(), boot()))
        try:
            yield lambda address: _say(data, Owner(os.getpid(), boot(), address))
        finally:
            (data / OWNER).unlink(missing_ok=True)


def owner(data: Path) -> Owner | None:
    """Who serves this folder now, if anyone."""
    said = _said(data)
    try:
        with (data / LOCK).open("a") as file:
            return said if said and not _free(file, said) else None
    except OSError:
        return None


def boot() -> str:
    """Which start of the machine this is; empty where the system does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _opened(path: Path) -> IO[str]:
    try:
        return path.open("a")
    except OSError as error:
        raise _unusable(path.parent, error) from None


def _take(file: IO[str], data: Path) -> bool:
    end = time.monotonic() + PATIENCE
    while not _free(file, _said(data)):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def _free(file: IO[str], said: Owner | None) -> bool:
    """Take the lock; on a disk that knows no locks, see whether its owner is still alive."""
    try:
        return lock.taken(file)
    except OSError:
        return said is None or said.boot != boot() or not _alive(said.pid)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid != os.getpid()


def _who_has(data: Path) -> str:
    said = _said(data)
    if said is None or not said.address:
        return f"another server is just starting with {data}"
    return f"a server already runs with {data}: {said.address} (process {said.pid})"


def _said(data: Path) -> Owner | None:
    try:
        return Owner(**json.loads((data / OWNER).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _say(data: Path, owner: Owner) -> None:
    """On a full disk it stays unsaid: the lock is what counts."""
    aside = data / f"{OWNER}.new"
    try:
        aside.write_text(json.dumps(asdict(owner)))
        aside.replace(data / OWNER)
    except OSError:
        aside.unlink(missing_ok=True)

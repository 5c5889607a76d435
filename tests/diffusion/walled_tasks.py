"""What something evil would try from inside the sandbox. The source file says what, and where."""

import ctypes
import json
import os
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from nodes.core.problem import Problem


def _spin() -> None:
    while True:
        pass


TRIES: dict[str, Callable[[str], Any]] = {
    "open a socket": lambda _: socket.socket(),
    "connect a pair": lambda _: socket.socketpair(),
    "write elsewhere": lambda path: Path(path).write_text("evil"),
    "make a file": lambda path: Path(path + ".new").touch(),
    "truncate": lambda path: os.truncate(path, 0),
    "remove": lambda path: os.remove(path),
    "rename": lambda path: os.rename(path, path + ".moved"),
    "link": lambda path: os.link(path, path + ".link"),
    "change the mode": lambda path: os.chmod(path, 0o777),
    "read elsewhere": lambda path: Path(path).read_text(),
    "list a folder": lambda path: os.listdir(Path(path).parent),
    "start a program": lambda _: subprocess.run(["true"]),
    "become a program": lambda _: os.execv("/bin/true", ["true"]),
    "fork": lambda _: os.fork(),
    "start a thread": lambda _: threading.Thread(target=print).start(),
    "end the parent": lambda _: os.kill(os.getppid(), 9),
    "look into the parent": lambda _: _look_into(os.getppid()),
    "take back the limits": lambda _: __import__("resource").setrlimit(7, (999, 999)),
    "allocate": lambda _: len(bytearray(2**34)),
    "spin": lambda _: _spin(),
    "wait": lambda _: threading.Event().wait(),
    "crash": lambda _: ctypes.string_at(0),
    "leave": lambda _: os._exit(0),
    "lie": lambda _: (os.write(1, b"[1, 2]\n"), os._exit(0)),
    "shout": lambda _: [os.write(1, b"x" * 4096) for _ in range(100)],
    "tell the environment": lambda _: sorted(os.environ),
    "count the threads": lambda _: threading.active_count(),
    "refuse": lambda _: _refuse(),
}


def attempt(source: Path, target: BinaryIO) -> Any:
    """Do it: what came of it, or the error that stopped it."""
    told = json.loads(source.read_text())
    if told["do"] == "write too much":
        return [target.write(bytes(2**20)) for _ in range(64)]
    try:
        return TRIES[told["do"]](told["path"])
    except OSError as error:
        return {"stopped": os.strerror(error.errno or 0)}
    except (RuntimeError, ValueError) as error:
        return {"stopped": str(error)}


def files(source: Path, target: BinaryIO) -> list[int]:
    """The numbers of the files that are open."""
    return [number for number in range(32) if _is_open(number) and number != target.fileno()]


def copy(source: Path, target: BinaryIO) -> int:
    """What the sandbox is for."""
    return target.write(source.read_bytes())


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def _look_into(process: int) -> None:
    if ctypes.CDLL(None, use_errno=True).ptrace(16, process, 0, 0) != 0:  # PTRACE_ATTACH
        raise OSError(ctypes.get_errno(), "ptrace")


def _refuse() -> None:
    raise Problem("is not\nwanted.")

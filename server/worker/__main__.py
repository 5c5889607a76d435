"""`python -m server.worker KIND …`: the first moments of every child process of the server."""

import faulthandler
import os
import socket
import sys

from server import environment
from server.processes.arguments import settings_of
from server.settings import Settings

from . import bounds
from .line import Line


def begin(kind: str, device: str, line: int, settings: Settings) -> int:
    """Be a worker or the checker, on a line that is one handle for both ways."""
    return _live(kind, device, Line(line, os.dup(line), settings))


def _live(kind: str, device: str, line: Line) -> int:
    faulthandler.enable()
    bounds.be_called(kind)
    bounds.go_first()
    if kind == "checker":
        from .checking import main as check

        check(line)
        return 0
    from .running import main as run

    run(line, device)
    return 0


def _nursery(handle: int, settings: Settings) -> None:
    from .nursery import Nursery

    Nursery(socket.socket(fileno=handle), settings, begin).serve()


def _alone(kind: str, device: str, settings: Settings) -> int:
    """Where nothing can be forked the line is stdin and stdout, which nodes must not meet."""
    read, write = os.dup(0), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    return _live(kind, device, Line(read, write, settings))


def main() -> int:
    environment.prepare()
    kind, place, parent, written = sys.argv[1:]
    bounds.die_with(int(parent))
    if kind == "nursery":
        _nursery(int(place), settings_of(written))
    return _alone(kind, place, settings_of(written))


if __name__ == "__main__":
    sys.exit(main())

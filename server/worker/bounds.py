"""What a child process may take of the machine, and what goes first when there is too little."""

import ctypes
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from nodes.diffusion.machine import memory_bytes

DIE_WITH_PARENT = 1  # prctl's PR_SET_PDEATHSIG
SHARE = 0.95  # of memory, for data of a process that computes on the CPU


def die_with(parent: int) -> None:
    """End this process at once when its parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)


def be_called(kind: str) -> None:
    """The name of this process in a list of all: children that are forked have their parent's."""
    with suppress(OSError):
        Path("/proc/self/comm").write_text(f"lw-{kind}")


def go_first() -> None:
    """Be the one that the system ends when memory runs out."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("800")


def stand_back() -> None:
    """Leave the processor to those who answer people."""
    with suppress(OSError):
        os.nice(5)


def hold(most: int | None) -> None:
    """Let an allocation fail, rather than the machine, beyond `most` bytes of data."""
    if sys.platform == "linux":
        import resource

        limit = most or int(memory_bytes() * SHARE)
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))

"""What a child process may take of the machine, and what goes first when there is too little."""

import ctypes
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

DIE_WITH_PARENT = 1  # prctl's PR_SET_PDEATHSIG
SHARE = 0.95  # of memory, for data of a process that computes on the CPU
CGROUP = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def memory_bytes() -> int:
    """The memory this process can have: the machine's, or less where a container allows less."""
    most = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for file in CGROUP:
        with suppress(OSError, ValueError):
            most = min(most, int(Path(file).read_text()))
    return most


def memory_free() -> int:
    """The memory that could be had now; 0 where the system does not say."""
    with suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return min(int(line.split()[1]) * 1024, memory_bytes())
    return 0


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

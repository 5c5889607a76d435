"""What the machine has: memory, room on the disk, and the devices that workers run on."""

import os
import platform
import shutil
import sys
from contextlib import suppress
from pathlib import Path

VERSION = "0.1.0"


def memory() -> int:
    """Bytes of memory there are for us: the machine's, or what its control group allows."""
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return 0
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, ValueError):
        return min(physical, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return physical


def disk_free(folder: Path) -> int:
    """Bytes of room where a folder lies."""
    return shutil.disk_usage(folder).free


def system() -> str:
    return f"{platform.system()} {platform.release()}"


def python() -> str:
    return sys.version.split()[0]

"""The most memory this process has held at once: of its device, or of the machine on a CPU."""

import resource
import sys
from contextlib import suppress
from pathlib import Path

import torch

STATUS, FORGET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def forget() -> None:
    """Count from now on, where the system can do so; else it is since the process began."""
    if torch.cuda.is_initialized():
        torch.cuda.reset_peak_memory_stats()
    with suppress(OSError):
        FORGET.write_text("5")


def most() -> int:
    """Bytes."""
    if torch.cuda.is_initialized():
        return torch.cuda.max_memory_allocated()
    with suppress(OSError, IndexError, ValueError):
        return int(STATUS.read_text().partition("VmHWM:")[2].split()[0]) * 1024
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest if sys.platform == "darwin" else largest * 1024

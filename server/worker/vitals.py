"""What a worker tells of itself: at first everything, then with every heartbeat how it fares."""

import os
import platform
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch

from nodes.diffusion.machine import memory_bytes, memory_free

from .host import WorkerHost
from .line import rss


def hello(host: WorkerHost) -> dict[str, Any]:
    """The device and what results on it depend on."""
    if host.device == "cpu":
        name, memory = _processor(), memory_bytes()
    else:
        properties = torch.cuda.get_device_properties(host.device)
        name, memory = properties.name, properties.total_memory
    return {
        "pid": os.getpid(),
        "device": host.device,
        "name": name,
        "environment": host.environment,
        "memory_bytes": memory,
    }


def of(device: str) -> Callable[[], dict[str, Any]]:
    """What a heartbeat tells of a process that computes on `device`."""

    def vitals() -> dict[str, Any]:
        return {"rss": rss(), "memory_free": _free(device)}

    return vitals


def _free(device: str) -> int:
    if device == "cpu":
        return memory_free()
    with suppress(RuntimeError):  # of a device that has just failed
        if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
            return int(torch.cuda.mem_get_info(device)[0])
    return 0


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()

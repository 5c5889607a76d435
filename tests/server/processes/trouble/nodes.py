"""Nodes of a pack that does everything a pack should not."""

import builtins
import ctypes
import gc
import json
import mmap
import os
import socket
import tempfile
import threading
import time
from collections.abc import Generator
from pathlib import Path
from typing import IO, Annotated

import torch

from nodes.core import Context, Slider, node
from nodes.core.events import Progress

Many = Annotated[int, Slider(0, 10_000)]


@node(effect=True, exact=False)
def write_text(text: str, *, context: Context) -> None:
    """Write a file."""
    _write(context, text)


@node(effect=True, exact=False)
def write_and_fail(*, context: Context) -> None:
    """Write a file, and then do not come to an end."""
    _write(context, "half of it")
    raise ValueError("no more")


def _write(context: Context, text: str) -> None:
    def write(file: IO[bytes]) -> None:
        file.write(text.encode())

    context.asset("text.txt", write)


@node(effect=True, exact=False)
def spin() -> None:
    """Count for ever."""
    number = 0
    while True:
        number += 1


@node(effect=True, exact=False)
def spin_and_stay(*, context: Context) -> None:
    """Count for ever, and let nothing stop it. A file says that it has begun."""
    Path(context.host.scratch, "spinning").touch()
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue


@node(effect=True, exact=False)
def never_return() -> None:
    """Wait for what never comes."""
    threading.Event().wait()


@node(effect=True, exact=False)
def hold_the_lock() -> None:
    """Call C that never lets another thread of Python run."""
    ctypes.PyDLL(None).pause()


@node(effect=True, exact=False)
def segfault() -> None:
    """Read where nothing is."""
    ctypes.string_at(0)


@node(effect=True, exact=False)
def abort() -> None:
    """End as an assertion in C does."""
    os.abort()


@node(effect=True, exact=False)
def leave() -> None:
    """End the process without a word."""
    os._exit(0)


@node(effect=True, exact=False)
def leave_politely() -> None:
    """Ask Python to end."""
    raise SystemExit(3)


@node(effect=True, exact=False)
def eat_memory() -> Generator[Progress, None, None]:
    """Hold more and more."""
    held = []
    while True:
        held.append(b"x" * 2**24)
        yield Progress(len(held), len(held) + 1)


@node(effect=True, exact=False)
def eat_tensors() -> Generator[Progress, None, None]:
    """Hold more and more, as torch does it."""
    held = []
    while True:
        held.append(torch.ones(2**22))
        yield Progress(len(held), len(held) + 1)


@node(effect=True, exact=False)
def short_of_memory(times: Many, *, context: Context) -> None:
    """Be out of a GPU's memory a few times, counted in a file."""
    file = Path(context.host.scratch, "count")
    count = int(file.read_text()) if file.exists() else 0
    file.write_text(str(count + 1))
    if count < times:
        raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")
    _write(context, "done")


@node(effect=True, exact=False)
def break_the_device() -> None:
    """What a kernel that reads beyond its tensors leaves behind."""
    raise RuntimeError("CUDA error: an illegal memory access was encountered")


@node(effect=True, exact=False)
def cut_a_file_short() -> None:
    """Read from a mapped file after it was cut, as a model on a network disk may be."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"weights" * 10_000)
        file.flush()
        mapped = mmap.mmap(file.fileno(), 0)
        file.truncate(0)
        bytes(mapped)


@node(effect=True, exact=False)
def print_a_lot(mebibytes: Many) -> Generator[Progress, None, None]:
    """Print for long, from Python and from C."""
    for number in range(mebibytes):
        print("x" * 2**19, flush=True)
        os.write(2, b"y" * 2**19)
        yield Progress(number + 1, mebibytes)


@node(effect=True, exact=False)
def notice_a_lot(*, context: Context) -> None:
    """Have something to say of every pixel."""
    for number in range(100_000):
        context.notice(f"pixel {number}")


@node(effect=True, exact=False)
def close_everything() -> None:
    """Close every file of the process, those of others too."""
    os.closerange(0, 1000)


@node(effect=True, exact=False)
def write_everywhere() -> None:
    """Write to every socket there is."""
    for handle in range(100):
        try:
            socket.socket(fileno=os.dup(handle)).send(b"\xff" * 64)
        except OSError:
            continue


@node(effect=True, exact=False)
def patch_python() -> None:
    """Put other things in the place of what everybody uses."""
    builtins.print = json.dumps = time.sleep = lambda *_, **__: "nothing"  # type: ignore
    gc.collect()


@node(effect=True, exact=False)
def count_slowly(steps: Many, pause: float = 0.0) -> Generator[Progress, None, None]:
    """Tell of many steps."""
    for number in range(steps):
        time.sleep(pause)
        yield Progress(number + 1, steps)


@node(effect=True, exact=False)
def count_oddly() -> Generator[Progress, None, None]:
    """Tell of steps in numbers that nobody expects."""
    yield Progress(1.5, 3.0)  # type: ignore[arg-type]
    yield Progress(torch.tensor(2), torch.tensor(3))  # type: ignore[arg-type]


@node(effect=True, exact=False)
def fail_oddly() -> None:
    """Fail with half of a letter and a very long story."""
    raise ValueError("\ud83d" + "x" * 1_000_000)


@node(effect=True, exact=False)
def name_oddly(*, context: Context) -> None:
    """Call a file by half of a letter."""
    context.asset("\ud83d.txt", lambda file: None)


@node(effect=True, exact=False)
def infinity() -> float:
    """No number that JSON has."""
    return float("inf")


@node(effect=True, exact=False)
def take(number: float) -> None:
    """Whatever is wired."""


@node(effect=True, exact=False)
def odd_text() -> str:
    """Half of a letter, many times."""
    return "\ud83d" + "x" * 100_000

"""A lock that one process holds at a time. It ends with the process, however that ends."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def taken(file: IO[str]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def taken(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def held(path: str, waiting: Callable[[], None]) -> Iterator[int]:
    """Hold the lock on this file; gives the file's number.

    `waiting` is called once if another process has it.
    """
    with open(path, "a", encoding="utf-8") as file:
        if not taken(file):
            waiting()
            while not taken(file):
                time.sleep(0.1)
        yield file.fileno()

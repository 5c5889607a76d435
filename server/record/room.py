"""Room on the disk: what must stay free for a run to be accepted, and a reserve for ends."""

import os
import shutil
import sys
import time
from pathlib import Path

from server.refused import Refused

RESERVE = 16 * 2**20
GIB = 2**30
FRESH = 0.2  # seconds for which what was free is still free


class DiskFull(Refused):
    """Nothing more can be written until there is room again. Nothing was changed."""

    def __init__(self, message: str) -> None:
        super().__init__("no_room", message)


class Room:
    """`floor`: bytes that must be free. The reserve is a file; without it, deleting needs room that
    a full disk does not have. For the thread that writes: a disk may take its time to answer.
    """

    def __init__(self, folder: Path, floor: int, reserve: int = RESERVE) -> None:
        self.folder, self.floor, self.reserve = folder, floor, reserve
        self.largest = 0  # output so far
        self._file = folder / "reserve"
        self._looked = -FRESH

    @property
    def needed(self) -> int:
        """Bytes that must be free before a run is accepted."""
        return max(self.floor, 2 * self.largest) if self.floor else 0

    def check(self) -> None:
        """Raises `Refused` where too little is free."""
        now = time.monotonic()
        if now - self._looked < FRESH:
            return
        try:
            free = shutil.disk_usage(self.folder).free
        except OSError as error:
            raise Refused(
                "unavailable", f"{self.folder} cannot be used: {error.strerror}"
            ) from None
        if free < self.needed:
            raise DiskFull(
                f"only {free / GIB:.1f} GB are free on the disk of {self.folder}, "
                f"{self.needed / GIB:.1f} GB must be: make room, then queue again",
            )
        if not self._file.exists():
            self.keep()
        self._looked = now

    def keep(self) -> None:
        """Have the reserve, where there is room for it."""
        try:
            if self._file.exists() and self._file.stat().st_size == self.reserve:
                return
            if shutil.disk_usage(self.folder).free < 2 * self.reserve:
                return
            with self._file.open("wb") as file:
                if sys.platform == "linux":
                    os.posix_fallocate(file.fileno(), 0, self.reserve)
                else:
                    file.write(bytes(self.reserve))
        except OSError:
            self.release()

    def release(self) -> bool:
        """Give the reserve back to the disk; False if that was done before."""
        self._looked = -FRESH
        try:
            self._file.unlink()
        except OSError:
            return False
        return True

    def refusal(self) -> DiskFull:
        """What to say when the disk is full."""
        return DiskFull(f"there is no room left on the disk of {self.folder}: make room, try again")

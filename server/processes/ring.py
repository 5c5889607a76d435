"""A log that stays small: two files, the newer of which is written to."""

import os
from contextlib import suppress
from pathlib import Path

LARGEST = 5 * 2**20


class Ring:
    """What is written goes into `path`; once that is full it becomes `path.1`, and it starts anew.

    A disk that refuses costs lines of the log and nothing else.
    """

    def __init__(self, path: Path, largest: int = LARGEST) -> None:
        self.path, self.largest = path, largest
        self._file = -1
        self._held = 0
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._open()

    def write(self, data: bytes) -> None:
        """Add to the log. Of more than fits into both files the end is kept."""
        data = data[-self.largest :]
        with suppress(OSError):
            if self._held + len(data) > self.largest:
                self._turn()
            self._held += os.write(self._file, data)

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _turn(self) -> None:
        self.close()
        os.replace(self.path, self.path.with_name(f"{self.path.name}.1"))
        self._open()

    def _open(self) -> None:
        self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._held = os.fstat(self._file).st_size

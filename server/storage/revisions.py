"""What every saved workflow was before: a file for each revision, in a folder for each name."""

import os
import re
from contextlib import suppress
from pathlib import Path

from . import whole

NUMBERED = re.compile(r"(\d{6,})\.(json|gone)")
ALL_OF = 100  # the newest; of those before one a day is kept
DAY = 24 * 3600.0


class Revisions:
    """The revisions of all names in a folder.

    Where a workflow was deleted or renamed a mark stays, so that its numbers do not come again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def last(self, name: str) -> int:
        """The highest number there ever was, 0 for none."""
        return max((number for number, _ in self._all(name)), default=0)

    def numbers(self, name: str) -> list[int]:
        """Those that are there, the newest first."""
        found = (number for number, kind in self._all(name) if kind == "json")
        return sorted(found, reverse=True)

    def read(self, name: str, number: int) -> tuple[bytes, float]:
        """The text of one and when it was written. Raises OSError."""
        path = self._path(name, number)
        return path.read_bytes(), path.stat().st_mtime

    def write(self, name: str, number: int, text: bytes) -> None:
        """Keep a revision. Raises OSError."""
        whole.write(self._path(name, number), text)
        self._thin(name)

    def leave(self, name: str, to: Path) -> None:
        """Give the revisions of a name to another folder; their numbers stay taken."""
        last, folder = self.last(name), self.folder / name
        if folder.is_dir():
            whole.move(folder, to)
            whole.write(folder / f"{last:06d}.gone", b"")

    def take(self, name: str, source: Path) -> None:
        """Take in the revisions of another folder, above those that are there."""
        if not source.is_dir():
            return
        above = self.last(name) if self.numbers(name) else 0
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        for file in sorted(source.iterdir()):
            match = NUMBERED.fullmatch(file.name)
            if match:
                os.replace(file, folder / f"{int(match[1]) + above:06d}.{match[2]}")
        whole.sync_folder(folder)
        with suppress(OSError):
            source.rmdir()

    def _thin(self, name: str) -> None:
        """Of what is long ago one a day is enough."""
        days: set[int] = set()
        for number in self.numbers(name)[ALL_OF:]:
            path = self._path(name, number)
            with suppress(OSError):
                day = int(path.stat().st_mtime // DAY)
                if day in days:
                    path.unlink()
                days.add(day)

    def _all(self, name: str) -> list[tuple[int, str]]:
        try:
            files = os.listdir(self.folder / name)
        except OSError:
            return []
        matches = map(NUMBERED.fullmatch, files)
        return [(int(match[1]), match[2]) for match in matches if match]

    def _path(self, name: str, number: int) -> Path:
        return self.folder / name / f"{number:06d}.json"

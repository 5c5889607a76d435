"""sha256 of files, remembered by (path, size, time of change, inode) so that each is read once."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import get_ident

PIECE = 4 * 2**20  # bytes read at a time


class Digests:
    """Digests of files, kept in a small JSON file where one is given."""

    def __init__(self, file: str | Path | None = None) -> None:
        self.file = Path(file) if file else None
        self._looked = self._changed()
        self.known = self._read()

    def of(self, path: Path, told: Callable[[int], None] | None = None) -> str:
        """The sha256 of one file, in hexadecimal. `told` hears of bytes as they are read."""
        seen = self.seen(path)
        if seen is not None:
            return seen
        mark = _mark(path)
        digest = _digest(path, told)
        if _mark(path) == mark:  # else it was written to meanwhile, and this is of no one state
            self.known[_name(path)] = [*mark, digest]
            self._write()
        return digest

    def seen(self, path: Path) -> str | None:
        """The digest of a file that was read before, here or by whoever shares the JSON file."""
        name, mark = _name(path), _mark(path)
        found = self.known.get(name)
        if not _fits(found, mark):
            found = self._of_others(name)
        return str(found[-1]) if found and _fits(found, mark) else None

    def of_all(self, root: Path, paths: list[Path]) -> str:
        """One digest over several files and their names under `root`."""
        lines = [f"{path.relative_to(root).as_posix()} {self.of(path)}" for path in sorted(paths)]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def _read(self) -> dict[str, list[int | str]]:
        try:
            known = json.loads(self.file.read_text()) if self.file else {}
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}

    def _of_others(self, name: str) -> list[int | str] | None:
        """What somebody else has found out since we looked."""
        changed = self._changed()
        if changed == self._looked:
            return None
        self._looked, theirs = changed, self._read()
        self.known = self.known | theirs
        return theirs.get(name)

    def _changed(self) -> int:
        try:
            return self.file.stat().st_mtime_ns if self.file else 0
        except OSError:
            return 0

    def _write(self) -> None:
        if not self.file:
            return
        self.known = self._read() | self.known
        fresh = self.file.with_name(f"{self.file.name}.{os.getpid()}.{get_ident()}")
        with suppress(OSError):  # a full disk, or no place to write: they are worked out again
            try:
                self.file.parent.mkdir(parents=True, exist_ok=True)
                fresh.write_text(json.dumps(dict(self.known)))
                os.replace(fresh, self.file)
            finally:
                fresh.unlink(missing_ok=True)


def _fits(found: list[int | str] | None, mark: list[int | str]) -> bool:
    return isinstance(found, list) and found[:-1] == mark


def _name(path: Path) -> str:
    return str(path.resolve())


def _mark(path: Path) -> list[int | str]:
    """What tells a file from itself at another time, without reading it."""
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]


def _digest(path: Path, told: Callable[[int], None] | None) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as content:
        while part := content.read(PIECE):
            digest.update(part)
            if told:
                told(len(part))
    return digest.hexdigest()

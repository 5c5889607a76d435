"""sha256 of files, remembered by (path, size, time of change, inode) so that each is read once."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path


class Digests:
    """Digests of files, kept in a small JSON file where one is given."""

    def __init__(self, file: str | Path | None = None) -> None:
        self.file = Path(file) if file else None
        self.known = self._read()

    def of(self, path: Path) -> str:
        """The sha256 of one file, in hexadecimal."""
        stat = path.stat()
        mark = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
        name = str(path.resolve())
        seen = self.known.get(name)
        if isinstance(seen, list) and seen[:-1] == mark:
            return str(seen[-1])
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        self.known[name] = [*mark, digest]
        self._write()
        return digest

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

    def _write(self) -> None:
        if not self.file:
            return
        fresh = self.file.with_name(f"{self.file.name}.{os.getpid()}")
        with suppress(OSError):  # a full disk, or no place to write: they are worked out again
            try:
                self.file.parent.mkdir(parents=True, exist_ok=True)
                fresh.write_text(json.dumps(self.known))
                os.replace(fresh, self.file)
            finally:
                fresh.unlink(missing_ok=True)

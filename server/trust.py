"""Which packs may run: each is code that can do anything, so someone has to say yes, per version.

`data/packs.json` has for each pack its digest on that day. Another digest is another version.
"""

import json
import os
import time
from pathlib import Path
from typing import Any

from nodes.core.packs import digest_of
from nodes.core.problem import Problem


class Trust:
    """The packs in a data folder and what was said of them."""

    def __init__(self, data: Path) -> None:
        self.folder, self.file = data / "packs", data / "packs.json"

    def trusted(self) -> tuple[list[Path], list[Problem]]:
        """The packs to load, and for all others the reason why they are not loaded."""
        said, problems = self._said()
        folders: list[Path] = []
        for folder in self.there():
            try:
                self._look(folder, said)
                folders.append(folder)
            except Problem as problem:
                problems.append(problem)
            except OSError as error:
                told = f"cannot be read: {error.strerror}"
                problems.append(Problem(told, None, folder.name))
        return folders, problems

    def there(self) -> list[Path]:
        """Every pack that lies in the folder for packs."""
        if not self.folder.is_dir():
            return []
        found = (path for path in self.folder.iterdir() if path.is_dir())
        return sorted(path for path in found if not path.name.startswith((".", "_")))

    def trust(self, name: str) -> str:
        """Trust the pack of that name as it is now; its digest. Raises `Problem`."""
        known = {folder.name: folder for folder in self.there()}
        if name not in known:
            listed = ", ".join(known) or "none"
            told = f'there is no pack "{name}" in {self.folder}; there is {listed}'
            raise Problem(told, None, "packs")
        digest = digest_of(known[name])
        self._write(self._said()[0] | {name: {"sha256": digest, "trusted_at": time.time()}})
        return digest

    def forget(self, name: str) -> bool:
        """Trust it no longer; whether it was trusted."""
        said = self._said()[0]
        was = said.pop(name, None) is not None
        self._write(said)
        return was

    def _look(self, folder: Path, said: dict[str, Any]) -> None:
        """Raise `Problem` unless this version of a pack is trusted."""
        entry = said.get(folder.name)
        before = entry.get("sha256") if isinstance(entry, dict) else None
        way = f"look at it, then run: python3 main.py packs trust {folder.name}"
        if before is None:
            raise Problem(f"is not loaded, nobody has trusted it yet: {way}", None, folder.name)
        if digest_of(folder) != before:
            told = "is not loaded, it has changed since it was trusted"
            raise Problem(f"{told}: {way}", None, folder.name)

    def _said(self) -> tuple[dict[str, Any], list[Problem]]:
        """What was said; from the copy before the last change where the file is broken."""
        if not self.file.exists():
            return {}, []
        for file in (self.file, self._copy):
            try:
                said = json.loads(file.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                continue
            if isinstance(said, dict):
                told = f"{self.file.name} was broken, what it said before its last change counts"
                return said, [] if file == self.file else [Problem(told, None, "packs")]
        told = f"{self.file.name} is broken: no pack is trusted until it is trusted again"
        return {}, [Problem(told, None, "packs")]

    @property
    def _copy(self) -> Path:
        return self.file.with_name(f"{self.file.name}.bak")

    def _write(self, said: dict[str, Any]) -> None:
        """Whole or not at all, with the last good one kept beside it."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        before, problems = self._said()
        if self.file.exists() and not problems:
            _replace(self._copy, before)
        _replace(self.file, said)


def _replace(file: Path, said: dict[str, Any]) -> None:
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with fresh.open("w", encoding="utf-8") as writing:
            json.dump(said, writing, indent=2)
            writing.flush()
            os.fsync(writing.fileno())
        os.replace(fresh, file)
    finally:
        fresh.unlink(missing_ok=True)

"""What need not be worked out again: results on disk, and those a worker has in memory."""

import json
import sqlite3
from pathlib import Path

from nodes.core.cache import Cache, Entry
from nodes.core.context import Asset

LOST = (sqlite3.Error, ValueError, TypeError, KeyError, IndexError)


class Remembered(Cache):
    """A cache that only knows what there is: entries have their files, but not their values."""

    def __init__(self, folder: Path, held: frozenset[str]) -> None:
        super().__init__(0)
        self.held_there = held
        self._database: sqlite3.Connection | None = None
        self._file = folder / "results.sqlite"

    def get(self, key: str) -> Entry | None:
        found = self._on_disk(key)
        return Entry(()) if found is None and key in self.held_there else found

    def close(self) -> None:
        if self._database:
            self._database.close()

    def _on_disk(self, key: str) -> Entry | None:
        try:
            if self._database is None:
                place = f"{self._file.resolve().as_uri()}?mode=ro"
                self._database = sqlite3.connect(place, uri=True, timeout=5)
            row = self._database.execute(
                "select document from results where key = ?", (key,)
            ).fetchone()
            return Entry((), tuple(_assets(row[0]))) if row else None
        except LOST:
            return None


def _assets(document: str) -> list[Asset]:
    """The files that a stored entry names, as the store writes them."""
    files = json.loads(document)[1]["items"]
    return [Asset(f["node"], f["name"], f["path"], f["sha256"]) for f in files]

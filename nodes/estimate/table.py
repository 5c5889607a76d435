"""What work took, by kind and size: in memory, and in a small database that outlives it."""

import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

TABLE = """create table if not exists work (kind text, size real, seconds real, beside real,
  share real, bytes integer, cold integer, primary key (kind, size)) without rowid"""
COLUMNS = "size, seconds, beside, share, bytes, cold"
EVERY = 1.0  # seconds between two writes
FRESH = 0.5  # how much the newest counts against all before it


class Row(NamedTuple):
    """seconds: of one step, or of all that is done in one go. beside: what comes on top of steps.

    share: how many steps there were for each that was asked for. bytes: the most in use. cold: what
    was measured began with loading weights.
    """

    size: float
    seconds: float
    beside: float = 0.0
    share: float = 1.0
    bytes: int = 0
    cold: bool = False

    def then(self, newer: "Row") -> "Row":
        """What is known after one more. What was measured cold counts where nothing else is."""
        if self.cold != newer.cold:
            return newer if self.cold else self
        seconds = self.seconds + FRESH * (newer.seconds - self.seconds)
        beside = self.beside + FRESH * (newer.beside - self.beside)
        return newer._replace(seconds=seconds, beside=beside)


class Table:
    """Rows by kind. What cannot be written is let go: an estimate is worth no failure."""

    def __init__(self, folder: Path) -> None:
        self._rows: dict[str, dict[float, Row]] = {}
        self._unwritten: set[tuple[str, float]] = set()
        self._written_at = 0.0
        self._database: sqlite3.Connection | None = None
        with suppress(OSError, sqlite3.Error):
            folder.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(
                folder / "timings.sqlite", timeout=5, isolation_level=None, check_same_thread=False
            )
            self._database.execute("pragma journal_mode=wal")
            self._database.execute("pragma synchronous=off")
            self._database.execute(TABLE)

    def rows(self, kind: str, anew: bool = False) -> dict[float, Row]:
        """What is known of a kind of work, by size; `anew` looks at what others wrote since."""
        if anew or kind not in self._rows:
            self._rows[kind] = self._read(kind) | (self._rows.get(kind, {}) if not anew else {})
        return self._rows[kind]

    def put(self, kind: str, row: Row) -> None:
        """Learn one more."""
        rows = self.rows(kind)
        before = rows.get(row.size)
        rows[row.size] = before.then(row) if before else row
        self._unwritten.add((kind, row.size))

    def flush(self, anyway: bool = False) -> None:
        """Write what is new, at most once a second."""
        if not self._unwritten or not (anyway or time.monotonic() - self._written_at > EVERY):
            return
        self._written_at = time.monotonic()
        rows = [(kind, *self._rows[kind][size]) for kind, size in self._unwritten]
        self._unwritten.clear()
        with suppress(sqlite3.Error):
            if self._database:
                self._database.execute("begin immediate")
                self._database.executemany(
                    "insert or replace into work values (?, ?, ?, ?, ?, ?, ?)", rows
                )
                self._database.execute("commit")

    def close(self) -> None:
        self.flush(anyway=True)
        if self._database:
            self._database.close()

    def _read(self, kind: str) -> dict[float, Row]:
        with suppress(sqlite3.Error):
            if self._database:
                found = self._database.execute(
                    f"select {COLUMNS} from work where kind = ?", (kind,)
                ).fetchall()
                return {row[0]: Row._make(row) for row in found}
        return {}

"""Results that outlive the process: SQLite, with safetensors files beside it for large tensors.

Shared by everything that runs on the same data folder. Losing it costs time only, so a write that
fails (a full disk) is let go.
"""

import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
import torch

from nodes.core.cache import Entry, size_of
from nodes.core.context import Asset
from nodes.core.control import Control
from nodes.core.facts import KINDS
from nodes.core.types import (
    WIRES,
    Embedding,
    Kept,
    LatentMask,
    LatentSpace,
    Lora,
    Place,
    Shown,
    Sizes,
    Weights,
)

INLINE = 64 * 1024  # bytes of tensors kept in the row itself
WORTH = 100e6  # bytes that must not be larger than this times the seconds they cost to make
BATCH = 200
INSIDE = (
    *(Kept, LatentMask, LatentSpace, Lora, Embedding, Weights, Asset, Control),
    *(Place, Shown, Sizes),
)
CLASSES = {c.__name__: c for c in (*WIRES.values(), *KINDS.values(), *INSIDE) if is_dataclass(c)}
TABLE = """create table if not exists results (key text primary key, document text,
  tensors blob, file text, bytes integer, used real) without rowid"""


def _opened(file: Path) -> sqlite3.Connection:
    """The database in a file; a new one where it is broken, one in memory where none can be had."""
    for place in (file, file, ":memory:"):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(place, timeout=10, isolation_level=None)
            database.execute("pragma journal_mode=wal")
            database.execute("pragma synchronous=off")  # losing it costs time only
            database.execute(TABLE)
            return database
        except sqlite3.OperationalError:
            continue  # locked for long, or no place to write
        except (OSError, sqlite3.DatabaseError):
            with suppress(OSError):
                file.unlink()
    return sqlite3.connect(":memory:", isolation_level=None)


class Unstorable(Exception):
    """A value of a type that only its own process knows."""


class DiskStore:
    """A `Store` in a folder, up to `budget` bytes; what was not used for longest goes first."""

    def __init__(self, folder: Path, budget: int = 4 * 2**30) -> None:
        self.folder, self.budget = folder, budget
        self._waiting: dict[str, tuple[Any, ...]] = {}
        self._database = _opened(folder / "results.sqlite")

    def load(self, key: str) -> Entry | None:
        row = self._waiting.get(key) or self._row(key)
        if row is None:
            return None
        _, document, tensors, file, *_ = row
        try:
            data = (self.folder / file).read_bytes() if file else tensors
            laid_aside = safetensors.torch.load(data) if data else {}
            return Entry(*(_decode(part, laid_aside) for part in json.loads(document)))
        except (OSError, ValueError, KeyError, TypeError, safetensors.SafetensorError):
            return None  # half of it is gone, so it is made again

    def save(self, key: str, entry: Entry) -> None:
        size = sum(map(size_of, entry.outputs))
        if size > INLINE and size > WORTH * entry.seconds:
            return
        with suppress(Unstorable, OSError):
            tensors: dict[str, torch.Tensor] = {}
            document = json.dumps([_encode(part, tensors) for part in entry])
            data = safetensors.torch.save(tensors) if tensors else b""
            file = self._write(key, data) if len(data) > INLINE else ""
            self._waiting[key] = (
                key,
                document,
                b"" if file else data,
                file,
                len(data) + len(document),
                time.time(),
            )
        if len(self._waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what is waiting, in one transaction."""
        rows, self._waiting = list(self._waiting.values()), {}
        with suppress(sqlite3.Error), self._transaction():
            self._database.executemany("insert or replace into results values (?,?,?,?,?,?)", rows)

    def close(self) -> None:
        self.flush()
        with suppress(sqlite3.Error):
            self._prune()
        self._database.close()

    def _row(self, key: str) -> tuple[Any, ...] | None:
        with suppress(sqlite3.Error):
            row = self._database.execute("select * from results where key = ?", (key,)).fetchone()
            if row and time.time() - row[5] > 3600:
                self._database.execute(
                    "update results set used = ? where key = ?", (time.time(), key)
                )
            return row
        return None

    def _write(self, key: str, data: bytes) -> str:
        handle, written = tempfile.mkstemp(dir=self.folder)
        name = f"{key}.safetensors"
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.replace(written, self.folder / name)
        except OSError:
            os.unlink(written)
            raise
        return name

    def _prune(self) -> None:
        held = self._database.execute("select coalesce(sum(bytes), 0) from results").fetchone()[0]
        if held <= self.budget:
            return
        for key, file, size in self._database.execute(
            "select key, file, bytes from results order by used"
        ).fetchall():
            if held <= self.budget * 0.9:
                return
            self._database.execute("delete from results where key = ?", (key,))
            if file:
                (self.folder / file).unlink(missing_ok=True)
            held -= size

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._database.execute("rollback")
            raise
        self._database.execute("commit")


def _encode(value: Any, tensors: dict[str, torch.Tensor]) -> Any:
    """A value as JSON, its tensors laid aside under numbers."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, torch.Tensor):
        name = str(len(tensors))
        tensors[name] = value.detach().to("cpu").clone(memory_format=torch.contiguous_format)
        return {"": "tensor", "name": name}
    if isinstance(value, list | tuple):
        return {
            "": "list" if isinstance(value, list) else "tuple",
            "items": [_encode(v, tensors) for v in value],
        }
    kind = type(value).__name__
    if CLASSES.get(kind) is type(value):
        return {"": kind} | {
            f.name: _encode(getattr(value, f.name), tensors) for f in fields(value)
        }
    raise Unstorable(kind)


def _decode(document: Any, tensors: dict[str, torch.Tensor]) -> Any:
    if not isinstance(document, dict):
        return document
    kind = document[""]
    if kind == "tensor":
        return tensors[document["name"]]
    if kind in ("list", "tuple"):
        items = [_decode(v, tensors) for v in document["items"]]
        return items if kind == "list" else tuple(items)
    made = {name: _decode(v, tensors) for name, v in document.items() if name}
    return CLASSES[kind](**made)

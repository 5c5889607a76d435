"""Copies of the record, the newest five, each with its checksum in its name."""

import os
import re
import shutil
import sqlite3
import zlib
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from . import journal

KEPT = 5
NAME = re.compile(r"(\d{8})-([0-9a-f]{8})\.sqlite")
CHUNK = 2**20


class Backup(NamedTuple):
    """A copy: everything up to the journal of its number."""

    number: int
    path: Path
    sum: int

    @property
    def when(self) -> str:
        return f"{datetime.fromtimestamp(self.path.stat().st_mtime):%Y-%m-%d %H:%M}"


def backups(folder: Path) -> list[Backup]:
    """The copies in a folder, newest first."""
    found = ((NAME.fullmatch(path.name), path) for path in folder.glob("*.sqlite"))
    return sorted((Backup(int(m[1]), path, int(m[2], 16)) for m, path in found if m), reverse=True)


def make(record: Path, folder: Path, number: int) -> Path:
    """Copy the record as it is now, whole or not at all, and let go of the oldest copy.

    Writing goes on meanwhile. Raises `OSError` or `sqlite3.Error`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    half = folder / "half.sqlite"
    half.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(record, timeout=10, isolation_level=None)) as connection:
            connection.execute("vacuum into ?", (str(half),))
        with half.open("rb+") as file:
            os.fsync(file.fileno())
        path = folder / f"{number:08d}-{checksum(half):08x}.sqlite"
        os.replace(half, path)
    finally:
        half.unlink(missing_ok=True)
    _let_go(folder)
    return path


def _let_go(folder: Path) -> None:
    for backup in backups(folder)[KEPT:]:
        backup.path.unlink(missing_ok=True)
    oldest = min((backup.number for backup in backups(folder)), default=0)
    for number in journal.numbers(folder):
        if number < oldest:
            journal.name(folder, number).unlink(missing_ok=True)


def checksum(path: Path) -> int:
    """The CRC-32 of a file."""
    sum = 0
    with path.open("rb") as file:
        while data := file.read(CHUNK):
            sum = zlib.crc32(data, sum)
    return sum


def bring_back(folder: Path, record: Path) -> Backup | None:
    """Put the newest good copy in the place of the record; None if there is none."""
    for backup in backups(folder):
        if checksum(backup.path) == backup.sum:
            half = record.with_name("half.sqlite")
            shutil.copyfile(backup.path, half)
            with half.open("rb+") as file:
                os.fsync(file.fileno())
            os.replace(half, record)
            return backup
    return None

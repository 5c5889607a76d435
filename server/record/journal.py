"""The journal: what was accepted and what ended since the last backup, one line each.

It is written beside the record and read only where the record is damaged, so that runs which came
after the newest backup are not lost with it. Each line has a checksum; a bad one is left out.
"""

import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from . import files, history, queue
from .ending import Placed, end
from .kinds import Ending, FileRow, NewRun
from .work import Work

TAIL = 2**20
Note = dict[str, Any]


class Journal:
    """Lines are added to the file of the newest number in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.number = max(numbers(folder), default=0)

    def add(self, notes: Iterable[Note], seq: int) -> None:
        """Write down what was committed, up to the event `seq`. What the disk or JSON does not take
        is left out: the record itself is whole.
        """
        try:
            data = b"".join(_line(note | {"seq": seq}) for note in notes)
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(
                name(self.folder, self.number), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600
            )
            try:
                os.write(handle, data)
            finally:
                os.close(handle)
        except (OSError, ValueError, TypeError):
            return

    def turn(self) -> int:
        """Go on in a new file: what is in the old ones will be in the backup of that number."""
        self.number += 1
        return self.number


def name(folder: Path, number: int) -> Path:
    return folder / f"{number:08d}.journal"


def numbers(folder: Path) -> list[int]:
    """The numbers of all journals and backups in a folder, in order."""
    found = {path.name[:8] for path in folder.glob("????????*")}
    return sorted(int(number) for number in found if number.isdigit())


def _line(note: Note) -> bytes:
    body = msgspec.json.encode(note, enc_hook=str)
    return b"\n%08x %b\n" % (zlib.crc32(body), body)


def lines(data: bytes) -> Iterator[Note]:
    """What the good lines say, in order."""
    for line in data.split(b"\n"):
        sum, _, body = line.partition(b" ")
        if len(sum) == 8 and sum == b"%08x" % zlib.crc32(body):
            yield msgspec.json.decode(body)


def read(folder: Path, since: int) -> list[Note]:
    """All notes from this number on."""
    found: list[Note] = []
    for number in numbers(folder):
        if number >= since and (path := name(folder, number)).exists():
            found += lines(path.read_bytes())
    return found


def newest_seq(folder: Path) -> int:
    """The newest event that the journal knows of; 0 if it knows none."""
    for number in reversed(numbers(folder)):
        if (path := name(folder, number)).exists():
            with path.open("rb") as file:
                file.seek(max(0, path.stat().st_size - TAIL))
                seq = max((note["seq"] for note in lines(file.read())), default=0)
            if seq:
                return int(seq)
    return 0


def redo(work: Work, notes: Iterable[Note]) -> int:
    """Bring a record to where the notes end; gives how many runs were missing or not ended."""
    last: dict[str, dict[str, Note]] = {}
    for note in notes:
        if "new" in note:
            last.pop(note["new"], None)
            last[note["new"]] = {"new": note}
        elif "end" in note:
            last.setdefault(note["end"], {})["end"] = note
        elif "gone" in note:
            last[note["gone"]] = {"gone": note}
        elif "file" in note:
            files.add(work, msgspec.convert(note["file"], FileRow))
        elif "paused" in note:
            queue.set_paused(work, note["paused"])
    return sum(_redo(work, run, notes_of) for run, notes_of in last.items())


def _redo(work: Work, run: str, notes: dict[str, Note]) -> bool:
    row = work.run("select state from runs where id = ?", run).fetchone()
    known = row[0] if row else None
    if "gone" in notes:
        if known not in (None, "queued", "running"):
            history.delete(work, run)
        return False
    if known is None and "new" in notes:
        said = notes["new"]
        work.now, known = said["at"], "queued"
        queue.submit(work, run, msgspec.convert(said["of"], NewRun))
    elif known not in ("queued", "running") or "end" not in notes:
        return False
    if "end" in notes and known is not None:
        _end(work, run, notes["end"])
    return True


def _end(work: Work, run: str, said: Note) -> None:
    ending = _as(said["of"], Ending)
    work.now = said["at"]
    work.run("update runs set state = 'running', attempt = ? where id = ?", ending.attempt, run)
    work.run("delete from outputs where number = (select number from runs where id = ?)", run)
    end(work, ending, _as(said["placed"], list[Placed]))


def _as(said: Any, kind: Any) -> Any:
    return msgspec.convert(said, kind, dec_hook=lambda type, value: type(value))

"""Files of runs: each gets its name and its row together, or neither.

A worker has written and flushed a file under `tmp`. What is to be placed is put down first, then
the files are linked to their names, then one transaction ends the run and records them. Whatever
was put down and not recorded is swept away, so no run leaves a file that is not its.
"""

import errno
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from hashlib import file_digest
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from nodes.core.filenames import highest_number, safe_parts, with_number

from . import fence
from .kinds import Ending, Made
from .work import Work

NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS)


class Placing(NamedTuple):
    """A file on its way from `tmp` to `path`."""

    path: Path
    tmp: Path
    sha256: str


class Names:
    """Hands out the names of files to come, in any thread: a disk may take its time to say which
    there are. A name is given once.
    """

    def __init__(self, data: Path) -> None:
        self._data = data
        self._given: dict[tuple[str, int], set[Path]] = {}
        self._numbers: dict[Path, int] = {}
        self._lock = Lock()

    def reserve(self, run: str, attempt: int, wanted: str, shown: bool, now: float) -> Path:
        """The path where a file of that name is to appear."""
        start = "previews" if shown else f"outputs/{date.fromtimestamp(now):%Y-%m-%d}"
        *folders, file = safe_parts(wanted)
        return self._next(run, attempt, self._data.joinpath(start, *folders) / file)

    def another(self, run: str, attempt: int, path: Path) -> Path:
        """A name instead of one that somebody else has taken meanwhile."""
        stem, dot, ending = path.name.rpartition(".")
        return self._next(run, attempt, path.with_name(safe_parts(f"{stem}{dot}{ending}")[-1]))

    def given(self, run: str, attempt: int, path: Path) -> bool:
        """Whether this attempt was given that name."""
        return path in self._given.get((run, attempt), ())

    def forget(self, run: str, attempt: int) -> None:
        """The attempt has ended, what it was given and did not use is free."""
        with self._lock:
            self._given.pop((run, attempt), None)

    def _next(self, run: str, attempt: int, pattern: Path) -> Path:
        number = 0
        if pattern not in self._numbers:
            with suppress(OSError):  # there is no such folder yet
                number = highest_number(pattern.parent, pattern.name)
        with self._lock:
            if len(self._numbers) > 10_000:
                self._numbers.clear()
            number = max(number, self._numbers.get(pattern, 0)) + 1
            while any(_at(pattern, number) in given for given in self._given.values()):
                number += 1
            self._numbers[pattern] = number
            path = _at(pattern, number)
            self._given.setdefault((run, attempt), set()).add(path)
            return path


def _at(pattern: Path, number: int) -> Path:
    return pattern.with_name(with_number(pattern.name, number))


def intend(work: Work, ending: Ending, placing: Iterable[Placing]) -> bool:
    """Put down which files are to be placed; False if the attempt does not count any more."""
    if not fence.holds(work, ending.run, ending.attempt):
        return False
    for path, tmp, sha256 in placing:
        work.run(
            "insert or replace into placing values (?,?,?,?,?)",
            *(str(path), str(tmp), ending.run, ending.attempt, sha256),
        )
    return True


def forget(work: Work, run: str, attempt: int) -> None:
    """Nothing of this attempt is being placed any more."""
    work.run("delete from placing where run = ? and attempt = ?", run, attempt)


def placings(connection: sqlite3.Connection) -> list[Placing]:
    """What was put down and neither recorded nor taken back."""
    rows = connection.execute("select path, tmp, sha256 from placing")
    return [Placing(Path(path), Path(tmp), sha256) for path, tmp, sha256 in rows]


def place(file: Placing) -> None:
    """Give a file its name. Raises `FileExistsError` if there is one, else what the disk says."""
    try:
        file.path.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:  # a file, or a link to nowhere: another name does not help
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from error
    try:
        os.link(file.tmp, file.path)
    except OSError as error:
        if error.errno == errno.EXDEV:
            _carry(file)
        elif error.errno not in NO_LINKS:
            raise
        elif file.path.exists():
            raise FileExistsError(errno.EEXIST, "is there", str(file.path)) from None
        else:
            os.rename(file.tmp, file.path)


def _carry(file: Placing) -> None:
    """As `place`, from one disk to another."""
    beside = _beside(file)
    try:
        shutil.copyfile(file.tmp, beside)
        with beside.open("rb+") as copy:
            os.fsync(copy.fileno())
        place(file._replace(tmp=beside))
    finally:
        beside.unlink(missing_ok=True)


def _beside(file: Placing) -> Path:
    """What a file is called on its new disk until it has its name."""
    return file.path.with_name(f".{file.tmp.name}")


def flush(folders: Iterable[Path], data: Path) -> None:
    """See that new names in these folders outlast a power cut, those of the folders too."""
    if sys.platform == "win32":
        return  # where names are flushed with their files
    inside = {above for folder in folders for above in (folder, *folder.parents)}
    for folder in sorted(f for f in inside if f.is_relative_to(data)):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sweep(placings: Iterable[Placing]) -> None:
    """Take away files that were placed and never recorded. One that somebody else wrote stays."""
    for file in placings:
        with suppress(OSError):
            if _is_ours(file):
                file.path.unlink()
        with suppress(OSError):
            _beside(file).unlink()


def drop(folder: Path, run: str, attempt: int) -> None:
    """Remove what an attempt wrote that is of no use any more."""
    for path in folder.glob(f"{run}.{attempt}.*"):
        with suppress(OSError):
            path.unlink()


def _is_ours(file: Placing) -> bool:
    path, tmp, sha256 = file
    if tmp.exists() and tmp.stat().st_dev == path.stat().st_dev:
        return path.samefile(tmp)
    return _digest(path) == sha256


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def empty(folder: Path) -> None:
    """Remove what is in a folder of half-written files."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()


def to_place(outputs: Iterable[Made]) -> list[Placing]:
    """The files among these that are not there yet."""
    return [Placing(made.path, made.tmp, made.sha256) for made in outputs if made.tmp]

"""A folder that runs write into: files appear whole or not at all, and none is overwritten."""

import errno
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import IO

from nodes.core.context import Asset
from nodes.core.problem import Problem

NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK)
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
COUNTER = "{counter}"


class Shelf:
    """Names are given a number of four digits, the next one free: picture-0001.png.

    It stands at the end, or where `{counter}` is in the name. A `/` in a name makes folders here.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self) -> None:
        """See that the folder is there and can be written. Raises `Problem`."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                pass
        except OSError as error:
            raise Problem(
                f"{self.folder} cannot be written to ({error.strerror}): "
                "choose another folder with --out",
                None,
                "--out",
            ) from None

    def keep(self, node: str, name: str, write: Callable[[IO[bytes]], None]) -> Asset:
        """Write a file under a free name near `name`. Raises `Problem` where the disk refuses."""
        return self._written(node, lambda: self._place(name), write)

    def bring(self, asset: Asset) -> Asset:
        """The same file among ours: itself if it lies here, else a copy, of its name if it can."""
        path, ours = Path(asset.path), self.folder.resolve()
        if path.is_relative_to(ours):
            return asset
        here = ours / asset.name
        if here.is_file() and digest_of(here) == asset.sha256:
            return Asset(asset.node, asset.name, str(here), asset.sha256)
        name = re.sub(r"\d{4,9}(?=\D*\Z)", COUNTER, asset.name) if here.exists() else None
        with path.open("rb") as source:
            return self._written(
                asset.node,
                lambda: self._place(name) if name else here,
                lambda file: shutil.copyfileobj(source, file),
            )

    def _written(
        self, node: str, find: Callable[[], Path], write: Callable[[IO[bytes]], None]
    ) -> Asset:
        try:
            place = find()
            place.parent.mkdir(parents=True, exist_ok=True)
            handle, written = tempfile.mkstemp(dir=place.parent, prefix=".")
            try:
                with os.fdopen(handle, "w+b") as file:
                    write(file)
                    file.flush()
                    os.fsync(file.fileno())
                os.chmod(written, 0o666 & ~_umask())
                path = self._claim(Path(written), place)
            finally:
                Path(written).unlink(missing_ok=True)
        except OSError as error:
            raise Problem(_told(error, self.folder), None, node) from error
        name = path.relative_to(self.folder.resolve()).as_posix()
        return Asset(node, name, str(path), digest_of(path))

    def _place(self, name: str) -> Path:
        """The path that a name stands for, with its counter in it."""
        *folders, file = name.split("/")
        return self.folder.resolve().joinpath(*map(_plain, folders), _numbered(file))

    def _claim(self, written: Path, place: Path) -> Path:
        """Give a finished file its name, the first that is free.

        A link cannot overwrite, so two runs never take the same one.
        """
        for path in _free(place):
            try:
                os.link(written, path)
                return path
            except FileExistsError:
                continue
            except OSError as error:
                if error.errno not in NO_LINKS:
                    raise
                if not path.exists():
                    os.replace(written, path)
                    return path
        raise FileExistsError(errno.EEXIST, "there is a file of that name", str(place))


def _free(place: Path) -> Iterator[Path]:
    """The path itself, or those of the numbers after the highest there is."""
    before, counter, after = place.name.partition(COUNTER)
    if not counter:
        yield place
        return
    taken = [
        int(m[1])
        for f in os.listdir(place.parent)
        if (m := re.fullmatch(rf"{re.escape(before)}(\d{{4,9}}){re.escape(after)}", f))
    ]
    for number in count(max(taken, default=0) + 1):
        yield place.parent / f"{before}{number:04d}{after}"


def digest_of(path: Path) -> str:
    """The sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _numbered(name: str) -> str:
    """A name for a file, with its ending, that has room for a number: at the end if not in it."""
    stem, dot, ending = name.rpartition(".")
    before, counter, after = stem.partition(COUNTER)
    if not counter:
        return f"{_plain(stem)}-{COUNTER}{dot}{ending}"
    before, after = _cleaned(before, 60).lstrip(" ."), _cleaned(after, 60).rstrip(" .")
    return f"{before}{COUNTER}{after}{dot}{ending}"


def _plain(name: str) -> str:
    """A name that stays in its folder and that every system can write."""
    return _cleaned(name.strip(" ."), 120).strip(" .") or "file"


def _cleaned(name: str, most: int) -> str:
    """Without what some system refuses, and not above `most` bytes."""
    clean = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', "_", name)
    return clean.encode()[:most].decode(errors="ignore")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _told(error: OSError, folder: Path) -> str:
    if error.errno in NO_ROOM:
        return f"there is no room left in {folder}: nothing was written"
    return f"{folder} could not be written to: {error.strerror}"

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
from nodes.core.filenames import COUNTER, highest_number, safe_parts, with_number
from nodes.core.problem import Problem

NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK)
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


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
        return self.folder.resolve().joinpath(*safe_parts(name))

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
    if COUNTER not in place.name:
        yield place
        return
    for number in count(highest_number(place.parent, place.name) + 1):
        yield place.with_name(with_number(place.name, number))


def digest_of(path: Path) -> str:
    """The sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _told(error: OSError, folder: Path) -> str:
    if error.errno in NO_ROOM:
        return f"there is no room left in {folder}: the file was not written"
    return f"{folder} could not be written to: {error.strerror}"

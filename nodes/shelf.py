"""A folder that runs write into: files appear whole or not at all, and none is overwritten."""

import errno
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from nodes.core.context import Asset
from nodes.core.problem import Problem

NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK)
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Shelf:
    """Names are given a number of four digits, the next one free: picture-0001.png."""

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
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, written = tempfile.mkstemp(dir=self.folder, prefix=".")
            try:
                with os.fdopen(handle, "w+b") as file:
                    write(file)
                    file.flush()
                    os.fsync(file.fileno())
                os.chmod(written, 0o666 & ~_umask())
                path = self._claim(Path(written), _plain(name))
            finally:
                Path(written).unlink(missing_ok=True)
        except OSError as error:
            raise Problem(_told(error, self.folder), None, node) from error
        return Asset(node, path.name, str(path), digest_of(path))

    def bring(self, asset: Asset) -> Asset:
        """The same file among ours: itself if it lies here, a copy of the same name otherwise."""
        path = Path(asset.path)
        if path.parent == self.folder.resolve():
            return asset
        here = self.folder.resolve() / path.name
        if here.is_file() and digest_of(here) == asset.sha256:
            return Asset(asset.node, here.name, str(here), asset.sha256)
        with path.open("rb") as source:
            return self.keep(
                asset.node,
                re.sub(r"-\d{4,9}(?=\.[^.]*\Z)", "", path.name),
                lambda file: shutil.copyfileobj(source, file),
            )

    def _claim(self, written: Path, name: str) -> Path:
        """Give a finished file the first free name.

        A link cannot overwrite, so two runs never take the same one.
        """
        stem, ending = os.path.splitext(name)
        folder = self.folder.resolve()
        taken = [
            int(m[1])
            for f in os.listdir(folder)
            if (m := re.fullmatch(rf"{re.escape(stem)}-(\d{{4,9}}){re.escape(ending)}", f))
        ]
        number = max(taken, default=0)
        while True:
            number += 1
            path = folder / f"{stem}-{number:04d}{ending}"
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


def digest_of(path: Path) -> str:
    """The sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plain(name: str) -> str:
    """A name that stays in its folder and that every system can write, with its ending."""
    stem, dot, ending = name.rpartition(".")
    stem = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', "_", stem).strip(" .")
    return (stem.encode()[:120].decode(errors="ignore") or "file") + dot + ending


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _told(error: OSError, folder: Path) -> str:
    if error.errno in NO_ROOM:
        return f"there is no room left in {folder}: nothing was written"
    return f"{folder} could not be written to: {error.strerror}"

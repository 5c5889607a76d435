"""Stored files, opened so that no link and no name leads out of their folders."""

import os
import stat
from pathlib import Path
from typing import IO

from ..refused import Refused

FOLDERS = ("outputs", "previews", "uploads", "tmp")  # the last for what is not placed yet
FOLLOW_NONE = getattr(os, "O_NOFOLLOW", 0)
FOLDER = getattr(os, "O_DIRECTORY", 0)
BY_FOLDER = os.open in os.supports_dir_fd


class Media:
    """The folders of the data folder that hold what may be sent.

    One of them may be a link to another disk when the server starts; nothing below it, or later.
    """

    def __init__(self, data: Path) -> None:
        self.roots = {name: (data / name).resolve() for name in FOLDERS}

    def opened(self, path: str) -> IO[bytes]:
        """The file at a path relative to the data folder. Raises `Refused` where there is none."""
        first, *rest = path.split("/")
        root = self.roots.get(first)
        if root is None or not rest or any(_is_odd(part) for part in rest):
            raise _gone()
        try:
            handle = _walked(root, rest) if BY_FOLDER else _contained(root, rest)
        except (OSError, ValueError):
            raise _gone() from None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise _gone()
        return os.fdopen(handle, "rb")


def _walked(root: Path, parts: list[str]) -> int:
    """Folder by folder, each held open, so that none can be swapped for a link on the way."""
    at = os.open(root, os.O_RDONLY | FOLDER | FOLLOW_NONE)
    try:
        for part in parts[:-1]:
            inner = os.open(part, os.O_RDONLY | FOLDER | FOLLOW_NONE, dir_fd=at)
            os.close(at)
            at = inner
        # a pipe would wait for a writer
        return os.open(parts[-1], os.O_RDONLY | FOLLOW_NONE | os.O_NONBLOCK, dir_fd=at)
    finally:
        os.close(at)


def _contained(root: Path, parts: list[str]) -> int:
    """Where a folder cannot be held open."""
    real = root.joinpath(*parts).resolve(strict=True)
    if not real.is_relative_to(root):
        raise FileNotFoundError
    return os.open(real, os.O_RDONLY | getattr(os, "O_BINARY", 0))


def _is_odd(part: str) -> bool:
    return part in ("", ".", "..") or any(c in part for c in "\\:\0")


def _gone() -> Refused:
    return Refused("not_found", "There is no such file any more.")

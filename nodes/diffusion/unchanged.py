"""What was read from a file or folder, remembered as long as that is the same."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
Mark = tuple[tuple[str, int, int, int], ...]

MOST = 64  # files of which something is remembered, for each function


def while_unchanged(
    function: Callable[Concatenate[Path, P], R],
) -> Callable[Concatenate[Path, P], R]:
    """A function of a path that reads anew only once sizes, times or inodes there have changed.

    Its other arguments must be hashable and given by place. An error is not remembered.
    """
    known: OrderedDict[tuple[object, ...], tuple[Mark, R]] = OrderedDict()

    def remembering(path: Path, /, *args: P.args, **kwargs: P.kwargs) -> R:
        key, mark = (path, *args), mark_of(path)
        seen = known.get(key)
        if seen is None or seen[0] != mark:
            seen = known[key] = mark, function(path, *args, **kwargs)
        known.move_to_end(key)
        while len(known) > MOST:
            known.popitem(last=False)
        return seen[1]

    return remembering


def mark_of(path: Path) -> Mark:
    """Every file there with what tells it from itself at another time: size, time, inode."""
    return tuple(sorted(_marks(str(path))))


def _marks(path: str) -> Iterator[tuple[str, int, int, int]]:
    waiting = [path] if os.path.isdir(path) else []
    if not waiting:
        stat = os.stat(path)
        yield path, stat.st_size, stat.st_mtime_ns, stat.st_ino
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    if not entry.is_symlink():
                        waiting.append(entry.path)
                    continue
                try:
                    stat = entry.stat()
                except OSError:  # a link to nowhere, or gone since it was listed
                    continue
                yield entry.path, stat.st_size, stat.st_mtime_ns, stat.st_ino

"""Files that are written whole or not at all, and never in place."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..refused import Refused

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def write(path: Path, data: bytes) -> None:
    """Put data in a file so that after a crash there is the old or the new, on disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{secrets.token_hex(8)}.half")
    try:
        with half.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(half, path)
    except BaseException:
        with suppress(OSError):
            half.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def move(path: Path, to: Path) -> None:
    """Give a file or folder another place, on disk."""
    to.parent.mkdir(parents=True, exist_ok=True)
    os.replace(path, to)
    sync_folder(to.parent)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """See that the names in a folder are on disk; some systems do it by themselves."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def refusing(what: str) -> Iterator[None]:
    """Tell in a sentence what the disk did not let us do: `what` cannot be written. No path."""
    try:
        yield
    except OSError as error:
        raise refusal(error, what) from error


def refusal(error: OSError, what: str) -> Refused:
    """What to say of an error of the disk."""
    if error.errno in FULL:
        return Refused("no_room", f"{what}: there is no room left on the disk, make room first")
    return Refused("unavailable", f"{what}: {error.strerror or 'the disk refuses'}")

"""The record's file is opened: checked, brought up to date, or brought back where it is damaged."""

import os
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

import msgspec

from server.refused import Refused

from . import backups, journal
from .database import code_of, connect
from .replay import last_seq
from .schema import MIGRATIONS, migrate, refuse_newer, version
from .work import Work, stamped

NAME = "latentwire.sqlite"
BACKUPS = "backups"
SEAL = "latentwire.seal"
# no damage: with room, with leave to write, or without another who has it open, all is well
OF_THE_DISK = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}


class Seal(msgspec.Struct, frozen=True):
    """How the file was left by who closed it: nobody has written to it since, but the disk."""

    bytes: int
    changed: int
    sum: int


def opened(folder: Path, migrations: Sequence[Sequence[str]] = MIGRATIONS) -> list[str]:
    """Make the record in a data folder ready to be used; gives what the user should know.

    Raises `Refused` where a newer program wrote it, or the disk refuses.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        damage = _damage(folder, migrations)
        if damage is None:
            return _brought_up(folder, migrations)
    except sqlite3.Error as error:
        if code_of(error) in OF_THE_DISK:
            raise Refused("unavailable", f"{folder / NAME} cannot be opened: {error}") from error
        damage = str(error)
    return _brought_back(folder, migrations, damage)


def seal(folder: Path) -> None:
    """The record was closed: note how, so that the next start can tell it is the same."""
    file = folder / NAME
    if Path(f"{file}-wal").exists():
        return
    state = file.stat()
    left = Seal(state.st_size, state.st_mtime_ns, backups.checksum(file))
    with suppress(OSError):
        (folder / SEAL).write_bytes(msgspec.json.encode(left))


def _damage(folder: Path, migrations: Sequence[Sequence[str]]) -> str | None:
    """What is wrong with the record's file, None if nothing is. Raises `Refused` if it is newer."""
    file, sealed = folder / NAME, _unsealed(folder)
    if not file.exists():
        return "the file is gone" if journal.numbers(folder / BACKUPS) else None
    state = file.stat()
    if sealed and (sealed.bytes, sealed.changed) == (state.st_size, state.st_mtime_ns):
        return None if backups.checksum(file) == sealed.sum else "the disk has changed it"
    with closing(connect(file)) as connection:
        told = str(connection.execute("pragma integrity_check(1)").fetchone()[0])
        if told != "ok":
            return told
        refuse_newer(connection, migrations)
        known = journal.newest_seq(folder / BACKUPS)
        if known and (version(connection) == 0 or last_seq(connection) < known):
            return "its last changes are missing"
    return None


def _unsealed(folder: Path) -> Seal | None:
    try:
        data = (folder / SEAL).read_bytes()
        (folder / SEAL).unlink()
        return msgspec.json.decode(data, type=Seal)
    except (OSError, msgspec.DecodeError):
        return None


def _brought_up(folder: Path, migrations: Sequence[Sequence[str]]) -> list[str]:
    with closing(connect(folder / NAME)) as connection:
        refuse_newer(connection, migrations)
        old = version(connection)
        if 0 < old < len(migrations):
            number = journal.Journal(folder / BACKUPS).turn()
            backups.make(folder / NAME, folder / BACKUPS, number)
        try:
            migrate(connection, migrations)
        except sqlite3.Error as error:
            told = f"the record could not be upgraded ({error}): nothing was changed"
            raise Refused("unavailable", told) from error
    return []


def _brought_back(folder: Path, migrations: Sequence[Sequence[str]], damage: str) -> list[str]:
    aside = _set_aside(folder)
    backup = backups.bring_back(folder / BACKUPS, folder / NAME)
    with closing(connect(folder / NAME)) as connection:
        refuse_newer(connection, migrations)
        migrate(connection, migrations)
        connection.execute("delete from placing")  # some may have been recorded since
        count = _redone(connection, folder, backup.number if backup else 0)
    place = f" and set aside in {aside.name}" if aside else ""
    source = f"the backup of {backup.when} is used" if backup else "there was no good backup"
    return [
        f"the record was damaged ({damage}){place}: {source}, "
        f"and {count} runs of the journal since then"
    ]


def _set_aside(folder: Path) -> Path | None:
    """Move what is damaged out of the way, for whoever wants to look at it."""
    parts = [path for end in ("", "-wal", "-shm") if (path := folder / (NAME + end)).exists()]
    if not parts:
        return None
    start = f"damaged-{time.strftime('%Y%m%d-%H%M%S')}"
    names = (start if turn == 0 else f"{start}-{turn}" for turn in range(1000))
    aside = next(folder / name for name in names if not (folder / name).exists())
    aside.mkdir()
    for path in parts:
        os.replace(path, aside / path.name)
    return aside


def _redone(connection: sqlite3.Connection, folder: Path, since: int) -> int:
    """Do again what the journal says. Events start anew, so that no client takes those that come
    for others that it knows by the same numbers.
    """
    connection.execute("begin immediate")
    work = Work(connection, time.time())
    count = journal.redo(work, journal.read(folder / BACKUPS, since))
    seq = max(last_seq(connection) + 1, int(time.time() * 1000))
    work.tell_queue()
    last = stamped(connection, work.told)[-1]
    work.run("delete from events where seq < ?", last.seq)
    work.run("update events set seq = ?", seq)
    connection.execute("commit")
    return count

"""Stored files by their asset id: what runs made, and what was uploaded."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from server.messages import Asset, Assets, ListAssets
from server.refused import Refused

from .kinds import FileRow
from .work import Work

COLUMNS = "asset, name, path, mime, bytes, width, height, sha256, created_at, run, node, shown"
MOST = 500


def add(work: Work, file: FileRow, check: Callable[[], None] = lambda: None) -> str:
    """Record a file that was uploaded; gives its asset id. The same path again is the same file.

    `check` may refuse it.
    """
    check()
    kept = file._replace(created_at=work.now, run=None, node=None)
    work.run(f"insert or ignore into files ({COLUMNS}) values (?,?,?,?,?,?,?,?,?,?,?,?)", *kept)
    work.note(file=kept)
    return file.asset


def asset(connection: sqlite3.Connection, data: Path, id: str) -> FileRow:
    """The file of an asset: the first of its bytes that is still there. Raises `Refused`."""
    rows = connection.execute(
        f"select {COLUMNS} from files where asset = ? order by id", (id,)
    ).fetchall()
    files = [_file(row) for row in rows]
    for file in files:
        if (data / file.path).is_file():
            return file
    if files:
        raise Refused("not_found", f"the file {files[0].path} is no longer there")
    raise Refused("not_found", f"there is no asset {id[:80]}")


def page(connection: sqlite3.Connection, asked: ListAssets) -> Assets:
    """A page of assets, newest first, each once; what was only shown is not among them."""
    limit = max(1, min(asked.limit, MOST))
    rows = connection.execute(
        f"""select id, {COLUMNS} from files f where id < ? and not shown
            and not exists (select 1 from files o
                where o.asset = f.asset and o.id > f.id and not o.shown)
            order by id desc limit ?""",
        (_before(asked.cursor), limit + 1),
    ).fetchall()
    cursor = str(rows[limit - 1][0]) if len(rows) > limit else None
    return Assets([_asset(_file(row[1:])) for row in rows[:limit]], cursor)


def _file(row: tuple[Any, ...]) -> FileRow:
    return FileRow(*row)._replace(shown=bool(row[-1]))


def _asset(file: FileRow) -> Asset:
    fields = file._asdict()
    del fields["shown"]
    return Asset(**fields)


def _before(cursor: str | None) -> int:
    if cursor is None:
        return 2**63 - 1
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise Refused("malformed", "this cursor is not one that a page of assets gave")
    return int(cursor)


def largest(connection: sqlite3.Connection) -> int:
    """The bytes of the largest file that a run made."""
    row = connection.execute("select max(bytes) from files where run is not null").fetchone()
    return int(row[0] or 0)

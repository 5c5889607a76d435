"""Stored pictures by their ids, looked up in the record without touching it."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from nodes.core.problem import Problem

ASSET = re.compile(r"[0-9a-f]{32}")


def find_asset(data: Path, name: str) -> Path:
    """The file of an asset. Raises `Problem` where there is none of that id."""
    paths = _paths(data, name) if ASSET.fullmatch(name) else []
    if not paths:
        told = f'there is no picture "{name[:60]}" here: name one that was uploaded or made'
        raise Problem(f"{told}, by its id", "image")
    for path in paths:
        real = (data / path).resolve()
        if real.is_relative_to(data.resolve()) and real.is_file():
            return real
    raise Problem(f'the picture "{name}" is gone: {paths[0]} was removed', "image")


def _paths(data: Path, name: str) -> list[str]:
    """Where files of that content were put, the newest first."""
    place = f"{(data.resolve() / 'latentwire.sqlite').as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(place, uri=True, timeout=5)) as database:
            rows = database.execute(
                "select path from files where asset = ? order by id desc limit 20", (name,)
            )
            return [str(path) for (path,) in rows]
    except sqlite3.Error:
        return []

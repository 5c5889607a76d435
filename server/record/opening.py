"""The record's file is opened: made, or brought up to date."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from .database import connect
from .schema import MIGRATIONS, migrate, refuse_newer

NAME = "latentwire.sqlite"


def opened(folder: Path, migrations: Sequence[Sequence[str]] = MIGRATIONS) -> list[str]:
    """Make the record in a data folder ready to be used; gives what the user should know."""
    folder.mkdir(parents=True, exist_ok=True)
    with closing(connect(folder / NAME)) as connection:
        refuse_newer(connection, migrations)
        migrate(connection, migrations)
    return []

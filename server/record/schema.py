"""The tables of the record, and how an older record becomes one of today."""

import sqlite3
from collections.abc import Sequence

from server.refused import Refused

FIRST = (
    """create table runs (
        number integer primary key,
        id text not null unique,
        state text not null
            check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
        title text not null,
        attempt integer not null default 0 check (attempt >= 0),
        place integer not null,
        worker text,
        device text,
        node text,
        cancel_requested integer not null default 0 check (cancel_requested in (0, 1)),
        queued_at real not null,
        started_at real,
        finished_at real,
        seconds real,
        error blob,
        nodes blob)""",
    # the state is in it so that counting who waits reads nothing else
    "create index waiting on runs (state, place) where state = 'queued'",
    "create index running on runs (place) where state = 'running'",
    "create index history on runs (state, number)",
    """create table documents (
        number integer primary key,
        document blob not null,
        targets blob,
        sum integer not null)""",
    "create table texts (number integer primary key, text text not null)",
    """create table queue (
        one integer primary key check (one = 1),
        paused integer not null check (paused in (0, 1)),
        queued integer not null check (queued >= 0),
        head integer not null,
        tail integer not null,
        turn integer not null)""",
    "insert into queue values (1, 0, 0, 0, 0, 0)",
    """create trigger one_waits after insert on runs when new.state = 'queued'
        begin update queue set queued = queued + 1; end""",
    """create trigger one_waits_again after update of state on runs
        when new.state = 'queued' and old.state <> 'queued'
        begin update queue set queued = queued + 1; end""",
    """create trigger one_waits_no_more after update of state on runs
        when old.state = 'queued' and new.state <> 'queued'
        begin update queue set queued = queued - 1; end""",
    "create table events (seq integer primary key, run text, kind text not null, body blob)",
    """create table losses (
        number integer not null,
        attempt integer not null,
        worker text,
        counted integer not null check (counted in (0, 1)),
        hung integer not null check (hung in (0, 1)),
        reason text not null,
        at real not null,
        primary key (number, attempt)) without rowid""",
    """create table files (
        id integer primary key,
        asset text not null,
        name text not null,
        path text not null unique,
        mime text not null,
        bytes integer not null,
        width integer,
        height integer,
        sha256 text not null,
        created_at real not null,
        run text,
        node text,
        shown integer not null check (shown in (0, 1)))""",
    "create index assets on files (asset, id)",
    "create index made on files (run) where run is not null",
    """create table outputs (
        number integer not null,
        position integer not null,
        attempt integer not null,
        node text not null,
        name text not null,
        file integer not null,
        primary key (number, position)) without rowid""",
    """create table placing (
        path text primary key,
        tmp text not null,
        run text not null,
        attempt integer not null,
        sha256 text not null)""",
)
MIGRATIONS: Sequence[Sequence[str]] = (FIRST,)


def version(connection: sqlite3.Connection) -> int:
    """How many migrations a record has seen."""
    return int(connection.execute("pragma user_version").fetchone()[0])


def refuse_newer(connection: sqlite3.Connection, migrations: Sequence[Sequence[str]]) -> None:
    """Raises `Refused` where a later program has written the record."""
    if version(connection) > len(migrations):
        raise Refused(
            "unavailable",
            "this data folder was written by a newer Latentwire: start that one, or choose "
            "another folder with --data",
        )


def migrate(connection: sqlite3.Connection, migrations: Sequence[Sequence[str]]) -> None:
    """Bring a record up to date, each step whole or not at all."""
    for number in range(version(connection), len(migrations)):
        connection.execute("begin immediate")
        try:
            for statement in migrations[number]:
                connection.execute(statement)
            connection.execute(f"pragma user_version = {number + 1}")
        except BaseException:
            connection.execute("rollback")
            raise
        connection.execute("commit")

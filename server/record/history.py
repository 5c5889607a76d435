"""What the record says of runs: one, or pages of them, newest first."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from server.messages import (
    ListRuns,
    NodeReport,
    Output,
    Run,
    Runs,
    RunWithWorkflow,
    Trouble,
)
from server.refused import Refused

from .queue import count_between
from .work import Work

COLUMNS = """r.number, r.id, r.state, r.title, r.attempt, r.queued_at, r.started_at,
    r.finished_at, r.seconds, r.error, r.nodes, r.place"""
MOST = 500


def run(connection: sqlite3.Connection, run: str) -> Run:
    """One run. Raises `Refused` if there is none."""
    row = connection.execute(f"select {COLUMNS} from runs r where id = ?", (run,)).fetchone()
    if row is None:
        raise Refused("not_found", f"there is no run {run[:80]}")
    return _runs(connection, [row])[0]


def with_workflow(connection: sqlite3.Connection, id: str) -> RunWithWorkflow:
    """One run with what it runs. Raises `Refused` if there is none."""
    known = run(connection, id)
    document, targets = connection.execute(
        "select document, targets from documents where number = "
        "(select number from runs where id = ?)",
        (id,),
    ).fetchone()
    fields = {name: getattr(known, name) for name in Run.__dataclass_fields__}
    return RunWithWorkflow(
        **fields,
        workflow=msgspec.json.decode(document),
        targets=None if targets is None else msgspec.json.decode(targets),
    )


def page(connection: sqlite3.Connection, asked: ListRuns) -> Runs:
    """A page of runs. Raises `Refused` where the cursor is none of ours."""
    limit = max(1, min(asked.limit, MOST))
    wheres, values, source = ["r.number < ?"], [_before(asked.cursor)], "runs r"
    if asked.state is not None:
        wheres.append("r.state = ?")
        values.append(asked.state)
    if asked.text:  # in a table of its own, which is read much faster than all of the runs
        source = "texts t cross join runs r on r.number = t.number"
        wheres.append("t.number < ? and instr(t.text, ?)")
        values += [values[0], asked.text.casefold()]
    order = "t.number" if asked.text else "r.number"
    sql = f"""select {COLUMNS} from {source} where {" and ".join(wheres)}
        order by {order} desc limit ?"""
    rows = connection.execute(sql, (*values, limit + 1)).fetchall()
    paused = connection.execute("select paused from queue").fetchone()[0]
    cursor = str(rows[limit - 1][0]) if len(rows) > limit else None
    return Runs(_runs(connection, rows[:limit]), cursor, bool(paused))


def _before(cursor: str | None) -> Any:
    if cursor is None:
        return 2**63 - 1
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise Refused("malformed", "this cursor is not one that a page of runs gave")
    return int(cursor)


def _runs(connection: sqlite3.Connection, rows: Sequence[tuple[Any, ...]]) -> list[Run]:
    outputs = outputs_of(connection, [row[0] for row in rows])
    places = _positions(connection, [(row[11], row[0]) for row in rows if row[2] == "queued"])
    return [_run(row, places.get(row[0]), outputs.get(row[0], [])) for row in rows]


def _run(row: tuple[Any, ...], position: int | None, outputs: list[Output]) -> Run:
    _, id, state, title, attempt, queued_at, started_at, finished_at, seconds, error, nodes = row[
        :11
    ]
    return Run(
        run=id,
        state=state,
        title=title,
        attempt=attempt,
        queued_at=queued_at,
        started_at=started_at,
        finished_at=finished_at,
        seconds=seconds,
        position=position,
        outputs=outputs,
        error=msgspec.json.decode(error, type=Trouble) if error else None,
        nodes=msgspec.json.decode(nodes, type=dict[str, NodeReport]) if nodes else {},
    )


def _positions(connection: sqlite3.Connection, places: Iterable[tuple[int, int]]) -> dict[int, int]:
    """How many wait before each of these places, by run, in one walk along the queue."""
    found, before, start = {}, 0, -(2**63)
    for place, number in sorted(places):
        before += count_between(connection, start, place)
        found[number], start = before, place
    return found


def outputs_of(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, list[Output]]:
    """The files of runs. One that is only shown lies in `previews`."""
    marks = ",".join("?" * len(numbers))
    rows = connection.execute(
        f"""select o.number, o.node, f.asset, o.name, f.path
            from outputs o join files f on f.id = o.file
            where o.number in ({marks}) order by o.number, o.position""",
        numbers,
    )
    found: dict[int, list[Output]] = {}
    for number, *output in rows:
        found.setdefault(number, []).append(Output(*output))
    return found


def delete(work: Work, run: str) -> None:
    """Forget a run that has ended; its files stay. Raises `Refused` while it waits or runs."""
    row = work.run("select number, state from runs where id = ?", run).fetchone()
    if row is None:
        raise Refused("not_found", f"there is no run {run[:80]}")
    number, state = row
    if state in ("queued", "running"):
        raise Refused("taken", f"this run is {state}: cancel it first")
    work.run("update files set run = null, node = null where run = ?", run)
    for table in ("runs", "documents", "texts", "losses", "outputs"):
        work.run(f"delete from {table} where number = ?", number)
    work.note(gone=run)

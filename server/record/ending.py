"""How runs end: done, failed or cancelled, each once and for ever; or lost, and queued again."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from server.messages import (
    Event,
    Output,
    RunCancelled,
    RunFailed,
    RunFinished,
    RunQueued,
    State,
    Trouble,
)

from . import fence
from .history import outputs_of
from .kinds import Ending, Made
from .queue import number_of, position
from .work import Work

MOST_LOSSES = 3
MOST_HANGS = 2


class Placed(NamedTuple):
    """A file of a run that now lies at `path`, relative to the data folder."""

    made: Made
    path: str
    shown: bool


def end(work: Work, ending: Ending, placed: Sequence[Placed] = ()) -> bool:
    """End an attempt with its files; False, and nothing changes, if it does not count any more."""
    changed = work.named(
        f"""update runs set state = :state, finished_at = :now, seconds = :seconds,
            error = :error, nodes = :nodes where {fence.FENCE}""",
        {
            "run": ending.run,
            "attempt": ending.attempt,
            "state": ending.state,
            "now": work.now,
            "seconds": ending.seconds,
            "error": msgspec.json.encode(ending.error) if ending.error else None,
            "nodes": msgspec.json.encode(ending.nodes) if ending.nodes else None,
        },
    )
    if not changed.rowcount:
        return False
    number = number_of(work, ending.run)
    for at, file in enumerate(placed):
        _record(work, number, at, ending, file)
    outputs = outputs_of(work.connection, [number]).get(number, [])
    work.tell(_event(ending, outputs))
    work.note(end=ending.run, at=work.now, of=ending, placed=placed)
    return True


def _record(work: Work, number: int, at: int, ending: Ending, placed: Placed) -> None:
    made = placed.made
    file = work.run("select id from files where path = ?", placed.path).fetchone()
    if file is None:
        file = work.run(
            """insert into files (asset, name, path, mime, bytes, width, height, sha256,
                created_at, run, node, shown) values (?,?,?,?,?,?,?,?,?,?,?,?) returning id""",
            *(made.sha256[:32], made.name, placed.path, made.mime, made.bytes),
            *(made.width, made.height, made.sha256, work.now, ending.run, made.node),
            placed.shown,
        ).fetchone()
    work.run(
        "insert into outputs values (?,?,?,?,?,?)",
        *(number, at, ending.attempt, made.node, made.name, file[0]),
    )


def _event(ending: Ending, outputs: list[Output]) -> Event:
    if ending.state == "done":
        return RunFinished(ending.run, outputs, ending.seconds or 0.0)
    if ending.state == "cancelled":
        return RunCancelled(ending.run, outputs)
    error = ending.error or Trouble(None, None, "failed without saying why")
    return RunFailed(ending.run, error.node, error.port, error.message, error.fix, outputs)


def cancel(work: Work, run: str) -> None:
    """A waiting run ends at once; one that runs is asked to; one that has ended stays as it is."""
    number = number_of(work, run)
    waited = work.run(
        "update runs set state = 'cancelled', finished_at = ? where number = ? "
        "and state = 'queued'",
        *(work.now, number),
    )
    if waited.rowcount:
        _cancelled(work, run)
    else:
        work.run(
            "update runs set cancel_requested = 1 where number = ? and state = 'running'", number
        )


def clear(work: Work) -> int:
    """Cancel all that wait."""
    rows = work.run("select id from runs where state = 'queued' order by place, number")
    runs = [run for (run,) in rows.fetchall()]
    work.run(
        "update runs set state = 'cancelled', finished_at = ? where state = 'queued'", work.now
    )
    for run in runs:
        _cancelled(work, run)
    return len(runs)


def _cancelled(work: Work, run: str) -> None:
    work.queue_changed = True
    work.tell(RunCancelled(run))
    work.note(end=run, at=work.now, of=Ending(run, 0, "cancelled"), placed=[])


def lose(
    work: Work, run: str, attempt: int, counted: bool, reason: str, hung: bool
) -> State | None:
    """An attempt was lost with its worker: the run waits again, before all others, or has ended.

    counted: it may be the run's fault. Gives the run's state, None if the attempt did not count
    any more.
    """
    if not fence.holds(work, run, attempt):
        return None
    number, worker, node, asked = work.run(
        "select number, worker, node, cancel_requested from runs where id = ?", run
    ).fetchone()
    work.run(
        "insert or replace into losses values (?,?,?,?,?,?,?)",
        *(number, attempt, worker, counted, hung, reason, work.now),
    )
    if asked:
        end(work, Ending(run, attempt, "cancelled"))
        return "cancelled"
    losses, hangs = work.run(
        "select sum(counted), sum(hung and counted) from losses where number = ?", number
    ).fetchone()
    if losses >= MOST_LOSSES or hangs >= MOST_HANGS:
        told = _why(node, losses, reason, hangs >= MOST_HANGS)
        end(work, Ending(run, attempt, "failed", Trouble(node, None, told)))
        return "failed"
    _wait_again(work, number, run)
    return "queued"


def _why(node: str | None, losses: int, reason: str, hung: bool) -> str:
    who = f"node {node}" if node else "this run"
    if hung:
        return f"{who} did not respond, twice: {reason}"
    return f"{who} crashed the worker {losses} times: {reason}"


def _wait_again(work: Work, number: int, run: str) -> None:
    """Back to the head of the queue: its place has been there since it was claimed."""
    work.run("update runs set state = 'queued', worker = null where number = ?", number)
    title = work.run("select title from runs where number = ?", number).fetchone()[0]
    work.tell(RunQueued(run, title, position(work, number) or 0))
    work.queue_changed = True


def recover(work: Work) -> int:
    """After the server itself ended: what ran waits again, none of it is counted."""
    rows = work.run(
        "select number, id, attempt, cancel_requested from runs where state = 'running' "
        "order by place, number"
    ).fetchall()
    for number, run, attempt, asked in rows:
        if asked:
            end(work, Ending(run, attempt, "cancelled"))
        else:
            _wait_again(work, number, run)
    return len(rows)

"""A worker claims runs, begins them, and tells how they go."""

from collections.abc import Collection, Sequence

import msgspec

from server.messages import Event, NodeStarted, RunStarted, Trouble

from . import fence
from .ending import end
from .kinds import Claimed, Ending
from .queue import AHEAD, FIRST_TURN, STEP, checksum
from .work import Work

DAMAGED = "its workflow was damaged on the disk: open it again and run it again"


def claim(work: Work, worker: str, most: int, others: Collection[str]) -> list[Claimed]:
    """The next runs for a worker, from the head of the queue; none while it is paused.

    A run that it was lost with is left to those of the `others` that were not.
    """
    if work.run("select paused from queue").fetchone()[0]:
        return []
    marks = ",".join("?" * len(others))
    lost_with = "from losses l where l.number = r.number and l.counted and l.worker"
    rows = work.run(
        f"""select r.number, r.id, r.attempt + 1, r.title, d.document, d.targets, d.sum
            from runs r indexed by waiting join documents d on d.number = r.number
            where r.state = 'queued' and (
                not exists (select 1 {lost_with} = ?)
                or (select count(distinct l.worker) {lost_with} in ({marks})) = ?)
            order by r.place, r.number limit ?""",
        *(worker, *others, len(others), most),
    ).fetchall()
    return [claimed for row in rows if (claimed := _claimed(work, worker, *row))]


def _claimed(
    work: Work,
    worker: str,
    number: int,
    run: str,
    attempt: int,
    title: str,
    document: bytes,
    targets: bytes | None,
    kept_sum: int,
) -> Claimed | None:
    work.queue_changed = True
    turn = work.run(f"update queue set turn = turn + {STEP} returning turn").fetchone()[0]
    work.run(
        """update runs set state = 'running', attempt = ?, worker = ?, device = null, node = null,
            started_at = null, cancel_requested = 0, place = iif(place < ?, place, ?)
            where number = ? and state = 'queued'""",
        *(attempt, worker, AHEAD, FIRST_TURN + turn, number),
    )
    if checksum(title, document, targets) != kept_sum:
        end(work, Ending(run, attempt, "failed", Trouble(None, None, DAMAGED)))
        return None
    decoded: list[str] | None = None if targets is None else msgspec.json.decode(targets)
    return Claimed(run, attempt, title, document, decoded)


def begun(work: Work, run: str, attempt: int, device: str) -> bool:
    """A worker has begun with a run; False if the run is no longer its."""
    changed = work.named(
        f"update runs set started_at = :now, device = :device where {fence.FENCE}",
        {"run": run, "attempt": attempt, "device": device, "now": work.now},
    )
    if changed.rowcount:
        work.tell(RunStarted(run, attempt, device))
    return bool(changed.rowcount)


def tell(work: Work, run: str, attempt: int, events: Sequence[Event]) -> bool:
    """Record what a worker tells of a run; False if the run is no longer its."""
    if not fence.holds(work, run, attempt):
        return False
    for event in events:
        work.tell(event)
    started = [event.node for event in events if isinstance(event, NodeStarted)]
    if started:
        work.run("update runs set node = ? where id = ?", started[-1], run)
    return True

"""What a run will cost in seconds and memory, learned from earlier runs on this device."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter

from nodes.core.context import Host
from nodes.core.events import Event, NodeFinished, NodeProgress, NodeStarted
from nodes.core.plan import Plan, Step
from nodes.core.turns import turns
from nodes.diffusion import memory

from . import peak
from .curve import predicted
from .table import Row, Table
from .work import Work, work_of

OF_A_STEP = 0.03  # seconds to set a network to work, where nothing tells them from the work itself
OF_A_NODE = 0.005
OF_MEMORY = 0.5  # of what was in use, does not depend on the size
WORTH = 0.001  # seconds; below them a node is learned once and no more


@dataclass(frozen=True)
class Estimate:
    """Seconds, and the most bytes in use; `unknown` are nodes of a kind that never ran here."""

    seconds: float
    bytes: int
    unknown: tuple[str, ...]


@dataclass
class _Watched:
    """A node that runs: when it last said something, and how long each of its steps took."""

    at: float
    loading: float
    gaps: list[float] = field(default_factory=list[float])
    of: int = 0


class Timings:
    """Learns from the events of runs, and says what others will cost."""

    def __init__(self, folder: Path) -> None:
        self._table = Table(folder)
        self._watched: dict[str, _Watched] = {}
        self._plan: Plan | None = None
        self._works: dict[str, Work | None] = {}

    def learn(self, event: Event, plan: Plan, host: Host) -> None:
        """Remember what a node took. To be called with every event of a run, as it comes."""
        if plan is not self._plan:
            self._begin(plan)
        if isinstance(event, NodeStarted):
            self._watched[event.node] = _Watched(perf_counter(), memory.seconds_loading())
        elif isinstance(event, NodeProgress):
            seen = self._watched.get(event.node)
            if seen:
                now = perf_counter()
                seen.gaps.append(now - seen.at)
                seen.at, seen.of = now, event.of
        elif isinstance(event, NodeFinished):
            seen = self._watched.pop(event.node, None)
            work = self._work(event.node, plan, host) if seen and not event.reused else None
            if seen and work:
                self._put(work, event.seconds, seen)

    def estimate(self, plan: Plan, names: list[str], host: Host) -> Estimate:
        """For these nodes of a plan, run one after the other."""
        self._table.flush(anyway=True)
        seconds, most, unknown = 0.0, 0, list[str]()
        for path, step, inside, times in _all(plan, names):
            cost = self._cost(work_of(step, inside, host))
            if cost is None:
                unknown.append(path)
            else:
                seconds += cost[0] * times
                most = max(most, cost[1])
        return Estimate(seconds, most, tuple(unknown))

    def flush(self) -> None:
        """Let others know what was learned."""
        self._table.flush(anyway=True)

    def close(self) -> None:
        self._table.close()

    def _begin(self, plan: Plan) -> None:
        self._plan = plan
        self._works.clear()
        self._watched.clear()
        self._table.flush()
        peak.forget()

    def _work(self, path: str, plan: Plan, host: Host) -> Work | None:
        """The work of the node at a path; None for a body, which is what is in it."""
        if path not in self._works:
            inside, step = plan, None
            for name in path.split("/"):
                inside = step.body if step and step.body else inside
                step = inside.steps.get(name)
            self._works[path] = work_of(step, inside, host) if step and not step.body else None
        return self._works[path]

    def _put(self, work: Work, seconds: float, seen: _Watched) -> None:
        known = self._table.rows(work.kind)
        if seconds < WORTH and work.size in known:
            return
        loading = memory.seconds_loading() - seen.loading
        row = Row(work.size, max(seconds - loading, 0.0), cold=loading > 0, bytes=peak.most())
        if work.steps and len(seen.gaps) > 1:
            each, count = median(seen.gaps[1:]), len(seen.gaps)
            beside = 0.0 if row.cold else max(0.0, seconds - loading - each * count)
            row = row._replace(seconds=each, beside=beside, share=count / work.steps, cold=False)
        elif work.steps:
            row = row._replace(seconds=row.seconds / work.steps)
        self._table.put(work.kind, row)

    def _cost(self, work: Work) -> tuple[float, int] | None:
        """Seconds and bytes, from what this kind of work took before."""
        rows = self._table.rows(work.kind, anew=True)
        overhead = OF_A_STEP if work.steps else OF_A_NODE
        each = predicted([(r.size, r.seconds) for r in rows.values()], work.size, overhead)
        if each is None:
            return None
        near = min(rows.values(), key=lambda row: abs(row.size - work.size))
        sizes = [(r.size, float(r.bytes)) for r in rows.values()]
        bytes = predicted(sizes, work.size, near.bytes * OF_MEMORY)
        total = each * work.steps * near.share + near.beside if work.steps else each
        return total, int(bytes or near.bytes)


def _all(plan: Plan, names: list[str], path: str = "") -> Iterator[tuple[str, Step, Plan, int]]:
    """(path, step, the plan it is in, how often it runs) of all that runs for these nodes."""
    for name in names:
        step = plan.steps[name]
        if not step.body:
            yield path + name, step, plan, 1
            continue
        times, inside = turns(step, plan), step.body
        varying = inside.downstream(frozenset({*step.over, *inside.outputs, "index"}))
        for found in _all(inside, list(inside.steps), f"{path}{name}/"):
            again = found[0].split("/")[path.count("/") + 1] in varying
            yield (*found[:3], found[3] * (times if again else 1))

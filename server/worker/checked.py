"""A workflow looked at without running it: its facts, what would be reused, what it would cost."""

from nodes.core.plan import Plan
from nodes.core.problem import Problem
from nodes.core.run import Run
from nodes.estimate import Timings
from server.messages import Checked, Estimate, Trouble

from .catalogue import trouble
from .facts import facts_of
from .onlooker import Onlooker, Unread
from .remembered import Remembered
from .submitting import Examined

NOTHING = Estimate(None, None, [])


def checked(
    examined: Examined,
    targets: list[str] | None,
    host: Onlooker,
    held: frozenset[str],
    timings: Timings,
) -> Checked:
    """All that is known before a run. With problems there is no estimate; facts there are."""
    plan = examined.plan
    facts = facts_of(plan)
    notices = [Trouble(node, None, message) for node, message in plan.notices()]
    problems = [trouble(problem) for problem in examined.problems]
    if problems:
        return Checked(problems, facts, [], NOTHING, notices)
    try:
        reused, fresh = _forecast(plan, targets, host, held)
    except Problem as problem:  # a file went away since it was looked at
        return Checked([trouble(problem)], facts, [], NOTHING, notices)
    return Checked([], facts, reused, _estimate(plan, fresh, host, timings), notices)


def unreadable(problems: list[Problem]) -> Checked:
    """What is said of a document that is no workflow at all."""
    return Checked([trouble(problem) for problem in problems], {}, [], NOTHING)


def _forecast(
    plan: Plan, targets: list[str] | None, host: Onlooker, held: frozenset[str]
) -> tuple[list[str], list[str]]:
    """The nodes that would be reused, and those that would run. Raises `Problem`."""
    memory = Remembered(host.scratch, held)
    run = Run(plan, host, memory, targets)
    try:
        fresh = run.forecast()
    except Unread:
        return [], [step.id for step in run.results.needed(run.targets)]
    finally:
        memory.close()
    again = set(fresh)
    return [name for name in run.keys if name not in again], fresh


def _estimate(plan: Plan, fresh: list[str], host: Onlooker, timings: Timings) -> Estimate:
    found = timings.estimate(plan, fresh, host)
    if found.unknown:
        return Estimate(None, None, list(found.unknown))
    return Estimate(round(found.seconds, 3), found.bytes or None, [])

"""How often nodes in bodies run, as far as that is known before."""

from math import prod
from typing import Any

from .infer import Many
from .plan import Plan, Step


def node_runs(plan: Plan) -> int:
    """How many times nodes run in all, every turn of every body counted."""
    return sum(cost(step, plan) for step in plan.steps.values())


def cost(step: Step, plan: Plan) -> int:
    """How many times nodes run for one step: itself, and for a body all in it."""
    return 1 + turns(step, plan) * node_runs(step.body) if step.body else 1


def turns(step: Step, plan: Plan) -> int:
    """How often a body runs; 1 where that is not known."""
    if step.type.type == "repeat":
        times = _known(step, plan, "times")
        return times if isinstance(times, int) else 1
    if step.type.type == "for_each":
        lengths = [_length(_known(step, plan, name)) for name in step.over]
        return prod(lengths) if step.constants.get("how") == "product" else min(lengths, default=1)
    return 1


def _known(step: Step, plan: Plan, name: str) -> Any:
    """The value of an input, or the facts of its one wire; of several, a list of them."""
    sources = step.sources.get(name)
    if not sources:
        return step.constants.get(name)
    facts = [plan.facts.get(source) for source in sources]
    return facts if len(facts) > 1 else facts[0]


def _length(known: Any) -> int:
    if isinstance(known, Many):
        return known.count or 1
    return len(known) if isinstance(known, list) else 1

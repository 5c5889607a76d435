"""Facts as clients get them."""

from dataclasses import asdict, is_dataclass
from typing import Any

from nodes.core.infer import Many
from nodes.core.plan import Plan

OURS = ("weights", "widths")  # where files lie, and what only rules need


def facts_of(plan: Plan, path: str = "") -> dict[str, Any]:
    """What is known of every wire, by `NODE.OUTPUT`; of those in bodies by `r/x.OUTPUT`."""
    found: dict[str, Any] = {}
    for source, facts in plan.facts.items():
        if source.node != "in":
            found[f"{path}{source.node}.{source.output}"] = plain(facts)
    for step in plan.steps.values():
        if step.body:
            found |= facts_of(step.body, f"{path}{step.id}/")
    return found


def plain(facts: Any) -> dict[str, Any]:
    """Facts as JSON, what is not known left out.

    A plain value is a `value`; a list has a `count`, and what holds for `each` or the `items`.
    """
    if isinstance(facts, Many):
        count = {} if facts.count is None else {"count": facts.count}
        return count | {"each": plain(facts.each)}
    if isinstance(facts, list | tuple):
        return {"count": len(facts), "items": [plain(one) for one in facts]}
    if is_dataclass(facts) and not isinstance(facts, type):
        return _known(asdict(facts))
    return {} if facts is None else {"value": facts}


def _known(said: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _known(value) if isinstance(value, dict) else value
        for name, value in said.items()
        if value is not None and name not in OURS
    }

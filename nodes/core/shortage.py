"""Too little memory: how it is told from other errors, and what a workflow can do about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .plan import Plan, Step
from .problem import Fix, Problem

TILE = 512  # pixels
SMALLEST = 64
TOLD = "there is not enough memory for this: "
USUAL = "a smaller size or batch"


def is_out_of_memory(error: BaseException) -> bool:
    """Python's own error, the one torch has for devices, and the words it has for the CPU."""
    named = isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"
    return named or "can't allocate memory" in str(error)


def too_little(step: Step, plan: Plan, path: str) -> Problem:
    """The problem of a step at `path` for which memory was too short, with the cheapest remedies.

    The two that cost the picture least are in the sentence, and the first is the fix: tiles, then a
    smaller batch, then a smaller size, of this node or of those that feed it.
    """
    inside = path.removesuffix(step.id)
    found = sorted(_remedies(step, plan), key=lambda remedy: remedy[0])[:2]
    sets = [{f"{inside}{place}": value for place, value in set.items()} for _, set in found]
    words = [" and ".join(f"{place} {value}" for place, value in set.items()) for set in sets]
    message = TOLD + (f"try {' or '.join(words)}" if words else f"try {USUAL}")
    fix = Fix(f"Set {words[0]}", sets[0]) if words else None
    return Problem(message, None, path, fix)


def _remedies(step: Step, plan: Plan) -> Iterator[tuple[int, dict[str, Any]]]:
    """(its price, values by place), of the nearest nodes that have such inputs."""
    seen: set[str] = set()
    waiting, priced = [step], set[int]()
    while waiting:
        one = waiting.pop(0)
        if one.id in seen:
            continue
        seen.add(one.id)
        for price, values in _of(one):
            if price not in priced:
                priced.add(price)
                yield price, {f"{one.id}.{name}": value for name, value in values.items()}
        waiting += [plan.steps[name] for name in one.needs() if name in plan.steps]


def _of(step: Step) -> Iterator[tuple[int, dict[str, Any]]]:
    values = step.constants
    if values.get("tile") == 0:
        yield 0, {"tile": TILE}
    batch = values.get("batch")
    if isinstance(batch, int) and batch > 1:
        yield 1, {"batch": 1}
    sides = {name: values.get(name) for name in ("width", "height")}
    smaller = {name: _smaller(side) for name, side in sides.items() if isinstance(side, int)}
    if len(smaller) == 2 and any(smaller[name] != sides[name] for name in smaller):
        yield 2, smaller


def _smaller(side: int) -> int:
    """Half a side, a multiple of 64."""
    return max(side // 2 // SMALLEST * SMALLEST, min(side, SMALLEST))

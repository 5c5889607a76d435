"""How much one workflow may ask of a server: bytes, nodes, texts, and how often nodes run."""

from collections.abc import Iterator
from typing import Any

from nodes.core.facts import ImageFacts, MaskFacts
from nodes.core.plan import Plan
from nodes.core.problem import Problem
from nodes.core.read import place
from nodes.core.turns import cost, node_runs
from nodes.diffusion.machine import memory_bytes

MAX_BYTES = 16 * 2**20
MAX_COMMAS = 2_000_000  # a list of as many numbers takes seconds to read
MAX_TEXT = 2**20
MAX_NODES = 20_000
MAX_RUNS = 100_000
OF_A_VALUE = 4  # bytes
MEMORY = memory_bytes()


def size_of(raw: bytes) -> Iterator[Problem]:
    """Refuse what is too large to be read at all."""
    if len(raw) > MAX_BYTES:
        yield Problem(f"is {len(raw) >> 20} MiB, the limit of a workflow is {MAX_BYTES >> 20} MiB")
    elif raw.count(b",") > MAX_COMMAS:
        yield Problem(f"holds more values than a workflow may, which are {MAX_COMMAS:,}")


def texts(raw: bytes, document: dict[str, Any]) -> Iterator[Problem]:
    """Every text that is too long, with its place."""
    if len(raw) <= MAX_TEXT:
        return
    waiting: list[tuple[tuple[str, ...], Any]] = [((), document)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str) and len(value) > MAX_TEXT:
            node, port = place(path)
            told = f"is a text of {len(value):,} characters, the limit is {MAX_TEXT:,}"
            yield Problem(told, port, node)
        elif isinstance(value, dict):
            waiting += [((*path, key[:100]), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, str(at)), inner) for at, inner in enumerate(value)]


def count(document: dict[str, Any]) -> Iterator[Problem]:
    """Refuse more nodes than are looked at, those in bodies included."""
    nodes = 0
    waiting: list[Any] = [document]
    while waiting:
        level = waiting.pop()
        entries = level.get("nodes") if isinstance(level, dict) else None
        if isinstance(entries, dict):
            nodes += len(entries)
            waiting += [entry.get("body") for entry in entries.values() if isinstance(entry, dict)]
    if nodes > MAX_NODES:
        yield Problem(f"are {nodes:,}, the limit is {MAX_NODES:,}", "nodes")


def memory(plan: Plan, path: str = "") -> Iterator[Problem]:
    """Refuse pictures and masks that alone are larger than the memory there is."""
    for source, facts in plan.facts.items():
        if isinstance(facts, ImageFacts | MaskFacts) and source.node in plan.steps:
            planes = 3 if isinstance(facts, ImageFacts) else 1
            pixels = (facts.width or 0) * (facts.height or 0) * (facts.batch or 1)
            needed = planes * pixels * OF_A_VALUE
            if needed > MEMORY:
                told = f"would take {needed / 2**30:,.0f} GB of memory, there are"
                told += f" {MEMORY / 2**30:,.0f}: take a smaller size or batch"
                yield Problem(told, None, path + source.node)
    for step in plan.steps.values():
        if step.body:
            yield from memory(step.body, f"{path}{step.id}/")


def runs(plan: Plan) -> Iterator[Problem]:
    """Refuse bodies in which nodes would run too often, as far as their turns are known."""
    if node_runs(plan) > MAX_RUNS:
        dearest = max(plan.steps.values(), key=lambda step: cost(step, plan))
        told = f"makes nodes run {cost(dearest, plan):,} times, the limit of a run is"
        yield Problem(f"{told} {MAX_RUNS:,}: take fewer turns", None, dearest.id)

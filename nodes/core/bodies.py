"""Bodies: nodes inside a node. A group runs once, a repeat feeds its outputs back, a for_each goes over lists."""

from __future__ import annotations

from collections.abc import Generator
from itertools import product
from typing import TYPE_CHECKING, Any

from .context import Context
from .events import Progress
from .keys import literal_key, source_key, turn_key
from .plan import Step
from .problem import Problem

if TYPE_CHECKING:
    from .run import Inputs, Run

Turns = Generator[Any, Any, tuple[Any, ...]]


def run(outer: Run, step: Step, context: Context, arguments: dict[str, Any]) -> Turns:
    """Run the body of `step` within the run `outer`. Yields the events of its nodes, returns its outputs."""
    kinds = {"group": _group, "repeat": _repeat, "for_each": _for_each}
    return kinds[step.type.type](outer, step, context, arguments)


def _group(outer: Run, step: Step, context: Context, arguments: dict[str, Any]) -> Turns:
    inputs = _inputs(outer, step, arguments, outer.inputs.iteration)
    outputs = yield from _turn(outer, step, context, inputs)
    return tuple(outputs.values())


def _repeat(outer: Run, step: Step, context: Context, arguments: dict[str, Any]) -> Turns:
    """Outputs named like an input are fed back into it. What does not change between turns is worked out once."""
    assert step.body
    times = arguments["times"]
    fed_back = [name for name in step.body.outputs if name in step.body.inputs]
    inputs = _inputs(outer, step, arguments, 0)
    inputs.varying |= {*fed_back, "index"}
    outputs: dict[str, Any] = {}
    for turn in range(times):
        inputs.iteration = turn
        inputs.values["index"], inputs.keys["index"] = turn, literal_key(turn)
        for name in fed_back if turn else ():
            inputs.values[name], inputs.keys[name] = (
                outputs[name],
                turn_key(outer.keys[step.id], turn, name),
            )
        outputs = yield from _turn(outer, step, context, inputs)
        yield Progress(turn + 1, times)
    return tuple(outputs.values())


def _for_each(outer: Run, step: Step, context: Context, arguments: dict[str, Any]) -> Turns:
    """One turn for each item, or for each combination; every output becomes the list of what came out."""
    assert step.body
    inputs = _inputs(outer, step, arguments, 0)
    items = _items(step, arguments)
    collected: dict[str, list[Any]] = {name: [] for name in step.body.outputs}
    for turn, places in enumerate(items):
        inputs.iteration = turn
        inputs.values["index"], inputs.keys["index"] = turn, literal_key(turn)
        for name, at in zip(step.over, places, strict=True):
            inputs.values[name] = arguments[name][at]
            inputs.keys[name] = _item_key(outer, step, name, arguments, at)
        outputs = yield from _turn(outer, step, context, inputs)
        for name, value in outputs.items():
            collected[name].append(value)
        yield Progress(turn + 1, len(items))
    return tuple(collected.values())


def _items(step: Step, arguments: dict[str, Any]) -> list[tuple[int, ...]]:
    """For every turn, the place in each of the lists gone over. Raises `Problem` for lists that do not match."""
    lengths = {name: len(arguments[name] or ()) for name in step.over}
    if arguments["how"] == "product":
        return list(product(*map(range, lengths.values())))
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} has {count}" for name, count in lengths.items())
        raise Problem(
            f"goes over lists side by side, but {told}: make them equally long, or set how to product",
            "over",
        )
    return [(at,) * len(lengths) for at in range(next(iter(lengths.values())))]


def _item_key(outer: Run, step: Step, name: str, arguments: dict[str, Any], at: int) -> str:
    """A literal is known by itself, so that a sweep with one value more reuses the others."""
    if name in step.constants:
        return literal_key(arguments[name][at])
    starts = step.sources[name]
    key = " ".join(source_key(s, outer.keys, outer.inputs.keys) for s in starts)
    return (
        key
        if len(starts) == 1 and not isinstance(outer.output(starts[0]), list)
        else f"{key}[{at}]"
    )


def _inputs(outer: Run, step: Step, arguments: dict[str, Any], iteration: int | None) -> Inputs:
    """What is the same in every turn, with the keys it has outside: work inside is then shared with work outside."""
    from .run import Inputs

    assert step.body
    values = {name: arguments.get(name) for name in step.body.inputs}
    keys = {name: _key(outer, step, name, values[name]) for name in values}
    fleeting = frozenset(
        n for n, starts in step.sources.items() if any(_varies(outer, s) for s in starts)
    )
    return Inputs(values, keys, fleeting, iteration)


def _key(outer: Run, step: Step, name: str, value: Any) -> str:
    starts = step.sources.get(name)
    if not starts:
        return literal_key(value)
    return " ".join(source_key(s, outer.keys, outer.inputs.keys) for s in starts)


def _varies(outer: Run, source: Any) -> bool:
    return (
        source.output in outer.inputs.varying
        if source.node == "in"
        else source.node in outer.fleeting
    )


def _turn(
    outer: Run, step: Step, context: Context, inputs: Inputs
) -> Generator[Any, Any, dict[str, Any]]:
    assert step.body
    inner = type(outer)(step.body, outer.host, outer.cache, None, context.path, inputs)
    yield from inner.events()
    context.assets += inner.assets
    return {name: inner.output(source) for name, source in step.body.outputs.items()}

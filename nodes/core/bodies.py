"""Bodies: a group runs once, a repeat feeds its outputs back, a for_each goes over lists.

Work inside has the keys it would have outside, so what both do is done once.
"""

from __future__ import annotations

from collections.abc import Generator
from itertools import product
from typing import TYPE_CHECKING, Any

from .body_type import turns
from .call import Call
from .events import Progress
from .keys import literal_key, source_key, turn_key
from .plan import Plan, Step
from .results import Inputs

if TYPE_CHECKING:
    from .run import Run
    from .workflow import Source

Turns = Generator[Any, Any, tuple[Any, ...]]
Outputs = Generator[Any, Any, dict[str, Any]]


def run(outer: Run, call: Call) -> Turns:
    """Run the body of a node within `outer`. Yields the events of its nodes, gives its outputs."""
    kinds = {"group": _group, "repeat": _repeat, "for_each": _for_each}
    step = call.step
    assert step.body
    arguments = outer.results.arguments(step)
    inputs = _inputs(outer, call, step.body, arguments)
    outputs = yield from kinds[step.type.type](outer, call, step.body, inputs, arguments)
    return tuple(outputs.values())


def _group(
    outer: Run, call: Call, body: Plan, inputs: Inputs, arguments: dict[str, Any]
) -> Outputs:
    inputs.iteration = outer.inputs.iteration
    inputs.values["index"], inputs.keys["index"] = 0, literal_key(0)
    inner = type(outer)(body, outer.host, outer.cache, inputs=inputs)
    return (yield from _turn(inner, call))


def _repeat(
    outer: Run, call: Call, body: Plan, inputs: Inputs, arguments: dict[str, Any]
) -> Outputs:
    """Outputs named like an input are fed back into it; what does not change runs once."""
    times = arguments["times"]
    fed_back = [name for name, source in body.outputs.items() if source and name in body.inputs]
    inputs.varying |= {*fed_back, "index"}
    inner = type(outer)(body, outer.host, outer.cache, inputs=inputs)
    outputs: dict[str, Any] = {}
    for turn in range(times):
        _set_turn(inputs, turn)
        for name in fed_back if turn else ():
            inputs.values[name] = outputs[name]
            inputs.keys[name] = turn_key(outer.keys[call.step.id], turn, name)
        inner.forget(inner.fleeting)
        outputs = yield from _turn(inner, call)
        yield Progress(turn + 1, times)
    return outputs


def _for_each(
    outer: Run, call: Call, body: Plan, inputs: Inputs, arguments: dict[str, Any]
) -> Outputs:
    """One turn for each item, or for each combination; every output is a list of what came out."""
    over = call.step.over
    places = _turns(call.step, arguments)
    inner = type(outer)(body, outer.host, outer.cache, inputs=inputs)
    changing = body.downstream(frozenset({*over, "index"}))
    collected: dict[str, list[Any]] = {name: [] for name in body.outputs}
    for turn, at_each in enumerate(places):
        _set_turn(inputs, turn)
        for name, at in zip(over, at_each, strict=True):
            inputs.values[name] = arguments[name][at]
            inputs.keys[name] = _item_key(outer, call.step, name, arguments, at)
        inner.forget(changing)
        for name, value in (yield from _turn(inner, call)).items():
            collected[name] += value if isinstance(value, list) else [value]
        yield Progress(turn + 1, len(places))
    return collected


def _set_turn(inputs: Inputs, turn: int) -> None:
    inputs.iteration = turn
    inputs.values["index"], inputs.keys["index"] = turn, literal_key(turn)


def _turn(inner: Run, call: Call) -> Outputs:
    """One turn; what it wrote belongs to the node that holds the body, too."""
    assert call.context
    before = len(inner.assets)
    yield from inner.events()
    call.context.assets += inner.assets[before:]
    return {name: inner.output(source) for name, source in inner.plan.outputs.items()}


def _turns(step: Step, arguments: dict[str, Any]) -> list[tuple[int, ...]]:
    """For every turn, the place in each list. Raises `Problem` for lists that do not match."""
    lengths = {name: len(arguments[name] or ()) for name in step.over}
    how = arguments["how"]
    count = turns(lengths, how)
    if how == "product":
        return list(product(*map(range, lengths.values())))
    return [(at,) * len(lengths) for at in range(count)]


def _item_key(outer: Run, step: Step, name: str, arguments: dict[str, Any], at: int) -> str:
    """An item is known by itself where it can be, so that one more of them reuses the others."""
    if name in step.constants:
        return literal_key(arguments[name][at])
    starts = step.sources[name]
    keys = [source_key(start, outer.keys, outer.inputs.keys) for start in starts]
    if any(isinstance(outer.output(start), list) for start in starts):
        return f"{' '.join(keys)}[{at}]"
    return keys[at]


def _inputs(outer: Run, call: Call, body: Plan, arguments: dict[str, Any]) -> Inputs:
    """What is the same in every turn, with the keys it has outside."""
    step = call.step
    values = {name: arguments.get(name) for name in body.inputs}
    keys = {name: _key(outer, step, name, values[name]) for name in values}
    varying = {
        name for name, starts in step.sources.items() if any(_varies(outer, s) for s in starts)
    }
    return Inputs(call.path, outer.inputs.keys_of, values, keys, frozenset(varying))


def _key(outer: Run, step: Step, name: str, value: Any) -> str:
    starts = step.sources.get(name)
    if not starts:
        return literal_key(value)
    return " ".join(source_key(start, outer.keys, outer.inputs.keys) for start in starts)


def _varies(outer: Run, source: Source) -> bool:
    if source.node == "in":
        return source.output in outer.inputs.varying
    return source.node in outer.fleeting

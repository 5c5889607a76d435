"""What every wire will carry, worked out from headers and rules before anything runs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import islice, product
from typing import Any

from .body_type import turns
from .context import Host
from .facts import common, unknown
from .nodetype import NodeType
from .plan import Plan, Step
from .ports import value
from .problem import Problem
from .workflow import Source

MOST_TURNS = 64


@dataclass(frozen=True)
class Many:
    """The facts of a wire that carries a list: what holds for each, and how many if known."""

    each: Any
    count: int | None = None


def infer(plan: Plan, inputs: dict[str, Any], host: Host) -> list[Problem]:
    """Fill `plan.facts`, given those of a body's inputs. Returns what does not fit."""
    problems: list[Problem] = []
    plan.facts = {Source("in", name): facts for name, facts in inputs.items()}
    for step in plan.steps.values():
        try:
            facts = _facts(step, plan, host, problems)
        except Problem as problem:
            problems.append(problem.at(step.id))
            facts = {}
        for name, output in step.type.outputs.items():
            known = facts.get(name) if facts else None
            if known is None:
                known = unknown(output.type)
                known = Many(known) if output.many else known
            if known is not None:
                plan.facts[Source(step.id, name)] = known
    return problems


def _facts(step: Step, plan: Plan, host: Host, problems: list[Problem]) -> dict[str, Any]:
    type = step.type
    if step.sources:
        _hold_to_bounds(step, plan)
    if type.files:
        _look_for_files(step, plan, host)
    if step.body:
        return _body(step, step.body, plan, host, problems)
    if type.rule is not None:
        return _ruled(step, plan, host)
    return _passed_through(step, plan) if type.passed_through else {}


def _hold_to_bounds(step: Step, plan: Plan) -> None:
    """A plain value that is known now and comes by wire is refused now, not when it runs."""
    for name, sources in step.sources.items():
        port = step.type.inputs[name]
        if port.widget is None:
            continue
        for source in sources:
            known = plan.facts.get(source)
            if known is not None and not isinstance(known, Many):
                value(port, known)


def _look_for_files(step: Step, plan: Plan, host: Host) -> None:
    """See that files are there. What reads a file whose name is not known now is never reused."""
    for name, kind in step.type.files:
        if name not in step.sources:
            names = [step.constants.get(name)]
        else:
            names = [plan.facts.get(source) for source in step.sources[name]]
            step.files = step.files or {}
            step.files.setdefault(name, set()).update(n for n in names if isinstance(n, str))
            step.exact = step.exact and all(isinstance(n, str) for n in names)
        for file in names:
            if isinstance(file, str):
                _look_for_file(host, kind, file, name)


def _look_for_file(host: Host, kind: str, file: str, port: str) -> None:
    try:
        host.find(kind, file)
    except Problem as problem:
        raise Problem(problem.message, port, problem.node, problem.fix) from problem


def _ruled(step: Step, plan: Plan, host: Host) -> dict[str, Any]:
    """What the node's own rule says."""
    type = step.type
    assert type.rule
    known = {
        name: host if name == "host" else argument(step, plan, name) for name in type.rule_inputs
    }
    try:
        return _named(type, type.rule(**known))
    except Problem:
        raise
    except Exception as error:
        told = f"its facts rule failed ({error.__class__.__name__}: {error})"
        raise Problem(told) from error


def argument(step: Step, plan: Plan, name: str) -> Any:
    """What is known of an input: its value, or facts of its wire; a list for a port of many."""
    sources = step.sources.get(name)
    if not sources:
        return step.constants.get(name)
    port = step.type.inputs[name]
    facts = [plan.facts.get(source) for source in sources]
    if port.many:
        return _flat(facts)
    return unknown(port.type) if facts[0] is None else facts[0]


def _flat(facts: list[Any]) -> list[Any] | None:
    """The facts of every item that the wires into a port of many bring; None if not countable."""
    flat: list[Any] = []
    for known in facts:
        if isinstance(known, list):
            flat += known
        elif not isinstance(known, Many):
            flat.append(known)
        elif known.count is None:
            return None
        else:
            flat += [known.each] * known.count
    return flat


def _named(type: NodeType, result: Any) -> dict[str, Any]:
    names = list(type.outputs)
    if isinstance(result, dict):
        return result
    if isinstance(result, tuple) and not type.single:
        return dict(zip(names, result, strict=True))
    if type.single and isinstance(result, list):
        result = Many(reduce(common, result) if result else None, len(result))
    return {names[0]: result} if names else {}


def _passed_through(step: Step, plan: Plan) -> dict[str, Any]:
    """The default rule: an output has the facts that its inputs of the same type share."""
    facts: dict[str, Any] = {}
    for name, alike in step.type.passed_through:
        sources = (source for port in alike for source in step.sources.get(port, ()))
        wired = [_element(plan.facts.get(source)) for source in sources]
        if wired:
            facts[name] = reduce(common, wired)
    return facts


def _element(facts: Any) -> Any:
    """What holds for every item of a list, or for the one thing that is there."""
    if isinstance(facts, Many):
        return facts.each
    if isinstance(facts, list):
        return reduce(common, facts) if facts else None
    return facts


def _body(
    step: Step, body: Plan, plan: Plan, host: Host, problems: list[Problem]
) -> dict[str, Any]:
    inputs = {name: _incoming(step, plan, name) for name in body.inputs}
    inputs["index"] = 0 if step.type.type == "group" else None
    infer_kind = {"group": _once, "repeat": _again_and_again, "for_each": _each}[step.type.type]
    found = infer_kind(step, body, inputs, host)
    step.exact = all(inner.exact for inner in body.steps.values())
    unique = {(p.node, p.port, p.message): p for p in found}
    problems += [problem.inside(step.id) for problem in unique.values()]
    outputs = {name: body.facts.get(s) for name, s in body.outputs.items() if s}
    if step.type.type == "for_each":
        count = _count(step, inputs)
        return {n: Many(_element(f), _total(f, count)) for n, f in outputs.items()}
    return outputs


def _incoming(step: Step, plan: Plan, name: str) -> Any:
    known, port = argument(step, plan, name), step.type.inputs[name]
    listed = port.many and name not in step.over
    return Many(unknown(port.type)) if listed and known is None else known


def _once(step: Step, body: Plan, inputs: dict[str, Any], host: Host) -> list[Problem]:
    return infer(body, inputs, host)


def _again_and_again(step: Step, body: Plan, inputs: dict[str, Any], host: Host) -> list[Problem]:
    """What holds in every turn of a repeat, found by feeding back until nothing changes."""
    while True:
        problems = infer(body, inputs, host)
        fed_back = {n: body.facts.get(s) for n, s in body.outputs.items() if s and n in inputs}
        held = inputs | {n: common(inputs[n], facts) for n, facts in fed_back.items()}
        if problems or held == inputs or step.constants.get("times") == 1:
            return problems
        inputs = held


def _each(step: Step, body: Plan, inputs: dict[str, Any], host: Host) -> list[Problem]:
    """What holds in every turn of a for_each, and what does not fit in any; many are not tried."""
    problems: list[Problem] = []
    held: dict[Source, Any] | None = None
    for items in _turns(step, inputs):
        problems += infer(body, inputs | items, host)
        facts = body.facts
        held = {s: common(held.get(s), facts[s]) for s in facts} if held is not None else facts
    body.facts = held or {}
    return problems


def _turns(step: Step, inputs: dict[str, Any]) -> list[dict[str, Any]]:
    lists = [inputs[name] for name in step.over]
    if all(isinstance(items, list) and items for items in lists):
        first = list(islice(_combined(step, lists), MOST_TURNS + 1))
        if len(first) <= MOST_TURNS:
            return [dict(zip(step.over, items, strict=True)) for items in first]
    return [{name: _element(inputs[name]) for name in step.over}]


def _combined(step: Step, lists: list[Any]) -> Any:
    return product(*lists) if step.constants.get("how") == "product" else zip(*lists, strict=False)


def _count(step: Step, inputs: dict[str, Any]) -> int | None:
    """How many turns it takes, if that is known. Raises `Problem` where it cannot run."""
    lists = {name: inputs[name] for name in step.over}
    if not all(isinstance(items, list) for items in lists.values()) or "how" not in step.constants:
        return None
    return turns({name: len(items) for name, items in lists.items()}, step.constants["how"])


def _total(facts: Any, turns: int | None) -> int | None:
    """How many items come out of so many turns, each of which may give a list itself."""
    if turns is None or not isinstance(facts, Many | list):
        return turns
    count = facts.count if isinstance(facts, Many) else len(facts)
    return None if count is None else turns * count

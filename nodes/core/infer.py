"""What every wire will carry, worked out from headers and rules before anything runs."""

from __future__ import annotations

from typing import Any, NamedTuple

from .context import Host
from .facts import KINDS, common, unknown
from .node import NodeType
from .plan import Plan, Step
from .problem import Problem
from .workflow import Source


class Many(NamedTuple):
    """The facts of a wire that carries a list: what holds for each, and how many if known."""

    each: Any
    count: int | None = None


def infer(plan: Plan, inputs: dict[str, Any], host: Host) -> list[Problem]:
    """Fill `plan.facts`, given those of a body's inputs. Returns what does not fit."""
    problems: list[Problem] = []
    plan.facts = {Source("in", name): facts for name, facts in inputs.items()}
    for step in plan.steps.values():
        try:
            facts = _body(step, plan, host, problems) if step.body else _outputs(step, plan, host)
        except Problem as problem:
            problems.append(problem.at(step.id))
            facts = {}
        for output in step.type.outputs.values():
            plan.facts[Source(step.id, output.name)] = facts.get(output.name, unknown(output.type))
    return problems


def _outputs(step: Step, plan: Plan, host: Host) -> dict[str, Any]:
    type = step.type
    if type.rule is None:
        return _passed_through(step, plan)
    known = {
        name: host if name == "host" else argument(step, plan, name) for name in type.rule_inputs
    }
    try:
        return _named(type, type.rule(**known))
    except Problem:
        raise
    except Exception as error:
        raise Problem(f"its facts rule failed ({error.__class__.__name__}: {error})") from error


def argument(step: Step, plan: Plan, name: str) -> Any:
    """What is known of one input: facts of its wire, a list of them for a port of many, or its value."""
    sources = step.sources.get(name)
    if not sources:
        return step.constants.get(name)
    facts = [plan.facts.get(s) for s in sources]
    if not step.type.inputs[name].many:
        return facts[0]
    return _flat(facts)


def _flat(facts: list[Any]) -> list[Any] | None:
    flat: list[Any] = []
    for known in facts:
        if not isinstance(known, Many):
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
    if isinstance(result, tuple) and len(names) != 1:
        return dict(zip(names, result, strict=True))
    return {names[0]: result} if names else {}


def _passed_through(step: Step, plan: Plan) -> dict[str, Any]:
    """The default rule: an output has the facts that its inputs of the same type share."""
    facts: dict[str, Any] = {}
    for output in step.type.outputs.values():
        wired = [
            plan.facts.get(s)
            for n, i in step.type.inputs.items()
            if i.type == output.type
            for s in step.sources.get(n, ())
        ]
        if output.type in KINDS and wired and not output.many:
            known = wired[0]
            for other in wired[1:]:
                known = common(known, other)
            facts[output.name] = known.each if isinstance(known, Many) else known
    return facts


def _body(step: Step, plan: Plan, host: Host, problems: list[Problem]) -> dict[str, Any]:
    assert step.body
    inputs: dict[str, Any] = {name: argument(step, plan, name) for name in step.body.inputs}
    inputs |= {name: _element(inputs[name]) for name in step.over} | {"index": None}
    found = infer(step.body, inputs, host)
    if step.type.type == "repeat" and not found:
        found = infer(step.body, _second_turn(step.body, inputs), host)
    problems += [p.inside(step.id) for p in found]
    outputs = {name: step.body.facts.get(s) for name, s in step.body.outputs.items() if s}
    if step.type.type == "for_each":
        return {name: Many(facts) for name, facts in outputs.items()}
    return outputs


def _element(facts: Any) -> Any:
    """What holds for every item of a list that is gone over."""
    items = facts if isinstance(facts, list) else [facts.each] if isinstance(facts, Many) else []
    known = items[0] if items else None
    for other in items[1:]:
        known = common(known, other)
    return known


def _second_turn(body: Plan, inputs: dict[str, Any]) -> dict[str, Any]:
    """What holds in every turn of a repeat: what its inputs and what is fed back have in common."""
    fed_back = {n: body.facts.get(s) for n, s in body.outputs.items() if s and n in inputs}
    return inputs | {n: common(inputs[n], facts) for n, facts in fed_back.items()}

"""The inside of a body made into a plan, whose outputs give the body's own node its types."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .nodetype import NodeType
from .plan import Plan, Step
from .ports import fits
from .problem import Problem
from .workflow import Body, Node, Source

if TYPE_CHECKING:
    from .level import Level


def inside(level: Level, node: Node, body: Body, step: Step, problems: list[Problem]) -> Plan:
    """The plan of the body of a node on `level`. Adds to `problems` what is wrong in it."""
    back = body.outputs.keys() & body.inputs.keys() if node.type == "repeat" else set[str]()
    unfed = {n for n in body.inputs if not step.sources.get(n) and step.constants.get(n) is None}
    open, blank = frozenset(unfed - back), frozenset(unfed & back)
    inner = type(level)(level.catalogue, body.nodes, body.inputs, open, blank)
    plan = inner.plan()
    for name, source in body.outputs.items():
        try:
            start = plan.outputs[name] = _type_output(node, step.type, inner, name, source)
            if start is None:
                level.routes[Source(node.id, name)] = None
        except Problem as problem:
            inner.problems.append(problem)
    problems += [problem.inside(node.id) for problem in inner.problems]
    return plan


def _type_output(
    node: Node, type: NodeType, inner: Level, name: str, source: Source
) -> Source | None:
    """Where an output of the body really begins, if anywhere; gives it the type of that."""
    output, start = inner.output(source, f"body.outputs.{name}"), inner.start(source)
    if output is None or start is None:
        return None
    many = output.many or node.type == "for_each"
    type.outputs[name] = replace(type.outputs[name], type=output.type, many=many)
    back = type.inputs.get(name) if node.type == "repeat" else None
    mismatch = back and fits(output, back)
    if mismatch:
        told = f"is fed back into the input of the same name, which {mismatch}"
        raise Problem(told, f"body.outputs.{name}")
    return start

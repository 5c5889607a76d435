"""The node types as the editor draws them."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import msgspec

from nodes.core.nodetype import NodeType
from nodes.core.ports import MISSING, Input, Output
from nodes.core.problem import Problem
from nodes.core.widgets import Widget
from server.messages import NodeKind, Nodes, Port, Trouble


def nodes(catalogue: Mapping[str, NodeType], problems: Iterable[Problem]) -> Nodes:
    """Every node type by category and title, with the packs that could not be loaded."""
    kinds = sorted(map(_kind, catalogue.values()), key=lambda kind: (kind.category, kind.title))
    told = [trouble(problem) for problem in problems]
    digest = hashlib.sha256(msgspec.json.encode([kinds, told])).hexdigest()[:16]
    return Nodes(kinds, told, digest)


def trouble(problem: Problem) -> Trouble:
    """A problem as clients get it."""
    return msgspec.convert(problem.as_dict(), Trouble)


def _kind(type: NodeType) -> NodeKind:
    return NodeKind(
        type=type.type,
        title=type.title,
        category=type.category,
        help=type.help,
        version=type.version,
        effect=type.effect,
        exact=type.exact,
        live=type.is_generator and any(port.type == "Model" for port in type.inputs.values()),
        inputs=[_input(port) for port in type.inputs.values()],
        outputs=[_output(port) for port in type.outputs.values()],
    )


def _input(port: Input) -> Port:
    return Port(
        name=port.name,
        type=port.type,
        many=port.many,
        required=port.required,
        default=None if port.default is MISSING else port.default,
        auto=port.auto,
        lazy=port.lazy,
        widget=_widget(port.widget),
    )


def _output(port: Output) -> Port:
    return Port(name=port.name, type=port.type, many=port.many)


def _widget(widget: Widget | None) -> dict[str, Any] | None:
    """`{"type": "Slider", "min": 0, "max": 1, "step": 0.01}`."""
    return None if widget is None else {"type": type(widget).__name__} | asdict(widget)

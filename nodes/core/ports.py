"""Which ports a node has and what fits into them: of a node type, or of a body as its node spells it out."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from .node import MISSING, PLAIN, Input, NodeType, Output
from .problem import Problem
from .widgets import Choice, Number
from .workflow import Body, Node

_NAMES = {"int": int, "float": float, "str": str, "bool": bool}
_WORDS = {"int": "a whole number", "float": "a number", "str": "text", "bool": "true or false"}
MAX_TURNS = 100_000

TIMES = Input("times", "int", Number(1, MAX_TURNS), 1)
HOW = Input("how", "str", Choice(("zip", "product")), "zip")


def nearest(name: str, known: Iterable[str]) -> str:
    """A sentence part that helps with a name that is none: the nearest one, or what there is."""
    names = list(known)
    close = get_close_matches(name, names, 1, 0.5)
    if close:
        return f", did you mean {close[0]}?"
    return f"; there is {', '.join(names[:8])}" if names and len(names) <= 8 else ""


def type_of(node: Node, catalogue: Mapping[str, NodeType]) -> NodeType:
    """The type of a node. Raises `Problem` if there is none of that name."""
    if node.body:
        return _body_type(node, node.body)
    known = catalogue.get(node.type)
    if known is None:
        names = [*catalogue, "group", "repeat", "for_each"]
        raise Problem(
            f'there is no node type "{node.type[:60]}"{nearest(node.type, names)}', "type"
        )
    return known


def _body_type(node: Node, body: Body) -> NodeType:
    over = set(swept(node)) if node.type == "for_each" else set[str]()
    inputs = {
        b.name: _body_input(b.name, b.type, b.default, b.optional, b.name in over)
        for b in body.inputs.values()
    }
    inputs |= (
        {"times": TIMES}
        if node.type == "repeat"
        else {"how": HOW}
        if node.type == "for_each"
        else {}
    )
    outputs = {name: Output(name, "", node.type == "for_each") for name in body.outputs}
    return NodeType(node.type, node.type, "bodies", "", inputs, outputs, _no_function)


def _no_function() -> None:
    """A body is run by the engine itself."""


def _body_input(name: str, written: str, default: Any, optional: bool, swept: bool) -> Input:
    many = written.startswith("list[") and written.endswith("]")
    type = written[5:-1] if many else written
    widget = PLAIN.get(_NAMES.get(type, object))
    given = MISSING if default is None else default
    return Input(name, type, widget, given, optional, many or swept)


def swept(node: Node) -> tuple[str, ...]:
    """The inputs a for_each takes one by one. Raises `Problem` if `over` does not name some."""
    over = node.values.get("over")
    body = node.body
    if not isinstance(over, list) or not over or not all(isinstance(name, str) for name in over):
        raise Problem('is missing: a list of the inputs to go over, such as ["seed"]', "over")
    for name in over:
        if body and name not in body.inputs:
            raise Problem(
                f'names "{name}", which is no input of its body{nearest(name, body.inputs)}', "over"
            )
    return tuple(over)


def fits(output: Output, port: Input) -> str | None:
    """Why a wire from an output to an input does not fit, or None."""
    if output.type != port.type and not (output.type == "int" and port.type == "float"):
        return f"takes {port.type}, the wire brings {output.type}"
    if output.many and not port.many:
        return f"takes one {port.type}, the wire brings a list of them: use a for_each"
    return None


def value(port: Input, given: Any) -> Any:
    """A literal as the node gets it. Raises `Problem` if it is not of the port's type or outside its range."""
    if given is None:
        if port.optional or not port.required:
            return None if port.optional else port.default
        raise Problem("is null, it needs a value", port.name)
    if port.auto and given == "auto":
        return given
    if port.many:
        items = given if isinstance(given, list) else [given]
        return [_single(port, item) for item in items]
    return _single(port, given)


def _single(port: Input, given: Any) -> Any:
    if port.widget is None:
        raise Problem(f"takes {port.type} by a wire, not a value", port.name)
    plain = _plain(port, given)
    refusal = port.widget.refusal(plain)
    if refusal:
        raise Problem(refusal, port.name)
    return plain


def _plain(port: Input, given: Any) -> Any:
    kind = type(given)
    if port.type == "float" and kind in (int, float):
        return float(given)
    if port.type == "int" and (kind is int or (kind is float and given.is_integer())):
        return int(given)
    if port.type == kind.__name__ and port.type in _WORDS:
        return given
    words = _WORDS.get(port.type, port.type) + (' or "auto"' if port.auto else "")
    raise Problem(f"is {shown(given)}, it takes {words}", port.name)


def shown(given: Any) -> str:
    """A wrong value, short enough for a sentence."""
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, list | dict):
        return "a list" if isinstance(given, list) else "an object"
    text = f'"{given}"' if isinstance(given, str) else str(given)
    return text if len(text) <= 50 else text[:48] + '…"'

"""The ports of a group, repeat or for_each, as its own body spells them out."""

from collections.abc import Mapping
from math import prod

from .nodetype import NodeType
from .ports import MISSING, PLAIN, Input, Output, nearest, value, wire_type
from .problem import Problem
from .types import WIRES
from .widgets import Choice, Number
from .workflow import BODIES, Body, BodyInput, Node

Catalogue = Mapping[str, NodeType]
MAX_TURNS = 100_000

TIMES = Input("times", "int", Number(1, MAX_TURNS), 1)
HOW = Input("how", "str", Choice(("zip", "product")), "zip")


def type_of(node: Node, catalogue: Catalogue) -> NodeType:
    """The type of a node. Raises `Problem` if there is none of that name."""
    known = catalogue.get(node.type)
    if known is not None:
        return known
    if node.body:
        return _body_type(node, node.body, catalogue)
    told = f'there is no node type "{node.type[:60]}"'
    pack, slash, _ = node.type.partition("/")
    if slash and not any(name.startswith(f"{pack}/") for name in catalogue):
        raise Problem(f"{told}: it is of the pack {pack}, load it with --packs", "type")
    raise Problem(f"{told}{nearest(node.type, [*catalogue, *BODIES])}", "type")


def swept(node: Node) -> tuple[str, ...]:
    """The inputs a for_each takes one by one. Raises `Problem` if `over` does not name some."""
    if node.type != "for_each" or not node.body:
        return ()
    over = node.values.get("over")
    if not isinstance(over, list) or not over or not all(isinstance(name, str) for name in over):
        raise Problem('is missing: a list of the inputs to go over, such as ["seed"]', "over")
    for name in over:
        port = node.body.inputs.get(name)
        if port is None:
            near = nearest(name, node.body.inputs)
            raise Problem(f'names "{name[:60]}", which is no input of its body{near}', "over")
        if wire_type(port.type)[1]:
            raise Problem(f"goes over {name}: write its type as that of one item", "over")
    return tuple(dict.fromkeys(over))


def turns(lengths: Mapping[str, int], how: str) -> int:
    """How often a for_each runs over lists of these lengths. Raises `Problem` if it cannot."""
    if how == "zip" and len(set(lengths.values())) > 1:
        counts = ", ".join(f"{name} has {count}" for name, count in lengths.items())
        told = f"goes over lists side by side, but {counts}"
        raise Problem(f"{told}: make them equally long, or set how to product", "over")
    count = (min if how == "zip" else prod)(lengths.values())
    if count > MAX_TURNS:
        raise Problem(f"takes {count} turns, {MAX_TURNS} is the limit", "over")
    return count


def _body_type(node: Node, body: Body, catalogue: Catalogue) -> NodeType:
    over = swept(node)
    inputs = {
        port.name: _input(port, port.name in over, catalogue) for port in body.inputs.values()
    }
    if node.type == "repeat":
        inputs["times"] = TIMES
    elif node.type == "for_each":
        inputs["how"] = HOW
    outputs = {name: Output(name, "", node.type == "for_each") for name in body.outputs}
    return NodeType(node.type, node.type, "bodies", "", inputs, outputs, _no_function)


def _no_function() -> None:
    """A body is run by the engine itself."""


def _input(port: BodyInput, swept: bool, catalogue: Catalogue) -> Input:
    type, many = wire_type(port.type)
    kind = WIRES.get(type)
    if kind is None and type not in (known := _types_of_packs(catalogue)):
        near = nearest(type, [*WIRES, *known])
        raise Problem(
            f'has the type "{type[:60]}", which is none{near}', f"body.inputs.{port.name}"
        )
    widget = PLAIN.get(kind) if kind else None
    blank = Input(port.name, type, widget, MISSING, port.optional, many or swept)
    if port.default is None:
        return blank
    try:
        given = value(blank, port.default)
    except Problem as problem:
        place = f"body.inputs.{port.name}"
        raise Problem(f"has a default that {problem.message}", place) from None
    return Input(port.name, type, widget, given, port.optional, many or swept)


def _types_of_packs(catalogue: Catalogue) -> set[str]:
    """Wire types that are not ours: those of the ports that nodes have."""
    nodes = catalogue.values()
    taken = {port.type for node in nodes for port in node.inputs.values()}
    return taken | {port.type for node in nodes for port in node.outputs.values()}

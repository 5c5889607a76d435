"""The workflow as data: nodes by id, wires between named ports, bodies inside nodes.

Knows no node types: what they say of it is for check.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from .problem import Problem, Problems
from .widgets import shown

FORMAT = "latentwire/1"
MUTE, BYPASS = "mute", "bypass"
MAX_NESTING = 16

# what a body's own node takes besides the inputs of its body
BODIES = {"group": (), "repeat": ("times",), "for_each": ("over", "how")}

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
_EXPECTED: dict[str, tuple[type, str]] = {
    "values": (dict, "an object of values by input"),
    "wires": (dict, 'an object of "NODE.OUTPUT" by input'),
    "mode": (str, '"mute" or "bypass"'),
    "version": (int, "a whole number"),
    "title": (str, "text"),
    "note": (str, "text"),
}


class Source(NamedTuple):
    """The start of a wire. Inside a body, node `in` is the body's own input."""

    node: str
    output: str


@dataclass(frozen=True, slots=True)
class Node:
    """One node as it stands in the file. Only a wire given as an array has several sources."""

    id: str
    type: str
    values: dict[str, Any]
    wires: dict[str, tuple[Source, ...]]
    mode: str = ""
    version: int = 1
    body: Body | None = None


@dataclass(frozen=True, slots=True)
class BodyInput:
    """What comes into a body: its wire type, and whether it may be left open."""

    name: str
    type: str
    default: Any = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """The inside of a group, repeat or for_each."""

    inputs: dict[str, BodyInput]
    nodes: dict[str, Node]
    outputs: dict[str, Source]


@dataclass(frozen=True, slots=True)
class Workflow:
    """A whole workflow. `document` is the JSON it came from, with keys that mean nothing to us."""

    nodes: dict[str, Node]
    title: str
    document: dict[str, Any]


def parse(document: dict[str, Any]) -> Workflow:
    """The workflow in a document. Raises `Problems` with all that is not of the right shape."""
    workflow, problems = outline(document)
    if problems:
        raise Problems(problems)
    return workflow


def outline(document: dict[str, Any]) -> tuple[Workflow, list[Problem]]:
    """As `parse`, but what has a shape comes with what has none: such nodes are muted.

    Raises `Problems` for a format that is not ours, since nothing in it can be relied on.
    """
    stated = document.get("format")
    if stated != FORMAT:
        raise Problems([Problem(_about_format(stated), "format")])
    problems: list[Problem] = []
    title, layout = document.get("title", ""), document.get("layout", {})
    if not isinstance(title, str):
        problems.append(Problem("is not text", "title"))
    if not isinstance(layout, dict):
        problems.append(Problem("is not an object of places by node", "layout"))
    nodes = _nodes(document.get("nodes"), "", 0, problems)
    return Workflow(nodes, str(title), document), problems


def _about_format(stated: Any) -> str:
    if stated is None:
        return f'is missing: a workflow begins with "format": "{FORMAT}"'
    if isinstance(stated, str) and re.fullmatch(r"latentwire/[1-9]\d{0,8}", stated):
        told = f"is {shown(stated)}, newer than this version reads"
        return f'{told} ("{FORMAT}"): update Latentwire to open it'
    return f'is {shown(stated)}, a workflow has "{FORMAT}"'


def _nodes(raw: Any, path: str, depth: int, problems: list[Problem]) -> dict[str, Node]:
    if not isinstance(raw, dict):
        told = "is missing" if raw is None else "is not an object of nodes by id"
        problems.append(Problem(told, "body.nodes" if path else "nodes", path or None))
        return {}
    return {id: _node(id, entry, path, depth, problems) for id, entry in raw.items()}


def _node(id: str, raw: Any, path: str, depth: int, problems: list[Problem]) -> Node:
    here = f"{path}/{id[:80]}" if path else id[:80]
    faults = list(_faults(id, raw))
    if faults:
        problems += [Problem(message, port, here) for port, message in faults]
        return Node(id, "", {}, {}, MUTE)
    return Node(
        id,
        raw["type"],
        raw.get("values") or {},
        _wires(raw.get("wires") or {}, here, problems),
        raw.get("mode", ""),
        raw.get("version", 1),
        _body(raw["type"], raw.get("body"), here, depth + 1, problems),
    )


def _faults(id: str, raw: Any) -> Iterator[tuple[str | None, str]]:
    """What keeps an entry from being a node, by key."""
    if not _ID.match(id) or id == "in":
        yield None, "is no node id: a letter, then letters, digits, _ and -, and not `in`"
    if not isinstance(raw, dict):
        yield None, "is not an object with a type"
        return
    type = raw.get("type")
    if not isinstance(type, str):
        yield "type", "is missing" if type is None else "is not text"
    for key, given in raw.items():
        if key in _EXPECTED and given is not None:
            kind, words = _EXPECTED[key]
            if not isinstance(given, kind) or isinstance(given, bool):
                yield key, f"is not {words}"
    if "mode" in raw or "version" in raw:
        yield from _odd_switches(raw)


def _odd_switches(raw: dict[str, Any]) -> Iterator[tuple[str, str]]:
    mode, version = raw.get("mode", ""), raw.get("version", 1)
    if mode not in ("", MUTE, BYPASS) and (mode is None or isinstance(mode, str)):
        yield "mode", f'is {shown(mode)}, neither "mute" nor "bypass"'
    if version is None or (isinstance(version, int) and version < 1):
        yield "version", f"is {shown(version)}, versions count from 1"


def _wires(
    raw: dict[str, Any], here: str, problems: list[Problem]
) -> dict[str, tuple[Source, ...]]:
    wires: dict[str, tuple[Source, ...]] = {}
    for port, written in raw.items():
        each = written if isinstance(written, list) else [written]
        sources = tuple(start for one in each if (start := source(one)) is not None)
        if len(sources) < len(each):
            told = f'is {shown(written)}, no wire: one is written "NODE.OUTPUT"'
            problems.append(Problem(told, port, here))
        if sources:
            wires[port] = sources
    return wires


def source(written: Any) -> Source | None:
    """ "NODE.OUTPUT" as a source, or None."""
    if not isinstance(written, str):
        return None
    node, dot, output = written.partition(".")
    return Source(node, output) if dot and node and output else None


def _body(type: str, raw: Any, here: str, depth: int, problems: list[Problem]) -> Body | None:
    told = _fault_of_body(type, raw, depth)
    if told:
        problems.append(Problem(told, "body", here))
    if type not in BODIES:
        return None
    if told:
        return Body({}, {}, {})
    inputs = {port.name: port for port in _body_inputs(type, raw.get("inputs"), here, problems)}
    nodes = _nodes(raw.get("nodes"), here, depth, problems)
    return Body(inputs, nodes, _body_outputs(raw.get("outputs"), here, problems))


def _fault_of_body(type: str, raw: Any, depth: int) -> str | None:
    if type not in BODIES:
        return None if raw is None else f"does not belong here: only {', '.join(BODIES)} have one"
    if not isinstance(raw, dict):
        return f"is missing: a {type} holds nodes in it"
    if depth > MAX_NESTING:
        return f"is nested too deep: {MAX_NESTING} bodies inside one another are the limit"
    return None


def _body_inputs(type: str, raw: Any, here: str, problems: list[Problem]) -> Iterator[BodyInput]:
    if raw is not None and not isinstance(raw, dict):
        problems.append(Problem("is not an object of inputs by name", "body.inputs", here))
        return
    for name, entry in (raw or {}).items():
        place = f"body.inputs.{name[:60]}"
        if not _ID.match(name) or name in ("index", *BODIES[type]):
            problems.append(Problem("is no name for an input of this body", place, here))
        elif not isinstance(entry, dict) or not isinstance(entry.get("type"), str):
            problems.append(Problem('has no type, write {"type": "Latent"}', place, here))
        else:
            default, optional = entry.get("default"), entry.get("optional") is True
            yield BodyInput(name, entry["type"], default, optional)


def _body_outputs(raw: Any, here: str, problems: list[Problem]) -> dict[str, Source]:
    if raw is not None and not isinstance(raw, dict):
        problems.append(Problem('is not an object of "NODE.OUTPUT" by name', "body.outputs", here))
        return {}
    outputs: dict[str, Source] = {}
    for name, written in (raw or {}).items():
        at = source(written)
        if at is None or not _ID.match(name):
            place = f"body.outputs.{name[:60]}"
            problems.append(Problem('is not written "NODE.OUTPUT"', place, here))
        else:
            outputs[name] = at
    return outputs

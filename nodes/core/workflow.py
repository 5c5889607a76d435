"""The workflow as data: nodes by id, wires between named ports, bodies inside nodes. Knows no node types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from .problem import Problem, Problems

FORMAT = "latentwire/1"
BODIES = ("group", "repeat", "for_each")
MODES = ("", "mute", "bypass")
MAX_NESTING = 16

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
_EXPECTED: dict[str, tuple[type, str]] = {
    "values": (dict, "an object of values by input"),
    "wires": (dict, 'an object of "NODE.OUTPUT" by input'),
    "mode": (str, '"mute" or "bypass"'),
    "version": (int, "a whole number"),
    "body": (dict, "an object with inputs, nodes and outputs"),
}


class Source(NamedTuple):
    """The start of a wire. Inside a body, node `in` is the body's own input."""

    node: str
    output: str


@dataclass(frozen=True, slots=True)
class Node:
    """One node as it stands in the file. `wires` has several sources only where they were given as an array."""

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
    """The workflow in a document. Raises `Problems` with everything that is not of the right shape."""
    problems: list[Problem] = []
    stated = document.get("format")
    if stated != FORMAT:
        raise Problems([Problem(_about_format(stated), "format")])
    title = document.get("title", "")
    if not isinstance(title, str):
        problems.append(Problem("is not text", "title"))
    if "layout" in document and not isinstance(document["layout"], dict):
        problems.append(Problem("is not an object", "layout"))
    nodes = _nodes(document.get("nodes"), "", 0, problems)
    if problems:
        raise Problems(problems)
    return Workflow(nodes, title, document)


def _about_format(stated: Any) -> str:
    if stated is None:
        return f'is missing: a workflow begins with "format": "{FORMAT}"'
    if isinstance(stated, str) and re.fullmatch(r"latentwire/\d{1,9}", stated):
        return f'is "{stated}", newer than this version reads ("{FORMAT}"): update Latentwire to open it'
    return f'is {str(stated)[:60]!r}, a workflow has "{FORMAT}"'


def _nodes(raw: Any, path: str, depth: int, problems: list[Problem]) -> dict[str, Node]:
    if not isinstance(raw, dict):
        problems.append(
            Problem(
                "is missing" if raw is None else "is not an object of nodes by id",
                "nodes",
                path or None,
            )
        )
        return {}
    return {
        id: node for id, entry in raw.items() if (node := _node(id, entry, path, depth, problems))
    }


def _node(id: str, raw: Any, path: str, depth: int, problems: list[Problem]) -> Node | None:
    here = f"{path}/{id}" if path else id
    before = len(problems)
    if not _ID.match(id) or id == "in":
        problems.append(
            Problem(
                "is no node id: letters, digits, _ and -, beginning with a letter, and not `in`",
                None,
                here[:80],
            )
        )
    if not isinstance(raw, dict):
        problems.append(Problem("is not an object with a type", None, here))
        return None
    type = raw.get("type")
    if not isinstance(type, str):
        problems.append(
            Problem("has no type" if type is None else "has a type that is not text", "type", here)
        )
    for key, (kind, words) in _EXPECTED.items():
        value = raw.get(key)
        if value is not None and (not isinstance(value, kind) or value is True):
            problems.append(Problem(f"is not {words}", key, here))
    if raw.get("mode", "") not in MODES:
        problems.append(Problem('is neither "mute" nor "bypass"', "mode", here))
    if len(problems) > before:
        return None
    wires = _wires(raw.get("wires") or {}, here, problems)
    body = _body(type, raw.get("body"), here, depth + 1, problems)
    return Node(
        id,
        str(type),
        raw.get("values") or {},
        wires,
        raw.get("mode", ""),
        raw.get("version", 1),
        body,
    )


def _wires(
    raw: dict[str, Any], here: str, problems: list[Problem]
) -> dict[str, tuple[Source, ...]]:
    wires: dict[str, tuple[Source, ...]] = {}
    for port, written in raw.items():
        sources = tuple(map(source, written)) if isinstance(written, list) else (source(written),)
        if None in sources:
            problems.append(
                Problem(
                    f'{str(written)[:60]!r} is no wire: it is written "NODE.OUTPUT"', port, here
                )
            )
        else:
            wires[port] = sources  # type: ignore[assignment]
    return wires


def source(written: Any) -> Source | None:
    """ "NODE.OUTPUT" as a source, or None."""
    if not isinstance(written, str):
        return None
    node, dot, output = written.partition(".")
    return Source(node, output) if dot and node and output else None


def _body(type: Any, raw: Any, here: str, depth: int, problems: list[Problem]) -> Body | None:
    if type not in BODIES:
        if raw is not None:
            problems.append(
                Problem(f"only {', '.join(BODIES)} have a body, {type} has none", "body", here)
            )
        return None
    if not isinstance(raw, dict):
        problems.append(Problem(f"is missing: a {type} holds nodes in it", "body", here))
        return None
    if depth > MAX_NESTING:
        problems.append(
            Problem(
                f"is the {depth}th body inside another, {MAX_NESTING} is the limit", "body", here
            )
        )
        return None
    inputs = {i.name: i for i in _body_inputs(raw.get("inputs") or {}, here, problems)}
    nodes = _nodes(raw.get("nodes"), here, depth, problems)
    return Body(inputs, nodes, _body_outputs(raw.get("outputs") or {}, here, problems))


def _body_inputs(raw: Any, here: str, problems: list[Problem]) -> Iterator[BodyInput]:
    if not isinstance(raw, dict):
        problems.append(Problem("is not an object of inputs by name", "body.inputs", here))
        return
    for name, entry in raw.items():
        if not _ID.match(name) or name == "index":
            problems.append(
                Problem(f"{name[:60]!r} is no name for a body's input", "body.inputs", here)
            )
        elif not isinstance(entry, dict) or not isinstance(entry.get("type"), str):
            problems.append(
                Problem('has no type, write {"type": "Latent"}', f"body.inputs.{name}", here)
            )
        else:
            yield BodyInput(
                name, entry["type"], entry.get("default"), entry.get("optional") is True
            )


def _body_outputs(raw: Any, here: str, problems: list[Problem]) -> dict[str, Source]:
    if not isinstance(raw, dict):
        problems.append(Problem('is not an object of "NODE.OUTPUT" by name', "body.outputs", here))
        return {}
    outputs: dict[str, Source] = {}
    for name, written in raw.items():
        at = source(written)
        if at is None or not _ID.match(name):
            problems.append(
                Problem('is not written "NODE.OUTPUT"', f"body.outputs.{name[:60]}", here)
            )
        else:
            outputs[name] = at
    return outputs

"""Values put over those of a workflow, each by its place: `NODE.INPUT`, in a body `r/x.seed`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .body_type import Catalogue, type_of
from .ports import Input, nearest
from .problem import Problem
from .workflow import Node, Workflow


class Place(NamedTuple):
    """One input of a node in a document."""

    entry: dict[str, Any]
    port: Input

    def put(self, value: Any) -> None:
        """Give it a value. A wire would beat it, so it is taken off."""
        name, entry = self.port.name, self.entry
        entry["values"] = (entry.get("values") or {}) | {name: value}
        if name in (entry.get("wires") or {}):
            entry["wires"] = {port: w for port, w in entry["wires"].items() if port != name}


def find(workflow: Workflow, document: dict[str, Any], place: str, catalogue: Catalogue) -> Place:
    """The input that a place names, in `document`, of which `workflow` is the outline.

    Raises `Problem`.
    """
    path, _, name = place.rpartition(".")
    node, entry = _find(workflow, document, path)
    type = type_of(node, catalogue)
    if name not in type.inputs:
        raise Problem(f"there is no such input{nearest(name, type.inputs)}", name, path)
    return Place(entry, type.inputs[name])


def put_all(
    workflow: Workflow, values: Mapping[str, Any], catalogue: Catalogue
) -> Iterator[Problem]:
    """Put every value into the workflow's document. Yields what cannot be put."""
    for place, value in values.items():
        try:
            find(workflow, workflow.document, place, catalogue).put(value)
        except Problem as problem:
            yield problem


def _find(workflow: Workflow, document: dict[str, Any], path: str) -> tuple[Node, dict[str, Any]]:
    nodes, entries = workflow.nodes, document.get("nodes") or {}
    *bodies, last = path.split("/")
    for body in bodies:
        inside = nodes[body].body if body in nodes else None
        if inside is None:
            raise Problem(f'there is no body "{body[:60]}"{nearest(body, nodes)}', None, path)
        nodes, entries = inside.nodes, (entries[body].get("body") or {}).get("nodes") or {}
    if last not in nodes:
        raise Problem(f'there is no node "{last[:60]}"{nearest(last, nodes)}', None, path or None)
    return nodes[last], entries[last]

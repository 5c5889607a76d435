"""A workflow on its way to a server: values by what its inputs take, and pictures beside it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .document import split, value_of

if TYPE_CHECKING:
    from server.client import Client
    from server.messages import NodeKind, Nodes


class Entry(NamedTuple):
    """A node of a document with its path."""

    path: str
    node: dict[str, Any]


def entries(document: dict[str, Any], before: str = "") -> Iterator[Entry]:
    """Every node, also those in bodies. What has the wrong shape is left to the server."""
    waiting = [(before, document)]
    while waiting:
        place, level = waiting.pop()
        nodes = level.get("nodes")
        for name, node in (nodes if isinstance(nodes, dict) else {}).items():
            if isinstance(node, dict):
                yield Entry(place + name, node)
                if isinstance(node.get("body"), dict):
                    waiting.append((f"{place}{name}/", node["body"]))


def values(written: list[str], document: dict[str, Any], known: "Nodes") -> dict[str, Any]:
    """What `--set` says, by "NODE.INPUT". Raises `Problem` for what is not written so."""
    nodes = {entry.path: entry.node for entry in entries(document)}
    kinds = {kind.type: kind for kind in known.nodes}
    found: dict[str, Any] = {}
    for text in written:
        place, said = split(text)
        path, _, name = place.rpartition(".")
        found[place] = value_of(said, _type(nodes.get(path, {}), name, kinds))
    return found


def _type(node: dict[str, Any], name: str, kinds: "dict[str, NodeKind]") -> str:
    """What an input of a node takes; empty where only the server can tell."""
    body = node.get("body")
    if isinstance(body, dict):
        port = (body.get("inputs") or {}).get(name)
        return str(port.get("type", "")) if isinstance(port, dict) else ""
    kind = kinds.get(str(node.get("type")))
    return next((port.type for port in kind.inputs if port.name == name), "") if kind else ""


async def bring_pictures(
    document: dict[str, Any], values: dict[str, Any], folder: Path, known: "Nodes", client: "Client"
) -> dict[str, Any]:
    """The values, with the asset of each picture in place of its name.

    Pictures are looked for in `folder`, as `run` does beside the workflow. What is no file there is
    taken for an asset already.
    """
    named = _pictures(document, values, known)
    assets: dict[Path, str] = {}
    for place, name in named.items():
        path = folder / name
        if path.is_file():
            if path not in assets:
                assets[path] = (await client.upload(path)).asset
            values = values | {place: assets[path]}
    return values


def _pictures(document: dict[str, Any], values: dict[str, Any], known: "Nodes") -> dict[str, str]:
    """The names of pictures by their places."""
    places = {
        kind.type: [port.name for port in kind.inputs if _is_picture(port.widget)]
        for kind in known.nodes
    }
    named: dict[str, str] = {}
    for path, node in entries(document):
        for port in places.get(str(node.get("type")), []):
            own = node.get("values")
            value = values.get(f"{path}.{port}", own.get(port) if isinstance(own, dict) else None)
            if value and isinstance(value, str):
                named[f"{path}.{port}"] = value
    return named


def _is_picture(widget: dict[str, Any] | None) -> bool:
    return bool(widget and widget["type"] == "File" and widget["kind"] == "image")

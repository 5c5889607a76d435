"""Document to canonical text. Every workflow file is written by this one printer, so that saving never makes a needless difference."""

import json
from collections.abc import Mapping
from typing import Any

from .node import NodeType

WIDTH = 160
WORKFLOW_KEYS = ("format", "title", "nodes", "layout")
NODE_KEYS = ("type", "values", "wires", "mode", "version", "title", "note", "body")
BODY_KEYS = ("inputs", "nodes", "outputs", "layout")


def canonical(document: dict[str, Any], catalogue: Mapping[str, NodeType]) -> str:
    """The text of a document: known keys in order, unknown ones kept after them, one node a line where it fits.

    Numbers are printed by the type of their port: a float stays 1.0, though a browser sent 1.
    """
    ordered = _ordered(document, WORKFLOW_KEYS)
    ordered["nodes"] = {id: _node(n, catalogue) for id, n in document.get("nodes", {}).items()}
    return _text(ordered, 0, 0, "root") + "\n"


def _ordered(entry: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {k: entry[k] for k in keys if k in entry} | {
        k: v for k, v in entry.items() if k not in keys
    }


def _node(entry: dict[str, Any], catalogue: Mapping[str, NodeType]) -> dict[str, Any]:
    node = _ordered(entry, NODE_KEYS)
    types = _input_types(node, catalogue)
    if node.get("values"):
        node["values"] = {k: _number(v, types.get(k)) for k, v in node["values"].items()}
    if isinstance(node.get("body"), dict):
        body = node["body"] = _ordered(node["body"], BODY_KEYS)
        if isinstance(body.get("nodes"), dict):
            body["nodes"] = {id: _node(n, catalogue) for id, n in body["nodes"].items()}
    return node


def _input_types(node: dict[str, Any], catalogue: Mapping[str, NodeType]) -> dict[str, str]:
    if isinstance(node.get("body"), dict):
        inputs = node["body"].get("inputs") or {}
        return {name: entry.get("type", "") for name, entry in inputs.items()} | {"times": "int"}
    known = catalogue.get(str(node.get("type")))
    return {i.name: i.type for i in known.inputs.values()} if known else {}


def _number(value: Any, type: str | None) -> Any:
    if isinstance(value, list):
        return [_number(v, type) for v in value]
    if type == "float" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type == "int" and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _text(value: Any, indent: int, used: int, key: str) -> str:
    """`value` on one line if it fits in what is left of it, else one entry a line. `used`: columns taken before it."""
    opened = key in ("root", "nodes") and isinstance(value, dict) and value
    if not opened:
        line = json.dumps(value, ensure_ascii=False)
        if (
            indent + used + len(line) + 1 <= WIDTH
            or not isinstance(value, dict | list)
            or not value
        ):
            return line
    inner = indent + 2
    if isinstance(value, list):
        rows = [_text(v, inner, 0, "") for v in value]
    else:
        names = {k: json.dumps(k, ensure_ascii=False) + ": " for k in value}
        rows = [names[k] + _text(v, inner, len(names[k]), k) for k, v in value.items()]
    left, right = "[]" if isinstance(value, list) else "{}"
    pad = "\n" + " " * inner
    return left + pad + ("," + pad).join(rows) + "\n" + " " * indent + right

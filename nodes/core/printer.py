"""Document to canonical text. It writes every file, so that saving makes no needless change."""

import json
from collections.abc import Mapping
from typing import Any

from .nodetype import NodeType
from .ports import wire_type

WIDTH = 160
WORKFLOW_KEYS = ("format", "title", "nodes", "layout")
NODE_KEYS = ("type", "values", "wires", "mode", "version", "title", "note", "body")
BODY_KEYS = ("inputs", "nodes", "outputs", "layout")


def canonical(document: dict[str, Any], catalogue: Mapping[str, NodeType]) -> str:
    """The text of a document that `parse` accepts. Keys we do not know are kept after the others.

    Numbers are printed by the type of their port: a float stays 1.0, though a browser sent 1.
    """
    ordered = _ordered(document, WORKFLOW_KEYS)
    ordered["nodes"] = _Rows({id: _node(n, catalogue) for id, n in document["nodes"].items()})
    return _text(_Rows(ordered), 0, 0) + "\n"


class _Rows(dict[str, Any]):
    """An object that is written one entry a line, even where it would fit on one."""


def _ordered(entry: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: entry[key] for key in keys if key in entry} | entry


def _node(entry: dict[str, Any], catalogue: Mapping[str, NodeType]) -> dict[str, Any]:
    node = _ordered(entry, NODE_KEYS)
    types = _input_types(node, catalogue)
    if node.get("values"):
        node["values"] = {k: _number(v, types.get(k)) for k, v in node["values"].items()}
    if node.get("body"):
        node["body"] = _body(node["body"], catalogue)
    return node


def _body(entry: dict[str, Any], catalogue: Mapping[str, NodeType]) -> dict[str, Any]:
    body = _ordered(entry, BODY_KEYS)
    if body.get("inputs"):
        body["inputs"] = {name: _default(port) for name, port in body["inputs"].items()}
    body["nodes"] = _Rows({id: _node(n, catalogue) for id, n in body["nodes"].items()})
    return body


def _default(port: dict[str, Any]) -> dict[str, Any]:
    if "default" not in port:
        return port
    return port | {"default": _number(port["default"], wire_type(port["type"])[0])}


def _input_types(node: dict[str, Any], catalogue: Mapping[str, NodeType]) -> dict[str, str]:
    if node.get("body"):
        inputs = node["body"].get("inputs") or {}
        return {name: wire_type(i["type"])[0] for name, i in inputs.items()} | {"times": "int"}
    known = catalogue.get(node["type"])
    return {port.name: port.type for port in known.inputs.values()} if known else {}


def _number(value: Any, type: str | None) -> Any:
    if isinstance(value, list):
        return [_number(one, type) for one in value]
    if type == "float" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type == "int" and isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def _text(value: Any, indent: int, used: int) -> str:
    """`value` on one line where it fits, else an entry a line. used: columns taken before it."""
    if not isinstance(value, dict | list) or not value:
        return json.dumps(value, ensure_ascii=False)
    if not isinstance(value, _Rows):
        line = json.dumps(value, ensure_ascii=False)
        if indent + used + len(line) + 1 <= WIDTH:
            return line
    inner = indent + 2
    if isinstance(value, list):
        rows = [_text(one, inner, 0) for one in value]
    else:
        names = {key: json.dumps(key, ensure_ascii=False) + ": " for key in value}
        rows = [names[key] + _text(one, inner, len(names[key])) for key, one in value.items()]
    left, right = "[]" if isinstance(value, list) else "{}"
    pad = "\n" + " " * inner
    return left + pad + ("," + pad).join(rows) + "\n" + " " * indent + right

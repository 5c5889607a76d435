"""Text to document: strict JSON. Every problem is found at once and told with its place."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from .problem import Problem, Problems

MAX_BYTES = 64 * 2**20
MAX_DEPTH = 100
MAX_WHOLE = 2**53

_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]')


class _Repeated(dict[str, Any]):
    """An object in which a key stood twice."""

    keys_twice: tuple[str, ...] = ()


def read(data: bytes | str) -> dict[str, Any]:
    """The document in `data`. Raises `Problems`."""
    text = _text(data)
    if _depth(text) > MAX_DEPTH:
        raise Problems([Problem(f"nests deeper than {MAX_DEPTH} levels, no workflow needs that")])
    try:
        document = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise Problems([Problem(f"is not JSON: {_said(error)}")]) from None
    if not isinstance(document, dict):
        raise Problems([Problem("is not a workflow: a JSON object was expected")])
    problems = list(_oddities(document))
    if problems:
        raise Problems(problems)
    return document


def _text(data: bytes | str) -> str:
    if len(data) > MAX_BYTES:
        raise Problems([Problem(f"is larger than {MAX_BYTES >> 20} MiB, the limit of a workflow")])
    if isinstance(data, str):
        return data
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problems([Problem(f"is not text in UTF-8 (byte {error.start})")]) from None


def _depth(text: str) -> int:
    depth = deepest = 0
    for token in _TOKENS.finditer(text):
        mark = token[0]
        if mark in "[{":
            depth += 1
            if depth > deepest:
                deepest = depth
        elif mark in "]}":
            depth -= 1
    return deepest


def _said(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at line {error.lineno}, column {error.colno}"
    return "a number in it has too many digits"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) == len(pairs):
        return document
    names = [name for name, _ in pairs]
    repeated = _Repeated(document)
    repeated.keys_twice = tuple(sorted({n for n in names if names.count(n) > 1}))
    return repeated


def _oddities(document: dict[str, Any]) -> Iterator[Problem]:
    """What JSON lets pass and a workflow does not, each with its place."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), document)]
    while waiting:
        path, value = waiting.pop()
        message = _oddity(value)
        if message:
            node, port = place(path)
            yield Problem(message, port, node)
        if isinstance(value, dict):
            waiting += [
                ((*path, k), v)
                for k, v in reversed(value.items())
                if type(v) not in (bool, type(None))
            ]
        elif isinstance(value, list):
            waiting += [((*path, str(i)), v) for i, v in enumerate(value)]


def _oddity(value: Any) -> str | None:
    if isinstance(value, float) and not math.isfinite(value):
        return "is not a number that can be stored (NaN or beyond the range of floating point)"
    if type(value) is int and abs(value) > MAX_WHOLE:
        return f"is {str(value)[:20]}, whole numbers stay below 2^53"
    if isinstance(value, _Repeated):
        return f"has the key {' and '.join(map(repr, value.keys_twice))} twice, only one can count"
    strings = value if isinstance(value, dict) else (value,) if isinstance(value, str) else ()
    if any(not s.isascii() and _lone_surrogate(s) for s in strings):
        return "holds half a character (a lone surrogate)"
    return None


def _lone_surrogate(text: str) -> bool:
    return any("\ud800" <= c <= "\udfff" for c in text)


def place(path: tuple[str, ...]) -> tuple[str | None, str | None]:
    """The node (with bodies, `r/x`) and port that a path of keys in a document points at."""
    nodes: list[str] = []
    at = 0
    while at + 1 < len(path) and path[at] == "nodes":
        nodes.append(path[at + 1])
        at += 2
        if at < len(path) and path[at] == "body" and at + 1 < len(path) and path[at + 1] == "nodes":
            at += 1
        else:
            break
    rest = path[at:]
    port = rest[1] if len(rest) > 1 and rest[0] in ("values", "wires") else ".".join(rest) or None
    return "/".join(nodes) or None, port

"""Text to document: strict JSON. Every problem is found at once and told with its place."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from .problem import Problem, Problems

MAX_BYTES = 64 * 2**20
MAX_DEPTH = 100
MAX_DIGITS = 400
TOO_DEEP = f"nests deeper than {MAX_DEPTH} levels, no workflow needs that"
TOO_LARGE = 2**53

_SURROGATES = re.compile("[\ud800-\udfff]")


class NotJson(Problem):
    """Something in a document that JSON has no room for, though some readers let it pass."""


class _Repeated(dict[str, Any]):
    """An object in which a key stood twice."""

    keys_twice: tuple[str, ...] = ()


def read(data: bytes | str) -> dict[str, Any]:
    """The document in `data`. Raises `Problems`."""
    document, problems = scan(data)
    if problems:
        raise Problems(problems)
    return document


def scan(data: bytes | str, within: str = "") -> tuple[dict[str, Any], list[Problem]]:
    """As `read`, but what can be read comes with what is wrong in it.

    within: the key under which the workflow lies, where the document holds more than that.
    """
    text = _text(data)
    try:
        document = json.loads(text, object_pairs_hook=_object, parse_int=_whole)
    except RecursionError:
        raise Problems([Problem(TOO_DEEP)]) from None
    except json.JSONDecodeError as error:
        told = f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        raise Problems([Problem(told)]) from None
    if not isinstance(document, dict):
        raise Problems([Problem("is not a workflow: a JSON object was expected")])
    return document, list(_oddities(document, (within,) if within else ()))


def _text(data: bytes | str) -> str:
    if len(data) > MAX_BYTES:
        raise Problems([Problem(f"is larger than {MAX_BYTES >> 20} MiB, the limit of a workflow")])
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problems([Problem(f"is not text in UTF-8 (byte {error.start})")]) from None


def _whole(digits: str) -> int | float:
    """A whole number; one with more digits than Python reads is as good as infinite."""
    return int(digits) if len(digits) <= MAX_DIGITS else math.inf


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) == len(pairs):
        return document
    names = [name for name, _ in pairs]
    repeated = _Repeated(document)
    repeated.keys_twice = tuple(name for name in document if names.count(name) > 1)
    return repeated


def _oddities(document: dict[str, Any], within: tuple[str, ...]) -> Iterator[Problem]:
    """What JSON lets pass and a workflow does not, in the order in which it stands there."""
    if _is_sound(document):
        return
    waiting: list[tuple[tuple[str, ...], Any]] = [((), document)]
    while waiting:
        path, value = waiting.pop()
        message = _oddity(value)
        if message:
            inside = bool(within) and path[:1] == within
            node, port = place(path[1:] if inside else path)
            yield (Problem if type(value) is int else NotJson)(message, port, node)
        if isinstance(value, dict):
            waiting += [((*path, key), inner) for key, inner in reversed(value.items())]
        elif isinstance(value, list):
            waiting += [((*path, str(at)), value[at]) for at in reversed(range(len(value)))]


def _is_sound(document: dict[str, Any]) -> bool:
    """Whether nothing in it is odd, as is nearly always so: no places are kept for that.

    Raises `Problems` where it nests too deep.
    """
    level, depth, sound = list[Any]((document,)), 0, True
    while level:
        depth += 1
        if depth > MAX_DEPTH + 1:  # the last level is of what nests no more
            raise Problems([Problem(TOO_DEEP)])
        inner = list[Any]()
        for value in level:
            kind = type(value)
            if kind is dict:
                sound = sound and (all(map(str.isascii, value)) or _oddity(value) is None)
                inner += value.values()
            elif kind is list:
                inner += value
            elif kind is str:
                sound = sound and (value.isascii() or _oddity(value) is None)
            elif sound:
                sound = _oddity(value) is None
        level = inner
    return sound


def _oddity(value: Any) -> str | None:
    kind = type(value)
    if kind is float and not math.isfinite(value):
        return "is no number that can be stored (NaN, or beyond the range of floating point)"
    if kind is int and abs(value) >= TOO_LARGE:
        return f"is {str(value)[:20]}, whole numbers stay below 2^53"
    if kind is _Repeated:
        return f"has the key {' and '.join(map(repr, value.keys_twice))} twice, only one can count"
    strings = value if isinstance(value, dict) else (value,) if kind is str else ()
    if any(not text.isascii() and _SURROGATES.search(text) for text in strings):
        return "holds half a character (a lone surrogate)"
    return None


def place(path: tuple[str, ...]) -> tuple[str | None, str | None]:
    """The node (with bodies, `r/x`) and port that a path of keys in a document points at."""
    nodes: list[str] = []
    at = 0
    while len(path) > at + 1 and path[at] == "nodes":
        nodes.append(path[at + 1])
        at += 2
        if path[at : at + 1] != ("body",) or path[at + 1 : at + 2] != ("nodes",):
            break
        at += 1
    rest = path[at:]
    port = rest[1] if len(rest) > 1 and rest[0] in ("values", "wires") else ".".join(rest)
    return "/".join(nodes) or None, port or None

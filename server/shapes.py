"""Which message classes there are, and how they are used."""

import inspect
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

from .messages import EVENTS, METHODS


def is_message(hint: Any) -> bool:
    """Whether a type is one of ours."""
    return isinstance(hint, type) and is_dataclass(hint)


def told(kind: type) -> str:
    """Its docstring on one line, in the words of JSON."""
    return " ".join((inspect.getdoc(kind) or "").split()).replace("None", "null")


def messages() -> list[type]:
    """Every class that crosses the border, each behind those it is made of."""
    roots = [kind for pair in METHODS.values() for kind in pair]
    return _with_parts([*roots, *EVENTS.values()])


def params_only() -> set[type]:
    """The classes that only clients send: what has a default may be left out there."""
    given = _with_parts([given for _, given in METHODS.values()] + list(EVENTS.values()))
    return set(messages()) - set(given)


def objects() -> list[type]:
    """Those that others are made of, and those that several methods give."""
    inside = {part for kind in messages() for part in _parts_of(kind)}
    often = {
        kind for kind, count in Counter(given for _, given in METHODS.values()).items() if count > 1
    }
    return [kind for kind in messages() if kind in inside | often and fields(kind)]


def parent(kind: type) -> type | None:
    """The message it is an extension of."""
    return next((base for base in kind.__bases__ if is_message(base)), None)


def _with_parts(roots: list[type]) -> list[type]:
    found: dict[type, None] = {}

    def visit(kind: type) -> None:
        if kind in found:
            return
        for part in _parts_of(kind):
            visit(part)
        found[kind] = None

    for root in roots:
        visit(root)
    return list(found)


def _parts_of(kind: type) -> Iterator[type]:
    """The messages that its fields hold, and the one it is an extension of."""
    if above := parent(kind):
        yield above
    hints = get_type_hints(kind)
    for field in fields(kind):
        waiting = [hints[field.name]]
        while waiting:
            hint = waiting.pop()
            if is_message(hint):
                yield hint
            waiting += get_args(hint)

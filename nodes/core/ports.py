"""One input or output of a node, and what fits into it: by a wire, or as a value."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache
from typing import Any

from .problem import Fix, Problem
from .widgets import Choice, Number, Prompt, Toggle, Widget, shown

PLAIN: dict[type, Widget] = {int: Number(), float: Number(), str: Prompt(1), bool: Toggle()}
MOST_NAMES = 500

_WORDS = {"int": "a whole number", "float": "a number", "str": "text", "bool": "true or false"}


class Missing:
    """The default of an input that has none."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()


@dataclass(frozen=True)
class Input:
    """One input of a node. `widget` is None for what only a wire can bring."""

    name: str
    type: str
    widget: Widget | None = None
    default: Any = MISSING
    optional: bool = False
    many: bool = False
    lazy: bool = False
    auto: bool = False

    @cached_property
    def required(self) -> bool:
        return self.default is MISSING and not self.optional

    @cached_property
    def otherwise(self) -> Any:
        """What a node gets where nothing is given: the default, or None where there is none."""
        return None if self.default is MISSING else self.default


@dataclass(frozen=True)
class Output:
    """One output of a node. `many`: the wire carries a list of them."""

    name: str
    type: str
    many: bool = False


def nearest(name: str, known: Iterable[str]) -> str:
    """A sentence part that helps with a name that is none: the nearest one, or what there is."""
    return _hint(name[:60], tuple(known))


@lru_cache(2048)  # a mistake is seldom made only once
def _hint(name: str, names: tuple[str, ...]) -> str:
    close = get_close_matches(name, names, 1, 0.5) if len(names) <= MOST_NAMES else []
    if close:
        return f", did you mean {close[0]}?"
    return f"; there is {', '.join(names[:8])}" if names and len(names) <= 8 else ""


def wire_type(written: str) -> tuple[str, bool]:
    """`Image` or `list[Image]` as the type and whether the wire carries a list of it."""
    many = written.startswith("list[") and written.endswith("]")
    return (written[5:-1], True) if many else (written, False)


def fits(output: Output, port: Input) -> str | None:
    """Why a wire from an output to an input does not fit, or None."""
    if output.type == port.type and not output.many:
        return None
    if output.type != port.type and not (output.type == "int" and port.type == "float"):
        return f"takes {port.type}, the wire brings {output.type}"
    if output.many and not port.many:
        told = f"takes one {port.type}, the wire brings a list of them"
        return f"{told}: put this node into that for_each, or into one of its own"
    return None


def value(port: Input, given: Any) -> Any:
    """A literal as the node gets it. Raises `Problem` for a wrong type or one out of range."""
    if given is None:
        if port.required:
            raise Problem("is null, it needs a value", port.name)
        return None if port.optional else port.default
    if port.auto and given == "auto":
        return given
    if port.many:
        items = given if isinstance(given, list | tuple) else [given]
        return [_single(port, item) for item in items]
    return _single(port, given)


def _single(port: Input, given: Any) -> Any:
    if port.widget is None:
        raise Problem(f"takes {port.type} by a wire, not a value", port.name)
    plain = _plain(port, given)
    refusal = port.widget.refusal(plain)
    if refusal:
        raise Problem(refusal, port.name, fix=_fix(port, plain))
    return plain


def _fix(port: Input, wrong: Any) -> Fix | None:
    """The nearest value that is taken, where there is one."""
    near: float | str | None = None
    if isinstance(port.widget, Number):
        near = port.widget.nearest(wrong)
        near = int(near) if port.type == "int" else near
    elif isinstance(port.widget, Choice):
        near = _near(wrong[:60], port.widget.options)
    if near is None or port.many:  # in a list the others would be lost
        return None
    return Fix(f"Use {near}", {port.name: near})


@lru_cache(2048)  # as above
def _near(name: str, names: tuple[str, ...]) -> str | None:
    return next(iter(get_close_matches(name.lower(), names, 1, 0.6)), None)


def _plain(port: Input, given: Any) -> Any:
    """A value as its port's type: a whole number is a float too, and 2.0 is a whole number."""
    wanted, kind = port.type, type(given)
    if kind is float and not math.isfinite(given):
        raise Problem(f"is {given}, it takes a number that is finite", port.name)
    if kind is int and abs(given) > 2**53:
        raise Problem(f"is {shown(given)}, whole numbers stay below 2^53", port.name)
    if wanted == "float" and kind in (int, float):
        return float(given)
    if wanted == "int" and (kind is int or (kind is float and _is_whole(given))):
        return int(given)
    if wanted == kind.__name__ and wanted in _WORDS:
        return given
    words = _WORDS.get(wanted, wanted) + (' or "auto"' if port.auto else "")
    raise Problem(f"is {shown(given)}, it takes {words}", port.name)


def _is_whole(number: float) -> bool:
    return number.is_integer() and abs(number) < 2**53

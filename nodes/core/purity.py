"""Whether a node left its inputs alone: what others see on a wire is what was put there."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple


class Seen(NamedTuple):
    """A tensor of an input and how often it had been written to."""

    name: str
    tensor: Any
    version: int


def look(arguments: Mapping[str, Any]) -> list[Seen]:
    """The tensors in a node's arguments, as they are now."""
    pairs = ((name, t) for name, value in arguments.items() for t in _tensors(value))
    return [Seen(name, tensor, tensor._version) for name, tensor in pairs]


def changed(seen: list[Seen]) -> str | None:
    """The first input that was written to since."""
    return next((s.name for s in seen if s.tensor._version != s.version), None)


def _tensors(value: Any) -> Iterator[Any]:
    if hasattr(value, "_version"):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _tensors(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _tensors(getattr(value, field.name))

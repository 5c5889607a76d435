"""The body of a request as a message, read strictly."""

from typing import Any, TypeVar

import msgspec
from aiohttp import web

from nodes.core.problem import Problems
from nodes.core.read import read as read_json

from ..messages import Trouble
from ..refused import Refused

X = TypeVar("X")


async def read(request: web.Request, kind: type[X]) -> X:
    """The body as a message of this kind; an empty one has no fields. Raises `Refused`."""
    return converted(document(await request.read() or b"{}"), kind)


def document(data: bytes) -> dict[str, Any]:
    """A JSON object in which nothing is odd. Raises `Refused`."""
    try:
        return read_json(data)
    except Problems as found:
        troubles = [Trouble(p.node, p.port, p.message) for p in found.problems]
        raise Refused("malformed", f"The body {found.problems[0].message}.", troubles) from None


def converted(said: dict[str, Any], kind: type[X], strict: bool = True) -> X:
    """A message of this kind; not strict, numbers may be written as text. Raises `Refused`."""
    try:
        return msgspec.convert(said, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise Refused("malformed", f"{error}.") from None

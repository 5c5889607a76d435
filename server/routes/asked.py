"""What is asked for in the address or the body of a request, as a message."""

from dataclasses import fields
from typing import TypeVar

import msgspec
from aiohttp import web

from nodes.core.ports import nearest

from .. import params
from ..refused import Refused

X = TypeVar("X")


async def in_body(request: web.Request, kind: type[X]) -> X:
    """The body; an empty one says nothing. Raises `Refused`."""
    return params.read(kind, await request.read() or b"{}")


def in_query(request: web.Request, kind: type[X]) -> X:
    """What stands behind the `?`. Raises `Refused`."""
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    for name in request.query:
        if name not in names:
            raise Refused("malformed", f'"{name[:60]}" is not taken here{nearest(name, names)}.')
        if len(request.query.getall(name)) > 1:
            raise Refused("malformed", f'"{name}" is there twice, only one can count.')
    try:
        return msgspec.convert(dict(request.query), kind, strict=False)
    except msgspec.ValidationError as error:
        raise Refused("malformed", f"{error}.".replace("`", '"')) from None


def revision(request: web.Request) -> int:
    """The revision that was seen last, as If-Match says it; 0 where it says nothing."""
    said = request.headers.get("If-Match", '"0"').strip().removeprefix("W/").strip('"')
    if not (said.isascii() and said.isdigit() and len(said) < 16):
        raise Refused("malformed", 'If-Match is the revision that was seen last, such as "3".')
    return int(said)

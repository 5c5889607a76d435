"""What a client sends to a method: from JSON to its dataclass, or every reason why not."""

from dataclasses import fields
from typing import Any, TypeVar

import msgspec

from nodes.core.ports import nearest
from nodes.core.problem import Problem, Problems
from nodes.core.read import scan

from .messages import Trouble
from .refused import Refused

X = TypeVar("X")

MOST_BYTES = 64 * 2**10  # what is larger is read in another process, or at least a thread


def read(kind: type[X], said: bytes, most: int = MOST_BYTES) -> X:
    """A message of this class. Raises `Refused` ("malformed")."""
    if len(said) > most:
        raise Refused("malformed", f"This takes at most {most >> 10} kB of params.")
    try:
        document, problems = scan(said)
    except Problems as error:
        raise refused(error.problems) from None
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    for name in document:
        if name not in names:
            told = f"is not taken here{nearest(name, names)}"
            problems.append(Problem(told, name[:100]))
    if problems:
        raise refused(problems)
    return convert(document, kind)


def convert(document: dict[str, Any], kind: type[X]) -> X:
    """As `read`, of what was parsed."""
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `$")
        port = place.strip(".`") or None
        told = message[0].lower() + message[1:].replace("`", '"')
        raise refused([Problem(told, port)]) from None


def refused(problems: list[Problem]) -> Refused:
    """Problems of what was sent, as an answer."""
    told = [Trouble(p.node, p.port, p.message) for p in problems]
    return Refused("malformed", "; ".join(map(str, problems))[:1000], told)

"""What a mask and what it is used with have to agree on."""

from nodes.core import Problem
from nodes.core.facts import ImageFacts, MaskFacts
from nodes.core.sizes import common_batch

Sized = ImageFacts | MaskFacts


def agreed(first: str, one: Sized | None, second: str, other: Sized | None) -> Sized:
    """The facts of what is made of two inputs, named by their ports: of the first one's kind.

    Raises `Problem` for two sizes, naming both, and for batches that do not go together.
    """
    one, other = one or MaskFacts(), other or MaskFacts()
    for side, theirs in ((one.width, other.width), (one.height, other.height)):
        if side is not None and theirs is not None and side != theirs:
            told = f"is {_size(other)}, {first} is {_size(one)}: resize one of them"
            raise Problem(told, second)
    batch = common_batch(**{first: one.batch, second: other.batch})
    return type(one)(one.width or other.width, one.height or other.height, batch)


def _size(facts: Sized) -> str:
    return f"{facts.width or '?'} × {facts.height or '?'} pixels"

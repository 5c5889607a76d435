"""What pictures that come to one port by many wires have to agree on."""

from collections.abc import Sequence

from nodes.core import ImageFacts, Problem
from nodes.core.sizes import common_batch


def given(images: Sequence[ImageFacts | None]) -> list[ImageFacts]:
    """What is known of each picture that wires bring. Raises `Problem` where there is none."""
    if not images:
        raise Problem("is empty, wire at least one picture to it", "images")
    return [image or ImageFacts() for image in images]


def same_batch(batches: list[int | None]) -> int | None:
    """`common_batch` for what comes to the one port `images`, told by number."""
    try:
        return common_batch(**{f"number {n}": count for n, count in enumerate(batches, 1)})
    except Problem as problem:
        raise Problem(f"{problem.port} {problem.message}", "images") from None

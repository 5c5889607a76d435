"""What pictures that are used together have to agree on."""

from collections.abc import Sequence

from nodes.core import ImageFacts, MaskFacts, Problem
from nodes.core.sizes import common_batch

Sized = ImageFacts | MaskFacts


def same_size(**inputs: Sized | None) -> ImageFacts:
    """The facts of a picture made of several inputs, named by port; None is one that is not there.

    Raises `Problem` for two sizes, naming both ports, and for batches that do not go together.
    """
    known = {port: facts for port, facts in inputs.items() if facts is not None}
    width = _agreed("width", "wide", known)
    height = _agreed("height", "high", known)
    batch = common_batch(**{port: facts.batch for port, facts in known.items()})
    return ImageFacts(width, height, batch)


def _agreed(side: str, word: str, inputs: dict[str, Sized]) -> int | None:
    told = {port: getattr(facts, side) for port, facts in inputs.items()}
    sides = {port: length for port, length in told.items() if length is not None}
    if len(set(sides.values())) > 1:
        (first, one), *others = sides.items()
        port, other = next((port, length) for port, length in others if length != one)
        raise Problem(f"is {other} pixels {word}, {first} is {one}: resize one of them", port)
    return next(iter(sides.values()), None)


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


def total(counts: list[int | None]) -> int | None:
    """Their sum, if all are known."""
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None

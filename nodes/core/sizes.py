"""How large pictures may be, and what of them goes together: sizes, spaces, numbers."""

from itertools import combinations
from typing import NamedTuple

from .facts import ImageFacts, LatentFacts, MaskFacts
from .nodetype import AUTO, Auto
from .problem import Problem

MAX_SIDE = 16384
MAX_PIXELS = 128 * 2**20
LIMIT = f"{MAX_SIDE} a side and {MAX_PIXELS >> 20} million in all"
Sized = ImageFacts | MaskFacts | LatentFacts


class Agreed(NamedTuple):
    """What is made of several inputs: pixels, and how many of the same size. None is not known."""

    width: int | None
    height: int | None
    batch: int | None


def check_size(width: int | None, height: int | None, port: str | None = None) -> None:
    """Raise `Problem` for a picture that is empty or over the limit. None is not known."""
    if 0 in (width, height):
        raise Problem(f"would make a picture of {width} × {height} pixels: nothing is left", port)
    sides = (width or 1, height or 1)
    if max(sides) > MAX_SIDE or sides[0] * sides[1] > MAX_PIXELS:
        told = f"{width or '?'} × {height or '?'} pixels"
        raise Problem(f"would make a picture of {told}, the limit is {LIMIT}", port)


def piece(
    whole: int | None, length: int | None, at: int | Auto | None, port: str
) -> tuple[int, int] | None:
    """Where a piece of one side begins and how long it is: `at` auto is the middle.

    What lies beyond the end is left out. Raises `Problem` at `port` where nothing is left.
    """
    if whole is None or length is None or at is None:
        return None
    start = max(0, (whole - length) // 2) if at == AUTO else at
    if start >= whole:
        raise Problem(f"is {start}, beyond a side of {whole} pixels: nothing is left", port)
    return start, min(length, whole - start)


def common_batch(**batches: int | None) -> int | None:
    """How many pictures come of inputs with so many each: one stands for all, else they are equal.

    Named by port; None is not known. Raises `Problem` naming both inputs where they differ.
    """
    several = {port: count for port, count in batches.items() if count is not None and count != 1}
    if not several:
        return 1 if None not in batches.values() else None
    (first, most), *others = several.items()
    for port, count in others:
        if count != most:
            told = f"has {count} pictures, {first} has {most}: give as many, or one for all"
            raise Problem(told, port)
    return most


def total(batches: list[int | None]) -> int | None:
    """How many pictures there are in all, if all are known."""
    known = [count for count in batches if count is not None]
    return sum(known) if len(known) == len(batches) else None


def agreed(**inputs: Sized | None) -> Agreed:
    """What is made of inputs of one size, named by port; None is one that is not there.

    Raises `Problem` for two sizes, naming both ports, and for batches that do not go together.
    """
    known = {port: facts for port, facts in inputs.items() if facts is not None}
    for (first, one), (port, other) in combinations(known.items(), 2):
        same_size(first, one, port, other)
    batch = common_batch(**{port: facts.batch for port, facts in known.items()})
    width = next((facts.width for facts in known.values() if facts.width is not None), None)
    height = next((facts.height for facts in known.values() if facts.height is not None), None)
    return Agreed(width, height, batch)


def same_size(first: str, one: Sized, port: str, other: Sized, which: str = "") -> None:
    """Raise `Problem` at `port` for another size than that of `one`, which is called `first`.

    which: how the sentence begins where the port does not tell which input it is of.
    """
    for ours, theirs in ((one.width, other.width), (one.height, other.height)):
        if None not in (ours, theirs) and ours != theirs:
            told = f"{which}is {_size(other)} pixels, {first} is {_size(one)}"
            raise Problem(f"{told}: resize one of them", port)


def same_space(
    first: str, one: LatentFacts, port: str, other: LatentFacts, which: str = ""
) -> None:
    """Raise `Problem` at `port` for a latent in another space than `one`."""
    if None not in (one.space, other.space) and one.space != other.space:
        told = f"{which}is in the space {other.space}, {first} in {one.space}"
        raise Problem(f"{told}: use one autoencoder for both", port)


def enough(first: str, one: Sized, port: str, other: Sized) -> None:
    """Raise `Problem` at `port` where there are neither as many as of `one`, nor one for all."""
    if None not in (one.batch, other.batch) and other.batch not in (1, one.batch):
        told = f"has {other.batch} pictures, {first} has {one.batch}"
        raise Problem(f"{told}: give as many, or one for all", port)


def filled(latent: LatentFacts | None, port: str = "latent") -> None:
    """Raise `Problem` at `port` for a blank latent."""
    if latent and latent.channels == 0:
        raise Problem("is blank, there are no values in it yet: sample or encode it first", port)


def _size(facts: Sized) -> str:
    return " × ".join("?" if side is None else str(side) for side in (facts.width, facts.height))

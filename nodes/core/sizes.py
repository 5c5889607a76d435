"""How large pictures may be, and how many go together."""

from .problem import Problem

MAX_SIDE = 16384
MAX_PIXELS = 128 * 2**20
LIMIT = f"{MAX_SIDE} a side and {MAX_PIXELS >> 20} million in all"


def check_size(width: int | None, height: int | None, port: str | None = None) -> None:
    """Raise `Problem` for a picture that is empty or over the limit. None is not known."""
    if 0 in (width, height):
        raise Problem(f"would make a picture of {width} × {height} pixels: nothing is left", port)
    sides = (width or 1, height or 1)
    if max(sides) > MAX_SIDE or sides[0] * sides[1] > MAX_PIXELS:
        told = f"{width or '?'} × {height or '?'} pixels"
        raise Problem(f"would make a picture of {told}, the limit is {LIMIT}", port)


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

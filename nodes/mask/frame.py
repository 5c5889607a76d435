"""Nodes that change how large a mask is, and one that measures it."""

from dataclasses import replace
from typing import Annotated, NamedTuple

from nodes.core import AUTO, Auto, Choice, Mask, Number, Problem, Size, node
from nodes.core.facts import MaskFacts
from nodes.core.sizes import MAX_SIDE, check_size
from nodes.raster.box import Box, bounds
from nodes.raster.resize import resize

Side = Annotated[int, Size(1)]
Place = Annotated[int | Auto, Number(0, MAX_SIDE, 1)]
AXES = {"left to right": (-1,), "top to bottom": (-2,), "both": (-2, -1)}


class Measured(NamedTuple):
    x: int
    y: int
    width: int
    height: int
    share: float


@node
def resize_mask(
    mask: Mask,
    width: Side = 512,
    height: Side = 512,
    how: Annotated[str, Choice(("smooth", "nearest"))] = "smooth",
) -> Mask:
    """Stretch a mask to a size. `nearest` makes no new greys."""
    _resized(mask.facts, width, height)
    return Mask(resize(mask.values, width, height, "bilinear" if how == "smooth" else how))


@resize_mask.facts
def _resized(mask: MaskFacts | None, width: int | None, height: int | None) -> MaskFacts:
    check_size(width, height, "width")
    return MaskFacts(width, height, mask.batch if mask else None)


@node
def crop_mask(
    mask: Mask, width: Side = 512, height: Side = 512, x: Place = AUTO, y: Place = AUTO
) -> Mask:
    """Cut a piece out of a mask; x and y are its upper left corner, `auto` is the middle.

    What of the piece lies beyond the edges is left out.
    """
    facts = _cropped(mask.facts, width, height, x, y)
    whole = mask.facts
    left, top = _start(whole.width or 0, width, x), _start(whole.height or 0, height, y)
    box = Box(left, top, facts.width or 0, facts.height or 0)
    return Mask(mask.values[..., box.rows, box.columns].clone())


@crop_mask.facts
def _cropped(
    mask: MaskFacts | None,
    width: int | None,
    height: int | None,
    x: int | Auto | None,
    y: int | Auto | None,
) -> MaskFacts:
    mask = mask or MaskFacts()
    wide, high = _left(mask.width, width, x, "x"), _left(mask.height, height, y, "y")
    return replace(mask, width=wide, height=high)


def _start(whole: int, length: int, start: int | Auto) -> int:
    return max(0, (whole - length) // 2) if start == AUTO else start


def _left(whole: int | None, length: int | None, start: int | Auto | None, port: str) -> int | None:
    """How long the piece is. Raises `Problem` where it begins beyond the mask."""
    if whole is None or length is None or start is None:
        return None
    begin = _start(whole, length, start)
    if begin >= whole:
        raise Problem(f"is {begin}, beyond a mask of {whole} pixels: nothing is left", port)
    return min(length, whole - begin)


@node
def flip_mask(mask: Mask, direction: Annotated[str, Choice(tuple(AXES))] = "left to right") -> Mask:
    """Mirror a mask: left becomes right, top becomes bottom, or both."""
    return Mask(mask.values.flip(AXES[direction]))


@node
def measure_mask(mask: Mask) -> Measured:
    """Where the masked part lies, as the box around everything above 0, and its share (0 to 1).

    In a batch the box holds that of every mask, and the share is their mean. An empty mask has a
    box of 0 × 0.
    """
    box = bounds(mask.values) or Box(0, 0, 0, 0)
    return Measured(*box, float(mask.values.double().mean()))

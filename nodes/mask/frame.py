"""Nodes that change how large a mask is, and one that measures it."""

from dataclasses import replace
from typing import Annotated, NamedTuple

from nodes.core import AUTO, Auto, Choice, Mask, Number, Size, node
from nodes.core.facts import MaskFacts
from nodes.core.sizes import MAX_SIDE, check_size, piece
from nodes.raster.box import Box, bounds
from nodes.raster.place import MIRRORS
from nodes.raster.resize import resize

Side = Annotated[int, Size(1)]
Place = Annotated[int | Auto, Number(0, MAX_SIDE, 1)]


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
    across = piece(mask.facts.width, width, x, "x") or (0, 0)
    down = piece(mask.facts.height, height, y, "y") or (0, 0)
    box = Box(across[0], down[0], across[1], down[1])
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
    across, down = piece(mask.width, width, x, "x"), piece(mask.height, height, y, "y")
    return replace(mask, width=across and across[1], height=down and down[1])


@node
def flip_mask(
    mask: Mask, direction: Annotated[str, Choice(tuple(MIRRORS))] = "left to right"
) -> Mask:
    """Mirror a mask: left becomes right, top becomes bottom, or both."""
    return Mask(mask.values.flip(MIRRORS[direction]))


@node
def measure_mask(mask: Mask) -> Measured:
    """Where the masked part lies, as the box around everything above 0, and its share (0 to 1).

    In a batch the box holds that of every mask, and the share is their mean. An empty mask has a
    box of 0 × 0.
    """
    box = bounds(mask.values) or Box(0, 0, 0, 0)
    return Measured(*box, float(mask.values.double().mean()))

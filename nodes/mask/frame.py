"""Nodes that change how large a mask is, and one that measures it."""

from dataclasses import replace
from typing import Annotated, NamedTuple

from torch.nn import functional as F

from nodes.core import Choice, Mask, Number, Problem, Size, node
from nodes.core.facts import MaskFacts
from nodes.core.sizes import MAX_SIDE, check_size
from nodes.raster.box import Box, bounds

Side = Annotated[int, Size(1)]
Place = Annotated[int, Number(0, MAX_SIDE, 1)]


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
    if how == "nearest":
        return Mask(F.interpolate(mask.values, (height, width), mode="nearest-exact"))
    smooth = F.interpolate(mask.values, (height, width), mode="bilinear", antialias=True)
    return Mask(smooth.clamp(0, 1))


@resize_mask.facts
def _resized(mask: MaskFacts | None, width: int | None, height: int | None) -> MaskFacts:
    check_size(width, height, "width")
    return MaskFacts(width, height, mask.batch if mask else None)


@node
def crop_mask(
    mask: Mask, x: Place = 0, y: Place = 0, width: Side = 512, height: Side = 512
) -> Mask:
    """Cut a part out: its upper left corner and its size in pixels, cut off at the edges."""
    facts = _cropped(mask.facts, x, y, width, height)
    box = Box(x, y, facts.width or 0, facts.height or 0)
    return Mask(mask.values[..., box.rows, box.columns].clone())


@crop_mask.facts
def _cropped(
    mask: MaskFacts | None, x: int | None, y: int | None, width: int | None, height: int | None
) -> MaskFacts:
    mask = mask or MaskFacts()
    wide, high = _left(mask.width, x, width, "x"), _left(mask.height, y, height, "y")
    return replace(mask, width=wide, height=high)


def _left(whole: int | None, start: int | None, length: int | None, port: str) -> int | None:
    if whole is None or start is None:
        return None
    if start >= whole:
        raise Problem(f"is {start}, beyond a mask of {whole} pixels: nothing is left", port)
    return None if length is None else min(length, whole - start)


@node
def flip_mask(
    mask: Mask, direction: Annotated[str, Choice(("horizontal", "vertical"))] = "horizontal"
) -> Mask:
    """Mirror a mask: `horizontal` swaps left and right, `vertical` above and below."""
    return Mask(mask.values.flip(3 if direction == "horizontal" else 2))


@node
def measure_mask(mask: Mask) -> Measured:
    """Where the masked part lies, as the box around everything above 0, and its share (0 to 1).

    In a batch the box holds that of every mask, and the share is their mean. An empty mask has a
    box of 0 × 0.
    """
    box = bounds(mask.values) or Box(0, 0, 0, 0)
    return Measured(*box, float(mask.values.double().mean()))

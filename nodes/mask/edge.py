"""Nodes that move and soften the edge of a mask."""

from typing import Annotated

from nodes.core import Choice, Mask, Slider, node
from nodes.raster import morphology


@node
def grow_mask(
    mask: Mask,
    pixels: Annotated[int, Slider(-256, 256, 1)] = 8,
    corners: Annotated[str, Choice(("round", "square"))] = "round",
) -> Mask:
    """Make the masked part larger, or with a negative number smaller, by pixels on every side.

    Where it touches the edge of the picture it stays there.
    """
    return Mask(morphology.grow(mask.values, pixels, corners == "square"))


@node
def feather_mask(
    mask: Mask,
    radius: Annotated[int, Slider(0, 256, 1)] = 16,
    where: Annotated[str, Choice(("both", "inwards", "outwards"))] = "both",
) -> Mask:
    """Soften the edge, over `radius` pixels to that side of it; farther off nothing changes.

    `inwards` never adds to the mask, `outwards` never takes away. The edges of the picture stay.
    """
    return Mask(morphology.feather(mask.values, radius, where))

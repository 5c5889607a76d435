"""Nodes that make a picture of nothing."""

from typing import Annotated

from nodes.core import Color, Image, ImageFacts, Number, Size, node
from nodes.core.sizes import MAX_SIDE, check_size
from nodes.raster.colour import rgb

Side = Annotated[int, Size(1, MAX_SIDE, 1)]


@node
def solid_image(
    width: Side = 512,
    height: Side = 512,
    colour: Annotated[str, Color()] = "#808080",
    batch: Annotated[int, Number(1, 64, 1)] = 1,
) -> Image:
    """A picture of one colour."""
    _filled(width, height, batch)
    return Image(rgb(colour).expand(batch, 3, height, width).contiguous())


@solid_image.facts
def _filled(width: int | None, height: int | None, batch: int | None) -> ImageFacts:
    check_size(width, height)
    return ImageFacts(width, height, batch)

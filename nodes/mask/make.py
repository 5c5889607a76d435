"""Nodes that make a mask of numbers."""

from typing import Annotated

import torch

from nodes.core import Choice, Image, Mask, Problem, Size, Slider, node
from nodes.core.facts import ImageFacts, MaskFacts
from nodes.core.sizes import check_size
from nodes.raster.shapes import SHAPES, Edges, draw

Part = Annotated[float, Slider(0, 1, 0.01)]
Side = Annotated[int, Size(1)]


@node
def solid_mask(
    image: Image | None = None, width: Side = 512, height: Side = 512, value: Part = 1.0
) -> Mask:
    """The same everywhere: 1 for the whole picture, 0 for nothing.

    With an image wired, the mask gets its size.
    """
    facts = _sized(image.facts if image else None, width, height)
    return Mask(torch.full((1, 1, _known(facts.height), _known(facts.width)), value))


@solid_mask.facts
def _sized(image: ImageFacts | None, width: int | None, height: int | None) -> MaskFacts:
    if image:
        return MaskFacts(image.width, image.height, 1)
    check_size(width, height, "width")
    return MaskFacts(width, height, 1)


@node
def draw_mask(
    image: Image | None = None,
    width: Side = 512,
    height: Side = 512,
    shape: Annotated[str, Choice(tuple(SHAPES))] = "rectangle",
    left: Part = 0.25,
    top: Part = 0.25,
    right: Part = 0.75,
    bottom: Part = 0.75,
) -> Mask:
    """A shape in a box. The box is given in parts of the picture: 0 is its left or upper edge.

    A pixel belongs to a shape when its centre does. A gradient goes from 0 to 1 across the box and
    on as it ends; the round one from 1 in the centre to 0. With an image wired, the mask gets its
    size.
    """
    like = image.facts if image else None
    facts = _drawn(like, width, height, left, top, right, bottom)
    box = Edges(left, top, right, bottom)
    return Mask(draw(shape, _known(facts.width), _known(facts.height), box))


@draw_mask.facts
def _drawn(
    image: ImageFacts | None,
    width: int | None,
    height: int | None,
    left: float | None,
    top: float | None,
    right: float | None,
    bottom: float | None,
) -> MaskFacts:
    for name, end, start_name, start in (
        ("right", right, "left", left),
        ("bottom", bottom, "top", top),
    ):
        if end is not None and start is not None and end <= start:
            told = f"is {end}, it must be more than {start_name}, which is {start}"
            raise Problem(told, name)
    return _sized(image, width, height)


def _known(side: int | None) -> int:
    assert side is not None
    return side

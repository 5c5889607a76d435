"""Nodes that prepare a picture for painting in a part of it, or beyond its edges."""

from typing import Annotated, NamedTuple

import torch

from nodes.core import Choice, Image, Mask, Number, Seed, Slider, node
from nodes.core.facts import ImageFacts, MaskFacts
from nodes.core.sizes import MAX_SIDE, agreed, check_size
from nodes.raster.box import rounded_up
from nodes.raster.fill import GREY, noise, surroundings
from nodes.raster.morphology import feather as feathered
from nodes.raster.place import pad

from .part import Multiple

More = Annotated[int, Number(0, MAX_SIDE, 8)]


class Padded(NamedTuple):
    image: Image
    mask: Mask


@node
def pad_for_outpaint(
    image: Image,
    left: More = 0,
    top: More = 0,
    right: More = 128,
    bottom: More = 0,
    feather: Annotated[int, Slider(0, 256, 1)] = 24,
    fill: Annotated[str, Choice(("edge", "reflect", "grey"))] = "edge",
    multiple: Multiple = 8,
) -> Padded:
    """Add room around a picture. The mask is 1 in the new part and fades into the old one.

    In the new part the outermost pixels go on, or the picture is reflected, or it is grey. Sides
    are rounded up to a multiple by more room where there is some already, else right and below.
    """
    _padded(image.facts, left, top, right, bottom, multiple)
    height, width = image.values.shape[-2:]
    left, right = _room(left, right, width, multiple)
    top, bottom = _room(top, bottom, height, multiple)
    new = torch.ones(1, 1, top + height + bottom, left + width + right)
    new[..., top : top + height, left : left + width] = 0
    grey = torch.full((1, 3, 1, 1), GREY)
    fill = "colour" if fill == "grey" else fill
    values = pad(image.values, (left, top, right, bottom), fill, grey)
    return Padded(Image(values), Mask(feathered(new, feather, "outwards")))


@pad_for_outpaint.facts
def _padded(
    image: ImageFacts | None,
    left: int | None,
    top: int | None,
    right: int | None,
    bottom: int | None,
    multiple: int | None,
) -> dict[str, object]:
    image = image or ImageFacts()
    wide = _total(image.width, left, right, multiple)
    high = _total(image.height, top, bottom, multiple)
    check_size(wide, high, "image")
    return {"image": ImageFacts(wide, high, image.batch), "mask": MaskFacts(wide, high, 1)}


def _total(side: int | None, before: int | None, after: int | None, by: int | None) -> int | None:
    if side is None or before is None or after is None or by is None:
        return None
    return rounded_up(before + side + after, by)


def _room(before: int, after: int, side: int, multiple: int) -> tuple[int, int]:
    """How much is added before and after, for a whole that the multiple divides."""
    more = -(before + side + after) % multiple
    return (before + more, after) if before and not after else (before, after + more)


@node
def fill_masked(
    image: Image,
    mask: Mask,
    fill: Annotated[str, Choice(("surroundings", "grey", "noise"))] = "surroundings",
    seed: Annotated[int, Seed()] = 0,
) -> Image:
    """Take away what is under the mask, so that nothing of it is left when a model paints there.

    It becomes the colours around it, grey, or noise. Picture i of a batch gets the noise of seed
    + i.
    """
    batch = _filled(image.facts, mask.facts).batch or 1
    values = image.values.expand(batch, -1, -1, -1)
    free = mask.values.to(values)
    if fill == "surroundings":
        return Image(surroundings(values, free.expand(batch, -1, -1, -1)))
    other = noise(values, seed) if fill == "noise" else torch.full_like(values, GREY)
    return Image(torch.lerp(values, other, free))


@fill_masked.facts
def _filled(image: ImageFacts | None, mask: MaskFacts | None) -> ImageFacts:
    return ImageFacts(*agreed(image=image or ImageFacts(), mask=mask or MaskFacts()))

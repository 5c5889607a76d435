"""Nodes that put pictures into one batch, side by side, and take a batch apart."""

from typing import Annotated, NamedTuple

import torch

from nodes.core import Choice, Color, Image, ImageFacts, Number, Problem, node
from nodes.core.sizes import check_size, same_size, total
from nodes.raster.colour import rgb
from nodes.raster.place import laid

from .agree import given, same_batch

MOST = 4096
Index = Annotated[int, Number(0, MOST, 1)]
Count = Annotated[int, Number(1, MOST, 1)]


class Split(NamedTuple):
    first: Image
    rest: Image


@node
def batch_images(images: list[Image]) -> Image:
    """Put pictures of one size into one batch, in the order of their wires."""
    _batched([image.facts for image in images])
    return Image(torch.cat([image.values for image in images]))


@batch_images.facts
def _batched(images: list[ImageFacts | None] | None) -> ImageFacts:
    if images is None:
        return ImageFacts()
    first, *others = given(images)
    for number, other in enumerate(others, 2):
        same_size("number 1", first, "images", other, f"number {number} ")
    return ImageFacts(first.width, first.height, total([image.batch for image in (first, *others)]))


@node
def pick_image(image: Image, index: Index = 0, count: Count = 1) -> Image:
    """Take pictures out of a batch: `count` of them from `index` on, the first being 0."""
    _picked(image.facts, index, count)
    return Image(image.values[index : index + count].clone())


@pick_image.facts
def _picked(image: ImageFacts | None, index: int | None, count: int | None) -> ImageFacts:
    image = image or ImageFacts()
    if image.batch is not None and index is not None:
        if index >= image.batch:
            told = f"is {index}, the batch has {image.batch} (counted from 0)"
            raise Problem(told, "index")
        if count is not None and index + count > image.batch:
            left = image.batch - index
            raise Problem(f"is {count}, from picture {index} on there are {left}", "count")
    return ImageFacts(image.width, image.height, count)


@node
def split_image(image: Image, at: Count = 1) -> Split:
    """Take a batch apart: `at` pictures come first, the others are the rest."""
    _split(image.facts, at)
    return Split(Image(image.values[:at].clone()), Image(image.values[at:].clone()))


@split_image.facts
def _split(image: ImageFacts | None, at: int | None) -> tuple[ImageFacts, ImageFacts]:
    image = image or ImageFacts()
    left = None if image.batch is None or at is None else image.batch - at
    if left is not None and left < 1:
        raise Problem(f"is {at}, of a batch of {image.batch} nothing would be left", "at")
    return ImageFacts(image.width, image.height, at), ImageFacts(image.width, image.height, left)


@node
def join_images(
    images: list[Image],
    direction: Annotated[str, Choice(("right", "down"))] = "right",
    gap: Annotated[int, Number(0, 1024, 1)] = 0,
    colour: Annotated[str, Color()] = "#ffffff",
) -> Image:
    """Put pictures side by side, or below each other; smaller ones stand in the middle.

    Of batches, the first goes with the first and so on; a single picture goes with all.
    """
    facts = _joined([image.facts for image in images], direction, gap)
    shape = (facts.batch or 1, 3, facts.height or 0, facts.width or 0)
    sheet, at = rgb(colour).expand(shape), 0
    for image in images:
        high, wide = image.values.shape[-2:]
        if direction == "right":
            sheet = laid(sheet, image.values, at, (shape[2] - high) // 2)
            at += wide + gap
        else:
            sheet = laid(sheet, image.values, (shape[3] - wide) // 2, at)
            at += high + gap
    return Image(sheet)


@join_images.facts
def _joined(
    images: list[ImageFacts | None] | None, direction: str | None, gap: int | None
) -> ImageFacts:
    if images is None:
        return ImageFacts()
    known = given(images)
    batch = same_batch([image.batch for image in known])
    widths, heights = [image.width for image in known], [image.height for image in known]
    if direction is None or gap is None:
        return ImageFacts(None, None, batch)
    along, across = (widths, heights) if direction == "right" else (heights, widths)
    sides = total(along)
    long = None if sides is None else sides + gap * (len(known) - 1)
    wide = None if None in across else max(filter(None, across))
    width, height = (long, wide) if direction == "right" else (wide, long)
    check_size(width, height)
    return ImageFacts(width, height, batch)

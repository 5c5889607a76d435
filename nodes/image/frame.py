"""Nodes that turn pictures and put something around them."""

from typing import Annotated

from nodes.core import Choice, Color, Image, ImageFacts, Number, Slider, node
from nodes.core.sizes import MAX_SIDE, check_size
from nodes.raster.colour import rgb
from nodes.raster.place import FILLS, MIRRORS, pad, turn, turned_size

Border = Annotated[int, Number(0, MAX_SIDE, 1)]
Paper = Annotated[str, Color()]


@node
def flip_image(
    image: Image, direction: Annotated[str, Choice(tuple(MIRRORS))] = "left to right"
) -> Image:
    """Mirror pictures: left becomes right, top becomes bottom, or both."""
    return Image(image.values.flip(MIRRORS[direction]))


@node
def rotate_image(
    image: Image,
    angle: Annotated[float, Slider(-360, 360, 1)] = 90.0,
    size: Annotated[str, Choice(("grow", "keep"))] = "grow",
    colour: Paper = "#000000",
) -> Image:
    """Turn pictures clockwise, by so many degrees.

    `grow` makes room for the corners, `keep` leaves the size and cuts them; what comes in has the
    colour. Quarter turns that grow change no pixel.
    """
    facts = _rotated(image.facts, angle, size)
    return Image(turn(image.values, angle, facts.width or 0, facts.height or 0, rgb(colour)))


@rotate_image.facts
def _rotated(image: ImageFacts | None, angle: float | None, size: str | None) -> ImageFacts:
    image = image or ImageFacts()
    if size == "keep":
        return image
    if not image.width or not image.height or angle is None or size is None:
        return ImageFacts(None, None, image.batch)
    width, height = turned_size(image.width, image.height, angle)
    check_size(width, height)
    return ImageFacts(width, height, image.batch)


@node
def pad_image(
    image: Image,
    left: Border = 0,
    top: Border = 0,
    right: Border = 0,
    bottom: Border = 0,
    fill: Annotated[str, Choice(FILLS)] = "colour",
    colour: Paper = "#000000",
) -> Image:
    """Put so many pixels around pictures.

    They have the colour, go on as the `edge` is, or `reflect` the picture.
    """
    _padded(image.facts, left, top, right, bottom)
    return Image(pad(image.values, (left, top, right, bottom), fill, rgb(colour)))


@pad_image.facts
def _padded(
    image: ImageFacts | None,
    left: int | None,
    top: int | None,
    right: int | None,
    bottom: int | None,
) -> ImageFacts:
    image = image or ImageFacts()
    width, height = _longer(image.width, left, right), _longer(image.height, top, bottom)
    check_size(width, height)
    return ImageFacts(width, height, image.batch)


def _longer(side: int | None, before: int | None, after: int | None) -> int | None:
    return None if side is None or before is None or after is None else side + before + after

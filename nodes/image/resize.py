"""Nodes that change how large a picture is."""

from math import sqrt
from typing import Annotated, NamedTuple

from nodes.core import AUTO, Auto, Choice, Color, Image, ImageFacts, Number, Size, node
from nodes.core.sizes import MAX_SIDE, check_size, piece
from nodes.raster.box import Box
from nodes.raster.colour import rgb
from nodes.raster.place import pad
from nodes.raster.resize import (
    METHODS,
    WAYS,
    covered,
    divided,
    multiplied,
    resize,
    within,
)

Method = Annotated[str, Choice(tuple(METHODS))]
Side = Annotated[int, Size(1, MAX_SIDE, 1)]


class ImageSize(NamedTuple):
    width: int
    height: int
    batch: int


@node
def image_size(image: Image) -> ImageSize:
    """How many pixels pictures are wide and high, and how many there are in the batch."""
    facts = image.facts
    return ImageSize(*map(int, (facts.width or 0, facts.height or 0, facts.batch or 0)))


@image_size.facts
def _counted(image: ImageFacts | None) -> dict[str, int | None]:
    image = image or ImageFacts()
    return {"width": image.width, "height": image.height, "batch": image.batch}


@node
def resize_image(
    image: Image,
    width: Annotated[int | Auto, Size(1, MAX_SIDE, 1)] = AUTO,
    height: Annotated[int | Auto, Size(1, MAX_SIDE, 1)] = AUTO,
    how: Annotated[str, Choice(WAYS)] = "stretch",
    method: Method = "lanczos",
    colour: Annotated[str, Color()] = "#000000",
) -> Image:
    """Make pictures so many pixels large. One side on `auto` follows the other.

    With both sides given: `stretch` fills them, `fit` is the largest size within them that keeps
    the proportions, `crop` cuts what is over, `pad` fills what is left with the colour.
    """
    _resized(image.facts, width, height, how)
    down, across = image.values.shape[-2:]
    given = width != AUTO and height != AUTO
    wide, high = _size(across, down, width, height, how)
    if given and how == "crop":
        return Image(resize(image.values, wide, high, method, covered(across, down, wide, high)))
    if not given or how != "pad":
        return Image(resize(image.values, wide, high, method))
    inner = within(across, down, wide, high)
    left, top = (wide - inner[0]) // 2, (high - inner[1]) // 2
    sides = (left, top, wide - inner[0] - left, high - inner[1] - top)
    return Image(pad(resize(image.values, *inner, method), sides, "colour", rgb(colour)))


@resize_image.facts
def _resized(
    image: ImageFacts | None, width: int | Auto | None, height: int | Auto | None, how: str | None
) -> ImageFacts:
    image = image or ImageFacts()
    given = AUTO not in (width, height)
    if None in (width, height, how):
        return ImageFacts(None, None, image.batch)
    if given and how != "fit":
        check_size(int(width or 0), int(height or 0))
        return ImageFacts(int(width or 0), int(height or 0), image.batch)
    if not image.width or not image.height:
        return ImageFacts(None, None, image.batch)
    size = _size(image.width, image.height, width or AUTO, height or AUTO, how or "")
    check_size(*size)
    return ImageFacts(*size, image.batch)


def _size(
    across: int, down: int, width: int | Auto, height: int | Auto, how: str
) -> tuple[int, int]:
    if width == AUTO:
        if height == AUTO:
            return across, down
        return max(1, divided(across * height, down)), height
    if height == AUTO:
        return width, max(1, divided(down * width, across))
    return within(across, down, width, height) if how == "fit" else (width, height)


@node
def scale_image(
    image: Image,
    factor: Annotated[float, Number(0.01, 64, 0.25)] = 2.0,
    megapixels: Annotated[float, Number(0, 128, 0.25)] = 0.0,
    multiple: Annotated[int, Number(1, 256, 1)] = 1,
    method: Method = "lanczos",
) -> Image:
    """Make pictures so many times as large along each side.

    Above 0, `megapixels` says how large the picture shall be instead; 1 is that of 1024 × 1024.
    Sides are rounded to the nearest `multiple`.
    """
    facts = _scaled(image.facts, factor, megapixels, multiple)
    return Image(resize(image.values, facts.width or 0, facts.height or 0, method))


@scale_image.facts
def _scaled(
    image: ImageFacts | None, factor: float | None, megapixels: float | None, multiple: int | None
) -> ImageFacts:
    image = image or ImageFacts()
    if not image.width or not image.height or megapixels is None or multiple is None:
        return ImageFacts(None, None, image.batch)
    if megapixels:
        factor = sqrt(megapixels * 2**20 / (image.width * image.height))
    if factor is None:
        return ImageFacts(None, None, image.batch)
    width = multiplied(image.width, factor, multiple)
    height = multiplied(image.height, factor, multiple)
    check_size(width, height)
    return ImageFacts(width, height, image.batch)


@node
def crop_image(
    image: Image,
    width: Side = 512,
    height: Side = 512,
    x: Annotated[int | Auto, Number(0, MAX_SIDE, 1)] = AUTO,
    y: Annotated[int | Auto, Number(0, MAX_SIDE, 1)] = AUTO,
) -> Image:
    """Cut a piece out of pictures; x and y are its upper left corner, `auto` is the middle.

    What of the piece lies beyond the edges is left out.
    """
    across = piece(image.facts.width, width, x, "x") or (0, 0)
    down = piece(image.facts.height, height, y, "y") or (0, 0)
    box = Box(across[0], down[0], across[1], down[1])
    return Image(image.values[..., box.rows, box.columns].clone())


@crop_image.facts
def _cropped(
    image: ImageFacts | None,
    width: int | None,
    height: int | None,
    x: int | Auto | None,
    y: int | Auto | None,
) -> ImageFacts:
    image = image or ImageFacts()
    across, down = piece(image.width, width, x, "x"), piece(image.height, height, y, "y")
    return ImageFacts(across and across[1], down and down[1], image.batch)

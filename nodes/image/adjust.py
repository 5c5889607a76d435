"""Nodes that change the colours of pictures, each pixel by itself."""

from typing import Annotated

from nodes.core import Image, ImageFacts, Problem, Slider, node
from nodes.raster import colour

Part = Slider(0, 1, 0.01)
Factor = Annotated[float, Slider(0, 4, 0.01)]


@node
def adjust_levels(
    image: Image,
    black: Annotated[float, Part] = 0.0,
    white: Annotated[float, Part] = 1.0,
    gamma: Annotated[float, Slider(0.1, 10, 0.01)] = 1.0,
) -> Image:
    """Set what is black and what is white. A gamma above 1 makes what is between them lighter."""
    _levelled(image.facts, black, white)
    return Image(colour.levels(image.values, black, white, gamma))


@adjust_levels.facts
def _levelled(image: ImageFacts | None, black: float | None, white: float | None) -> ImageFacts:
    if black is not None and white is not None and white <= black:
        raise Problem(f"is {white:g}, it must be above black, which is {black:g}", "white")
    return image or ImageFacts()


@node
def adjust_colour(
    image: Image,
    brightness: Factor = 1.0,
    contrast: Factor = 1.0,
    saturation: Factor = 1.0,
    hue: Annotated[float, Slider(-180, 180, 1)] = 0.0,
    temperature: Annotated[float, Slider(-1, 1, 0.01)] = 0.0,
) -> Image:
    """Change how bright, contrasted, colourful and warm pictures are; 1 leaves them as they are.

    Saturation 0 is grey. Hue turns all colours, in degrees. Temperature above 0 is warmer (more
    red, less blue), below 0 colder; 0 changes nothing.
    """
    warm = colour.warmed(image.values, temperature)
    return Image(colour.adjusted(warm, brightness, contrast, saturation, hue))


@node
def invert_image(image: Image) -> Image:
    """The negative: black becomes white, and each colour its opposite."""
    return Image(1 - image.values)


@node
def greyscale_image(image: Image) -> Image:
    """Take the colour away and keep how bright each pixel looks (luma, ITU-R BT.601)."""
    return Image(colour.luma(image.values).expand(-1, 3, -1, -1).contiguous())

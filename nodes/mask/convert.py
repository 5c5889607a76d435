"""Nodes between pictures and masks."""

from typing import Annotated

from nodes.core import Choice, Color, Image, Mask, Slider, node
from nodes.core.facts import ImageFacts, MaskFacts
from nodes.raster.colour import luma, rgb

CHANNELS = ("brightness", "red", "green", "blue")
ROUNDING = 1e-4  # a fifth of the way between two neighbouring colours of 8 bits, and less


@node
def mask_from_image(image: Image, channel: Annotated[str, Choice(CHANNELS)] = "brightness") -> Mask:
    """A picture as a mask: black is 0, white is 1.

    The transparency of a file is the mask that comes out of `load_image`.
    """
    if channel == "brightness":
        return Mask(luma(image.values.double()).float())  # so exactly that grey stays what it was
    place = CHANNELS.index(channel) - 1
    return Mask(image.values[:, place : place + 1].clone())


@mask_from_image.facts
def _read(image: ImageFacts | None) -> MaskFacts:
    image = image or ImageFacts()
    return MaskFacts(image.width, image.height, image.batch)


@node
def mask_from_colour(
    image: Image,
    colour: Annotated[str, Color()] = "#00ff00",
    tolerance: Annotated[float, Slider(0, 1, 0.01)] = 0.1,
    softness: Annotated[float, Slider(0, 1, 0.01)] = 0.0,
) -> Mask:
    """Where a picture has a colour.

    How far colours are from each other is measured in red, green and blue: black and white are 1
    apart. Up to `tolerance` the mask is 1, and it falls to 0 over `softness` more.
    """
    distance = (image.values - rgb(colour)).square().mean(1, keepdim=True).sqrt()
    if softness == 0:
        return Mask((distance <= tolerance + ROUNDING).float())
    return Mask(((tolerance + softness - distance) / softness).clamp(0, 1))


mask_from_colour.facts(_read)


@node
def mask_to_image(mask: Mask) -> Image:
    """A mask as a grey picture: 0 is black, 1 is white."""
    batch, _, height, width = mask.values.shape
    return Image(mask.values.expand(batch, 3, height, width).contiguous())


@mask_to_image.facts
def _shown(mask: MaskFacts | None) -> ImageFacts:
    mask = mask or MaskFacts()
    return ImageFacts(mask.width, mask.height, mask.batch)

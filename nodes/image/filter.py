"""Nodes that make each pixel of those around it."""

from typing import Annotated

from nodes.core import Image, ImageFacts, Problem, Slider, node
from nodes.raster import filters
from nodes.raster.colour import luma
from nodes.raster.edges import canny

Level = Annotated[float, Slider(0, 1, 0.01)]


@node
def blur_image(image: Image, radius: Annotated[float, Slider(0, 250, 0.5)] = 2.0) -> Image:
    """Make pictures soft. The radius is the spread of a Gaussian (its sigma) in pixels.

    0 changes nothing.
    """
    return Image(filters.blur(image.values, radius))


@node
def sharpen_image(
    image: Image,
    radius: Annotated[float, Slider(0, 50, 0.1)] = 1.0,
    amount: Annotated[float, Slider(0, 5, 0.05)] = 0.5,
    threshold: Level = 0.0,
) -> Image:
    """Make edges crisper (unsharp mask).

    The radius is how far around an edge, in pixels. What differs by no more than the threshold is
    left, so that grain stays as it is.
    """
    return Image(filters.sharpen(image.values, radius, amount, threshold))


@node
def find_edges(
    image: Image,
    radius: Annotated[float, Slider(0, 20, 0.1)] = 1.0,
    low: Level = 0.1,
    high: Level = 0.2,
) -> Image:
    """Draw edges as white lines on black, as a ControlNet for edges wants them (Canny).

    The radius blurs small things away first. A line begins where an edge is at least `high` and
    goes on while it is at least `low`; 1 is a step from black to white.
    """
    _edged(image.facts, low, high)
    lines = canny(luma(image.values), radius, low, high)
    return Image(lines.expand(-1, 3, -1, -1).contiguous())


@find_edges.facts
def _edged(image: ImageFacts | None, low: float | None, high: float | None) -> ImageFacts:
    if low is not None and high is not None and high < low:
        raise Problem(f"is {high:g}, it cannot be below low, which is {low:g}", "high")
    return image or ImageFacts()

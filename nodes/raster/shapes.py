"""Shapes as masks (1, 1, H, W). Nothing is smoothed: what counts is where a pixel's centre lies."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

Shape = Callable[[Tensor, Tensor], Tensor]
"""What is drawn, from places (1, W) and (H, 1) inside the box, which goes from 0 to 1."""


class Edges(NamedTuple):
    """A box, as parts of the width and height of a picture from its left and upper edge."""

    left: float
    top: float
    right: float
    bottom: float


def draw(shape: str, width: int, height: int, box: Edges) -> Tensor:
    """One of SHAPES in a box that may be anywhere, but not empty."""
    x = (_centres(width) - box.left * width) / ((box.right - box.left) * width)
    y = (_centres(height) - box.top * height) / ((box.bottom - box.top) * height)
    drawn = SHAPES[shape](x[None, :], y[:, None])
    return drawn.expand(height, width).float()[None, None].contiguous()


def _centres(side: int) -> Tensor:
    return torch.arange(side, dtype=torch.float64) + 0.5


def _inside(x: Tensor, y: Tensor) -> Tensor:
    return (x >= 0) & (x < 1) & (y >= 0) & (y < 1)


def _from_centre(x: Tensor, y: Tensor) -> Tensor:
    """0 in the centre, 1 on the ellipse that the box holds."""
    return (2 * x - 1).hypot(2 * y - 1)


SHAPES: dict[str, Shape] = {
    "rectangle": _inside,
    "ellipse": lambda x, y: _from_centre(x, y) <= 1,
    "gradient_right": lambda x, y: x.clamp(0, 1),
    "gradient_left": lambda x, y: 1 - x.clamp(0, 1),
    "gradient_down": lambda x, y: y.clamp(0, 1),
    "gradient_up": lambda x, y: 1 - y.clamp(0, 1),
    "gradient_round": lambda x, y: (1 - _from_centre(x, y)).clamp(0, 1),
}

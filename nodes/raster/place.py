"""Pictures turned, padded, and laid upon others. Values are (B, C, H, W)."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

FILLS = ("colour", "edge", "reflect")
MIRRORS = {"left to right": (-1,), "top to bottom": (-2,), "both": (-2, -1)}  # what is flipped


def pad(
    values: Tensor, sides: tuple[int, int, int, int], fill: str, colour: Tensor | None = None
) -> Tensor:
    """More on the left, top, right and bottom: of a `colour` (1, C, 1, 1), or made of the picture.

    `edge` repeats the outermost pixels, `reflect` mirrors in them, over and over if need be.
    """
    left, top, right, bottom = sides
    height, width = values.shape[-2:]
    if colour is not None and fill == "colour":
        paper = colour.expand(*values.shape[:2], height + top + bottom, width + left + right)
        return laid(paper, values, left, top)
    rows = _index(-top, height + bottom, height, fill)
    columns = _index(-left, width + right, width, fill)
    return values[..., rows, :][..., columns]


def _index(start: int, stop: int, length: int, fill: str) -> Tensor:
    """For each place from start to stop, which pixel of so many stands there."""
    at = torch.arange(start, stop)
    if fill == "edge" or length == 1:
        return at.clamp(0, length - 1)
    turn = 2 * (length - 1)
    at = at.remainder(turn)
    return torch.minimum(at, turn - at)


def laid(below: Tensor, above: Tensor, x: int, y: int, weight: Tensor | None = None) -> Tensor:
    """`above` with its upper left corner at (x, y) of `below`; what is beyond the edges is cut.

    `weight` (B, 1, h, w) of `above` says how much of it shows. Batches are equal, or 1.
    """
    height, width = below.shape[-2:]
    left, top = max(x, 0), max(y, 0)
    right, bottom = min(x + above.shape[-1], width), min(y + above.shape[-2], height)
    batch = max(part.shape[0] for part in (below, above, weight) if part is not None)
    made = below.expand(batch, -1, -1, -1).clone()
    if right <= left or bottom <= top:
        return made
    rows, columns = slice(top - y, bottom - y), slice(left - x, right - x)
    shown, spot = above[..., rows, columns], made[..., top:bottom, left:right]
    mixed = shown if weight is None else torch.lerp(spot, shown, weight[..., rows, columns])
    made[..., top:bottom, left:right] = mixed
    return made


def turned_size(width: int, height: int, angle: float) -> tuple[int, int]:
    """The least size that holds a picture turned by so many degrees."""
    if angle % 90 == 0:
        return (width, height) if angle % 180 == 0 else (height, width)
    cos, sin = abs(math.cos(math.radians(angle))), abs(math.sin(math.radians(angle)))
    # a whole number that came out a hair too large is not the next one
    return math.ceil(width * cos + height * sin - 1e-6), math.ceil(
        width * sin + height * cos - 1e-6
    )


def turn(values: Tensor, angle: float, width: int, height: int, colour: Tensor) -> Tensor:
    """Turned clockwise about the middle by so many degrees, on a paper of this size and colour.

    Quarter turns that fill their paper move pixels and change none; else it is bilinear, and an
    edge pixel is mixed with the paper by how far it covers it.
    """
    down, across = values.shape[-2:]
    if angle % 90 == 0 and (width, height) == turned_size(across, down, angle):
        return torch.rot90(values, -round(angle / 90) % 4, (-2, -1))
    grid = _sources(across, down, angle, width, height)
    here = grid.expand(values.shape[0], -1, -1, -1)
    covered = torch.ones_like(values[:, :1])
    both = F.grid_sample(torch.cat([values, covered], 1), here, align_corners=False)
    return both[:, :-1] + (1 - both[:, -1:]) * colour


def _sources(across: int, down: int, angle: float, width: int, height: int) -> Tensor:
    """Where each pixel of the paper comes from, (1, height, width, 2), -1 to 1 across a picture."""
    y, x = torch.meshgrid(
        torch.arange(height, dtype=torch.float64) - (height - 1) / 2,
        torch.arange(width, dtype=torch.float64) - (width - 1) / 2,
        indexing="ij",
    )
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    from_x, from_y = x * cos + y * sin, y * cos - x * sin
    return torch.stack([from_x * 2 / across, from_y * 2 / down], -1)[None].float()

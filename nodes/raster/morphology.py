"""Growing, shrinking and softening masks. Values are (B, 1, H, W), and grey ones stay grey."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from .filters import blur


def grow(values: Tensor, pixels: int, square: bool = False) -> Tensor:
    """The largest value within `pixels` of each place: along a line, or with `square` along rows
    and columns. Negative shrinks: the smallest value. Beyond the edges there is nothing to find.
    """
    if pixels < 0:
        return -grow(-values, -pixels, square)
    if square:
        return _along_rows(_along_rows(values, pixels).mT, pixels).mT.contiguous()
    return _within_disc(values, pixels)


def _within_disc(values: Tensor, radius: int) -> Tensor:
    found = _along_rows(values, radius).clone()
    for away in range(1, min(radius, values.shape[-2] - 1) + 1):
        row = _along_rows(values, math.isqrt(radius**2 - away**2))
        for here, there in ((found[..., away:, :], row[..., :-away, :]),
                            (found[..., :-away, :], row[..., away:, :])):  # fmt: skip
            torch.maximum(here, there, out=here)
    return found


def _along_rows(values: Tensor, reach: int) -> Tensor:
    """The largest of the 2 * reach + 1 values around each place of a row.

    Windows double until two of them cover it, so a long one costs little more than a short one.
    """
    width = values.shape[-1]
    reach = min(reach, width - 1)
    window, covered = F.pad(values, (reach, reach), value=-math.inf), 1
    while 2 * covered <= 2 * reach + 1:
        window = torch.maximum(window[..., :-covered], window[..., covered:])
        covered *= 2
    rest = 2 * reach + 1 - covered
    return torch.maximum(window[..., :width], window[..., rest : rest + width])


def feather(values: Tensor, radius: int, where: str) -> Tensor:
    """Soft edges, `radius` pixels wide: `inwards`, `outwards`, or to `both` sides.

    The curve is a Gaussian's, cut off at three sigma. Farther from the edge nothing changes, to the
    last bit; outwards nothing of the mask is lost, inwards nothing is added. The edges of the
    picture are no edges of the mask.
    """
    if radius == 0:
        return values.clone()
    if where == "inwards":
        return -feather(-values, radius, "outwards")
    if where == "outwards":
        # a curve that reaches half as far, around an edge that is half of the way out
        soft, least = blur(grow(values, (radius + 1) // 2), radius / 6), values
    else:
        soft, least = blur(values, radius / 3), grow(values, -radius, square=True)
    return soft.maximum(least).minimum(grow(values, radius, square=True))

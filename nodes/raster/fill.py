"""Something plausible for the masked part of a picture, before a model paints there."""

import torch
from torch import Tensor
from torch.nn import functional as F

GREY = 0.5


def surroundings(values: Tensor, free: Tensor) -> Tensor:
    """`values` (B, C, H, W) with the colours around in the place of what is `free` (B, 1, H, W).

    Where `free` is 0 nothing changes, to the last bit; where all is free it is grey. Averages of
    what is known, over squares that double until all is covered, laid under the holes again from
    coarse to fine (pull and push: Gortler et al., "The Lumigraph", 1996).
    """
    levels = [(values * (1 - free), 1 - free)]
    while max(levels[-1][0].shape[-2:]) > 1:
        levels.append(_halved(*levels[-1]))
    colour, weight = levels.pop()
    filled = colour + (1 - weight) * GREY
    for colour, weight in reversed(levels):
        under = F.interpolate(filled, colour.shape[-2:], mode="bilinear", align_corners=False)
        filled = colour + (1 - weight) * under
    return filled


def _halved(colour: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
    """Sums over squares of 2 x 2; one known pixel is enough for a square to be known."""
    odd = (0, colour.shape[-1] % 2, 0, colour.shape[-2] % 2)
    colour, weight = (4 * F.avg_pool2d(F.pad(part, odd), 2) for part in (colour, weight))
    known = weight.clamp(max=1)
    return colour * (known / weight.clamp(min=1e-12)), known


def noise(values: Tensor, seed: int) -> Tensor:
    """Even noise from 0 to 1 in that shape; picture i of a batch is drawn as `seed` + i."""
    drawn = [
        torch.rand(values.shape[1:], generator=torch.Generator().manual_seed(seed + place))
        for place in range(values.shape[0])
    ]
    return torch.stack(drawn).to(values)

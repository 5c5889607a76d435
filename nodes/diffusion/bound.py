"""Pixels held to what pictures can be, while they are drawn."""

from __future__ import annotations

import torch
from torch import Tensor

from nodes.core.types import LatentSpace


def bounded(x0: Tensor, space: LatentSpace | None) -> Tensor:
    """x0 (B, C, H, W) within -1 to 1 where its space has a bound: (share, most).

    The size below which a share of its values lie, at least 1 and not above `most`, becomes 1.
    Dynamic thresholding, Saharia et al. (2022), section 2.3.
    """
    if space is None or space.bound is None:
        return x0
    share, most = space.bound
    sizes = x0.abs().flatten(1).sort(dim=1).values
    place = share * (sizes.shape[1] - 1)
    low, high = sizes[:, int(place)], sizes[:, min(int(place) + 1, sizes.shape[1] - 1)]
    edge = torch.lerp(low, high, place % 1).clamp(1, most).view(-1, 1, 1, 1)
    return x0.clamp(-edge, edge) / edge

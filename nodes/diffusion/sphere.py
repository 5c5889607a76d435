"""The way from one latent to another along the sphere that noise lies on."""

from __future__ import annotations

import torch
from torch import Tensor


def spherical(a: Tensor, b: Tensor, amount: float) -> Tensor:
    """`amount` of the way from a to b (B, C, H, W), turning each picture by an angle.

    Slerp, Shoemake (1985), without bringing both to one length first: a mix of two noises keeps
    the spread of noise, where a straight line loses up to 29 % of it. Pictures that point the same
    or the opposite way, or are zero, have no such way: theirs is straight.
    """
    dims = (1, 2, 3)
    lengths = a.square().sum(dims, keepdim=True).sqrt() * b.square().sum(dims, keepdim=True).sqrt()
    cosine = ((a * b).sum(dims, keepdim=True) / lengths).clamp(-1, 1)
    angle = torch.acos(cosine)
    sine = torch.sin(angle)
    turned = (torch.sin((1 - amount) * angle) * a + torch.sin(amount * angle) * b) / sine
    return torch.where(sine > 1e-3, turned, torch.lerp(a, b, amount))

"""The beta distribution's quantiles: torch has none."""

from __future__ import annotations

import math

import torch
from torch import Tensor

TERMS = 64
HALVINGS = 60


def quantile(share: Tensor, a: float, b: float) -> Tensor:
    """x (N,), float64, where the share (N,) of Beta(a, b) lies below x; to 1e-12.

    For a and b from 0.1 to 5. The share rises with x, so x is found by halving.
    """
    low, high = torch.zeros_like(share), torch.ones_like(share)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = cumulative(middle, a, b) < share
        low, high = torch.where(below, middle, low), torch.where(below, high, middle)
    return high


def cumulative(x: Tensor, a: float, b: float) -> Tensor:
    """The regularised incomplete beta function I_x(a, b) for x (N,), float64.

    Abramowitz and Stegun, 26.5.4, as a power series; beyond 1/2 by I_x(a, b) = 1 - I_1-x(b, a).
    """
    return torch.where(x <= 0.5, _series(x, a, b), 1 - _series(1 - x, b, a))


def _series(x: Tensor, a: float, b: float) -> Tensor:
    """x^a / B(a, b) * sum of (1 - b)_k x^k / (k! (a + k)): converges as 2^-k up to x = 1/2."""
    term, total = torch.ones_like(x), torch.zeros_like(x)
    for k in range(TERMS):
        total = total + term / (a + k)
        term = term * x * ((k + 1 - b) / (k + 1))
    return x**a * total * math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b))

"""How alike two pictures are, as numbers. Values are (B, C, H, W) from 0 to 1, batches equal."""

import math

from torch import Tensor
from torch.nn import functional as F

from .filters import gaussian

MOST_DECIBELS = 100.0


def psnr(a: Tensor, b: Tensor) -> float:
    """Peak signal to noise ratio in dB: 10 log10(1 / mean squared difference), 100 at most."""
    error = float((a.double() - b.double()).square().mean())
    return MOST_DECIBELS if error <= 1e-10 else 10 * math.log10(1 / error)


def ssim(a: Tensor, b: Tensor) -> float:
    """Structural similarity, 1 for equal pictures: Wang, Bovik, Sheikh and Simoncelli (2004).

    A Gaussian window of 11 x 11, sigma 1.5, K1 = 0.01, K2 = 0.03, the mean over all places where
    it lies inside. Across a side shorter than 11 it is the longest odd one that fits.
    """
    a, b = a.double(), b.double()
    mean_a, mean_b = _windowed(a), _windowed(b)
    spread_a = _windowed(a * a) - mean_a**2
    spread_b = _windowed(b * b) - mean_b**2
    shared = _windowed(a * b) - mean_a * mean_b
    c1, c2 = 0.01**2, 0.03**2
    light = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
    shape = (2 * shared + c2) / (spread_a + spread_b + c2)
    return float((light * shape).mean())


def _windowed(values: Tensor) -> Tensor:
    """Weighted means over every window that lies inside."""
    planes = values.reshape(-1, 1, *values.shape[-2:])
    down, across = (gaussian(1.5, min(5, (side - 1) // 2)) for side in values.shape[-2:])
    planes = F.conv2d(planes, across.view(1, 1, 1, -1))
    return F.conv2d(planes, down.view(1, 1, -1, 1))


def difference(a: Tensor, b: Tensor, amplified: float = 1.0) -> Tensor:
    """How far each value is from the other, so many times, kept within 0..1."""
    return ((a - b).abs() * amplified).clamp(0, 1)


def distances(a: Tensor, b: Tensor) -> tuple[float, float]:
    """The mean and the largest absolute difference."""
    apart = (a - b).abs()
    return float(apart.double().mean()), float(apart.max())

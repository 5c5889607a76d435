"""Edges as thin lines: Canny, A Computational Approach to Edge Detection (1986)."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from .filters import blur

_SLOPE = math.tan(math.pi / 8)
# the gradient's four directions, and the neighbour (dy, dx) that lies there
_ACROSS, _DOWN, _FALLING, _RISING = (0, 1), (1, 0), (1, 1), (1, -1)


def canny(grey: Tensor, sigma: float, low: float, high: float) -> Tensor:
    """Lines a pixel wide, (B, 1, H, W) of 0 and 1, in pictures (B, 1, H, W) from 0 to 1.

    After a blur of `sigma`, a line is where the gradient is largest across it: at least `high`
    somewhere, and `low` all along. A step from 0 to 1 that was not blurred has the gradient 1.
    Slanting lines go in steps.
    """
    strength, dx, dy = gradient(blur(grey, sigma))
    thin = _thinned(strength, dx, dy)
    return torch.cat([_connected(one >= low, one >= high) for one in thin[:, 0]])[:, None].float()


def gradient(grey: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """How steep it is, and how far of that to the right and downwards (Sobel's, over 4).

    How steep is told to 1/2^14, so that of equal slopes none is larger by a rounding error.
    """
    padded = F.pad(grey, (1, 1, 1, 1), "replicate")
    smooth = torch.tensor([0.25, 0.5, 0.25])
    slope = torch.tensor([-1.0, 0.0, 1.0])
    dx = F.conv2d(padded, (smooth[:, None] * slope)[None, None])
    dy = F.conv2d(padded, (slope[:, None] * smooth)[None, None])
    return (torch.hypot(dx, dy) * 2**14).round() / 2**14, dx, dy


def _thinned(strength: Tensor, dx: Tensor, dy: Tensor) -> Tensor:
    """What is largest along its own gradient; of two that are equal, the first one stays."""
    across, down = dx.abs(), dy.abs()
    level, steep = down <= across * _SLOPE, across <= down * _SLOPE
    slanted = ~(level | steep)
    falling = dx * dy > 0
    kept = torch.zeros_like(level)
    for chosen, step in (
        (level, _ACROSS),
        (steep & ~level, _DOWN),
        (slanted & falling, _FALLING),
        (slanted & ~falling, _RISING),
    ):
        before, after = _beside(strength, step)
        kept |= chosen & (strength > before) & (strength >= after)
    return torch.where(kept, strength, 0.0)


def _beside(values: Tensor, step: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """The neighbours against a step and along it; beyond the edges there is nothing."""
    height, width = values.shape[-2:]
    padded = F.pad(values, (1, 1, 1, 1))

    def moved(dy: int, dx: int) -> Tensor:
        return padded[..., 1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width]

    return moved(-step[0], -step[1]), moved(*step)


def _connected(weak: Tensor, strong: Tensor) -> Tensor:
    """Of the weak pixels (H, W), those that hang together with a strong one, (1, H, W)."""
    number = torch.full(weak.shape, -1)
    number[weak] = torch.arange(int(weak.sum()))
    here, there = _neighbours(number)
    labels = _labels(int(weak.sum()), here, there)
    seeds = torch.zeros(labels.shape[0], dtype=torch.bool)
    seeds[labels[number[weak & strong]]] = True
    found = torch.zeros_like(weak)
    found[weak] = seeds[labels]
    return found[None]


def _neighbours(number: Tensor) -> tuple[Tensor, Tensor]:
    """Pairs of numbers, none below 0, that touch, at a corner too."""
    pairs = []
    for step in (_ACROSS, _DOWN, _FALLING, _RISING):
        other = _beside(number + 1, step)[1] - 1  # 0 is what lies beyond the edges
        both = (number >= 0) & (other >= 0)
        pairs.append(torch.stack([number[both], other[both]]))
    here, there = torch.cat(pairs, 1)
    return here, there


def _labels(count: int, here: Tensor, there: Tensor) -> Tensor:
    """One number for all that hang together, the least of theirs.

    Each round hooks what is larger to what is smaller and makes every way there one step: rounds
    grow with the logarithm of the longest line, not with its length (Shiloach and Vishkin, 1982).
    """
    labels = torch.arange(count)
    while not torch.equal(labels[here], labels[there]):
        one, other = labels[here], labels[there]
        least = torch.minimum(one, other)
        labels = labels.scatter_reduce(0, torch.maximum(one, other), least, "amin")
        while not torch.equal(labels, shorter := labels[labels]):
            labels = shorter
    return labels

"""Rectified flow: what its output means, and levels that move with the size of the picture."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

import torch
from torch import Tensor


@dataclass(frozen=True)
class Lengths:
    """A shift that grows with the number of tokens: a line through two lengths and their values.

    A token is a patch of 2 x 2 latent values. `exponential`: the shift is e to the power of it.
    """

    short: float
    long: float
    at_short: float
    at_long: float
    exponential: bool = True

    def value(self, rows: int, columns: int) -> float:
        """Where the line is for a latent of that size: diffusers' `mu`."""
        slope = (self.at_long - self.at_short) / (self.long - self.short)
        return rows // 2 * (columns // 2) * slope + (self.at_short - slope * self.short)

    def shift(self, rows: int, columns: int) -> float:
        value = self.value(rows, columns)
        return math.exp(value) if self.exponential else value


@dataclass(frozen=True, eq=False)
class Flow:
    """The output is the flow noise - x0. The module's time is `time_scale` * sigma.

    `lengths`: the shift depends on the size of the latent.
    """

    shift: float = 1.0
    time_scale: float = 1000.0
    lengths: Lengths | None = None
    flow: ClassVar[bool] = True

    @cached_property
    def table(self) -> Tensor:
        return self.sigmas_at(torch.arange(1000)).float()

    @property
    def sigma_min(self) -> float:
        return float(self.table[0])

    @property
    def sigma_max(self) -> float:
        return 1.0

    def scale_in(self, x: Tensor, sigma: float) -> Tensor:
        return x

    def denoised(self, x: Tensor, out: Tensor, sigma: float) -> Tensor:
        return torch.sub(x, out, alpha=sigma)

    def timestep(self, sigma: float) -> float:
        return sigma * self.time_scale

    def sigmas_at(self, index: Tensor) -> Tensor:
        """Shifted towards the noisy end as Esser et al. (2024), equation 23."""
        sigma = (index.double() + 1) / 1000
        return self.shift * sigma / (1 + (self.shift - 1) * sigma)

    def noised(self, x0: Tensor, noise: Tensor, sigma: float) -> Tensor:
        return torch.lerp(x0, noise, sigma)

    def prior(self, noise: Tensor, sigma: float) -> Tensor:
        """With the spread of a noised picture, whose own is 1."""
        return noise * math.hypot(1 - sigma, sigma)

    def foreseen(self, x: Tensor, out: Tensor, time: float) -> Tensor:
        return self.denoised(x, out, time / 1000)

    def sized(self, rows: int, columns: int) -> Flow:
        if self.lengths is None:
            return self
        return replace(self, shift=self.lengths.shift(rows, columns))

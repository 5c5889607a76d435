"""What a denoiser's output means, and how noise is mixed into what it sees.

`sigma` is the noise level everywhere. Epsilon and velocity models see k-space latents
x = x0 + sigma * noise (Karras et al., 2022); flow models see x = (1 - sigma) * x0 + sigma * noise
(Lipman et al., 2023). `table` holds the 1,000 sigmas a model was trained on, rising.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Protocol

import torch
from torch import Tensor


class Prediction(Protocol):
    """What every kind can do. `flow` tells samplers which formulas hold."""

    flow: ClassVar[bool]

    @property
    def table(self) -> Tensor: ...

    def scale_in(self, x: Tensor, sigma: float) -> Tensor:
        """What the module is given for the latent x at sigma."""
        ...

    def denoised(self, x: Tensor, out: Tensor, sigma: float) -> Tensor:
        """x0, from the latent x and what the module put out."""
        ...

    def timestep(self, sigma: float) -> float:
        """The time the module is passed at sigma."""
        ...

    def sigmas_at(self, index: Tensor) -> Tensor:
        """The sigmas at (fractional) places of the table."""
        ...

    def noised(self, x0: Tensor, noise: Tensor, sigma: float) -> Tensor:
        """The picture x0 with noise at sigma."""
        ...

    def prior(self, noise: Tensor, sigma: float) -> Tensor:
        """Where sampling begins when there is no picture at all."""
        ...

    @property
    def sigma_min(self) -> float: ...

    @property
    def sigma_max(self) -> float: ...


@dataclass(frozen=True, eq=False)
class Epsilon:
    """The output is the noise: Ho et al. (2020).

    `unit_prior`: pure noise starts with the variance of a noised picture, sigma**2 + 1, as the
    variance-preserving schedulers have it; without, with sigma**2.
    """

    table: Tensor
    unit_prior: bool = True
    flow: ClassVar[bool] = False

    @cached_property
    def _logs(self) -> list[float]:
        return self.table.double().log().tolist()

    @cached_property
    def sigma_min(self) -> float:
        return float(self.table[0])

    @cached_property
    def sigma_max(self) -> float:
        return float(self.table[-1])

    def scale_in(self, x: Tensor, sigma: float) -> Tensor:
        return x / math.sqrt(sigma**2 + 1)

    def denoised(self, x: Tensor, out: Tensor, sigma: float) -> Tensor:
        return torch.sub(x, out, alpha=sigma)

    def timestep(self, sigma: float) -> float:
        """Between two training steps by ln sigma, as k-diffusion and diffusers do."""
        if sigma <= self.sigma_min:
            return 0.0
        log = math.log(sigma)
        low = min(bisect_right(self._logs, log) - 1, len(self._logs) - 2)
        part = (log - self._logs[low]) / (self._logs[low + 1] - self._logs[low])
        return low + min(part, 1.0)

    def sigmas_at(self, index: Tensor) -> Tensor:
        logs = self.table.double().log()
        low = index.long().clamp(0, len(logs) - 2)
        return torch.lerp(logs[low], logs[low + 1], index.double() - low).exp()

    def noised(self, x0: Tensor, noise: Tensor, sigma: float) -> Tensor:
        return torch.add(x0, noise, alpha=sigma)

    def prior(self, noise: Tensor, sigma: float) -> Tensor:
        return noise * (math.sqrt(sigma**2 + 1) if self.unit_prior else sigma)


class Velocity(Epsilon):
    """The output is v = alpha * noise - sigma * x0: Salimans and Ho (2022)."""

    def denoised(self, x: Tensor, out: Tensor, sigma: float) -> Tensor:
        power = sigma**2 + 1
        return torch.sub(x / power, out, alpha=sigma / math.sqrt(power))


@dataclass(frozen=True, eq=False)
class Flow:
    """The output is the flow noise - x0. The module's time is `time_scale` * sigma."""

    shift: float = 1.0
    time_scale: float = 1000.0
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

"""What a denoiser's output means, and how noise is mixed into what it sees.

`sigma` is the noise level everywhere. Epsilon and velocity models see k-space latents
x = x0 + sigma * noise (Karras et al., 2022); flow models see x = (1 - sigma) * x0 + sigma * noise
(Lipman et al., 2023). `table` holds the 1,000 sigmas a model was trained on, rising. Schedulers of
diffusers that keep variance pass x scaled: `foreseen` reads theirs.
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

    def foreseen(self, x: Tensor, out: Tensor, time: float) -> Tensor:
        """x0, from what one of diffusers' schedulers passes at its own time."""
        ...

    def sized(self, rows: int, columns: int) -> Prediction:
        """The same for latents of that size, where the size decides which levels are visited."""
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

    def foreseen(self, x: Tensor, out: Tensor, time: float) -> Tensor:
        sigma = float(self.table[int(time)])
        return self.denoised(x * (sigma**2 + 1) ** 0.5, out, sigma)

    def sized(self, rows: int, columns: int) -> Prediction:
        return self


class Velocity(Epsilon):
    """The output is v = alpha * noise - sigma * x0: Salimans and Ho (2022)."""

    def denoised(self, x: Tensor, out: Tensor, sigma: float) -> Tensor:
        power = sigma**2 + 1
        return torch.sub(x / power, out, alpha=sigma / math.sqrt(power))


@dataclass(frozen=True, eq=False)
class Preconditioned:
    """The output of a network that is scaled inside and out by its noise: Karras et al. (2022).

    Table 1, last column. `data` is the spread of what it was trained on; the module's time is
    ln(sigma) / 4. The table has the 1,000 levels of equation 5 with rho = 7. `velocity`: the
    network was taught the same with its sign turned, as v is of models with betas.
    """

    sigma_min: float = 0.002
    sigma_max: float = 80.0
    data: float = 0.5
    velocity: bool = False
    flow: ClassVar[bool] = False

    @cached_property
    def table(self) -> Tensor:
        return self.sigmas_at(torch.arange(1000)).float()

    def scale_in(self, x: Tensor, sigma: float) -> Tensor:
        return x / math.sqrt(sigma**2 + self.data**2)

    def denoised(self, x: Tensor, out: Tensor, sigma: float) -> Tensor:
        power = sigma**2 + self.data**2
        skip, scale = self.data**2 / power, sigma * self.data / math.sqrt(power)
        return torch.add(x * skip, out, alpha=-scale if self.velocity else scale)

    def timestep(self, sigma: float) -> float:
        return math.log(sigma) / 4

    def sigmas_at(self, index: Tensor) -> Tensor:
        low, high = self.sigma_min ** (1 / 7), self.sigma_max ** (1 / 7)
        return (low + index.double() / 999 * (high - low)) ** 7

    def noised(self, x0: Tensor, noise: Tensor, sigma: float) -> Tensor:
        return torch.add(x0, noise, alpha=sigma)

    def prior(self, noise: Tensor, sigma: float) -> Tensor:
        return noise * math.sqrt(sigma**2 + 1)

    def foreseen(self, x: Tensor, out: Tensor, time: float) -> Tensor:
        return self.denoised(x, out, math.exp(4 * time))

    def sized(self, rows: int, columns: int) -> Prediction:
        return self

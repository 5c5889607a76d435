"""Schedules that are a formula between the noisiest and the quietest level.

For flow models these are 1 and the first level of training; the model's shift moves the latter
only.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from nodes.diffusion.denoiser import Denoiser
from nodes.diffusion.schedule import named


@named
def exponential(denoiser: Denoiser, steps: int) -> Tensor:
    """Even steps of ln sigma: `use_exponential_sigmas` of diffusers."""
    return polyexponential_sigmas(steps, *_ends(denoiser), 1.0)


@named
def karras(denoiser: Denoiser, steps: int) -> Tensor:
    """Karras et al. (2022), equation 5, with rho = 7: most steps where there is little noise."""
    return karras_sigmas(steps, *_ends(denoiser), 7.0)


@named
def kl_optimal(denoiser: Denoiser, steps: int) -> Tensor:
    """Even steps of the angle whose tangent is sigma: Sabour et al. (2024), theorem 3.1."""
    top, bottom = _ends(denoiser)
    return torch.lerp(*_pair(math.atan(top), math.atan(bottom)), _even(steps)).tan()


@named
def linear_quadratic(denoiser: Denoiser, steps: int) -> Tensor:
    """Half of the steps take 2.5 % of the noise in even parts, the others grow: Mochi (2024).

    Meant for flow models, where the slope goes on smoothly; k-space levels are the same parts of
    the noisiest. It knows no quietest level: the last step is a long one. One step is the whole.
    """
    even = steps // 2
    share, others = 0.025, steps - even
    place = torch.arange(steps, dtype=torch.float64)
    if even == 0:
        return _ends(denoiser)[0] * (1 - place)
    beyond = (place - even).clamp(min=0) / others
    done = share * place / even + (even - share * steps) / even * beyond**2
    return _ends(denoiser)[0] * (1 - done)


def karras_sigmas(steps: int, top: float, bottom: float, rho: float) -> Tensor:
    """(steps,) levels from top to bottom, even in their rho-th root."""
    return torch.lerp(*_pair(top ** (1 / rho), bottom ** (1 / rho)), _even(steps)) ** rho


def polyexponential_sigmas(steps: int, top: float, bottom: float, rho: float) -> Tensor:
    """(steps,) levels from top to bottom: ln sigma falls as the rho-th power of what is left."""
    return torch.lerp(*_pair(math.log(bottom), math.log(top)), (1 - _even(steps)) ** rho).exp()


def _ends(denoiser: Denoiser) -> tuple[float, float]:
    return denoiser.prediction.sigma_max, denoiser.prediction.sigma_min


def _pair(first: float, second: float) -> tuple[Tensor, Tensor]:
    return torch.tensor(first, dtype=torch.float64), torch.tensor(second, dtype=torch.float64)


def _even(steps: int) -> Tensor:
    return torch.linspace(0, 1, steps, dtype=torch.float64)

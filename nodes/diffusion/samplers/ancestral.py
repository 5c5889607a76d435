"""Samplers that go lower than the next level and come up to it again with fresh noise."""

from __future__ import annotations

import math

from torch import Tensor

from nodes.core.types import SamplerState
from nodes.diffusion.sampler import Draw, Stepped, decay, freshened, one_evaluation, signal, toward


@one_evaluation
def euler_ancestral(
    x: Tensor,
    denoised: Tensor,
    sigma: float,
    next_sigma: float,
    flow: bool,
    draw: Draw,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> Stepped:
    """Euler to a lower sigma, then fresh noise up to the next. Ho et al. (2020)."""
    down, keep, up = ancestral(sigma, next_sigma, flow, eta)
    x = freshened(keep * toward(denoised, x, down / sigma), s_noise * up, draw)
    return x, SamplerState("euler_ancestral")


def ancestral(
    sigma: float, next_sigma: float, flow: bool, eta: float
) -> tuple[float, float, float]:
    """(sigma to go down to, scale of the latent there, noise to add) to arrive at next_sigma."""
    if next_sigma == sigma:
        return sigma, 1.0, 0.0
    if flow:
        down = max(next_sigma * (1 + (next_sigma / sigma - 1) * eta), 0.0)
        keep = (1 - next_sigma) / (1 - down)
        return down, keep, math.sqrt(max(next_sigma**2 - (down * keep) ** 2, 0.0))
    up = min(next_sigma, eta * next_sigma * math.sqrt(1 - (next_sigma / sigma) ** 2))
    return math.sqrt(next_sigma**2 - up**2), 1.0, up


@one_evaluation
def ddpm(
    x: Tensor,
    denoised: Tensor,
    sigma: float,
    next_sigma: float,
    flow: bool,
    draw: Draw,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> Stepped:
    """The mean of what may lie at the next level and its own noise: DDIM with eta 1.

    Ho et al. (2020), Song et al. (2021). With eta 0 it is DDIM.
    """
    alpha, next_alpha = signal(sigma, flow), signal(next_sigma, flow)
    new = math.sqrt(1 - decay(sigma, next_sigma, flow, 1.0) ** 2)
    up = min(next_sigma, eta * next_sigma * new)
    ratio = math.sqrt(next_sigma**2 - up**2) / sigma
    x = ratio * x + (next_alpha - ratio * alpha) * denoised
    return freshened(x, s_noise * up, draw), SamplerState("ddpm")


@one_evaluation
def lcm(
    x: Tensor,
    denoised: Tensor,
    sigma: float,
    next_sigma: float,
    flow: bool,
    draw: Draw,
    s_noise: float = 1.0,
) -> Stepped:
    """Denoise wholly, then noise again: for latent consistency models. Luo et al. (2023)."""
    x = signal(next_sigma, flow) * denoised
    return freshened(x, next_sigma * s_noise, draw), SamplerState("lcm")

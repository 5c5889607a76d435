"""Samplers of the reverse stochastic equation: fresh noise in every step, as exactly as it goes."""

from __future__ import annotations

import math

from torch import Tensor

from nodes.core.types import SamplerState
from nodes.diffusion.sampler import (
    Draw,
    Past,
    Stepped,
    decay,
    freshened,
    log_snr,
    one_evaluation,
    seen,
)

from .exponential import at, through
from .multistep import bend


@one_evaluation
def dpmpp_2m_sde(
    x: Tensor,
    denoised: Tensor,
    sigma: float,
    next_sigma: float,
    past: Past,
    flow: bool,
    draw: Draw,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> Stepped:
    """SDE-DPM-Solver++(2M), midpoint: fresh noise in every step. Lu et al. (2022), section 4."""
    bent = ((bend(denoised, sigma, next_sigma, past, flow), sigma),)
    x = through(bent, x, sigma, next_sigma, flow, eta)
    x = freshened(x, s_noise * fresh(sigma, next_sigma, flow, eta), draw)
    return x, SamplerState("dpmpp_2m_sde", ((denoised, sigma),))


@one_evaluation
def dpmpp_2m_sde_heun(
    x: Tensor,
    denoised: Tensor,
    sigma: float,
    next_sigma: float,
    past: Past,
    flow: bool,
    draw: Draw,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> Stepped:
    """SDE-DPM-Solver++(2M) with the line integrated exactly. Lu et al. (2022), section 4."""
    known = seen(denoised, sigma, past, 2)
    x = through(known, x, sigma, next_sigma, flow, eta)
    x = freshened(x, s_noise * fresh(sigma, next_sigma, flow, eta), draw)
    return x, SamplerState("dpmpp_2m_sde_heun", known[:1])


@one_evaluation
def dpmpp_3m_sde(
    x: Tensor,
    denoised: Tensor,
    sigma: float,
    next_sigma: float,
    past: Past,
    flow: bool,
    draw: Draw,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> Stepped:
    """SDE-DPM-Solver++(3M), after k-diffusion, the parabola integrated exactly. Lu et al. (2022).

    The published code halves the parabola's part, which costs one order. A step longer than all it
    looks back on takes a line: there the parabola multiplies the noise in what was seen.
    """
    known = seen(denoised, sigma, past, 3)
    places, end = at(known, flow), log_snr(next_sigma, flow)
    count = 2 if end - places[0] > places[0] - places[-1] else 3
    x = through(known[:count], x, sigma, next_sigma, flow, eta)
    x = freshened(x, s_noise * fresh(sigma, next_sigma, flow, eta), draw)
    return x, SamplerState("dpmpp_3m_sde", known[:2])


def fresh(sigma: float, next_sigma: float, flow: bool, eta: float) -> float:
    """The noise that takes the place of what decays in a step."""
    return next_sigma * math.sqrt(1 - decay(sigma, next_sigma, flow, eta) ** 2)

"""Samplers of the reverse stochastic equation that look ahead within a step, both parts noisy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from torch import Tensor

from nodes.diffusion.sampler import Denoise, Draw, NoiseAt, Trace, decay, sampler, toward

from .ancestral import ancestral
from .exponential import through
from .singlestep import half_way


@sampler
def dpmpp_sde(
    denoise: Denoise,
    x: Tensor,
    sigmas: Sequence[float],
    flow: bool,
    noise: NoiseAt,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> Trace:
    """DPM-Solver++(2S) of the stochastic equation, r = 1/2, as in k-diffusion. Lu et al. (2022)."""
    for index, (sigma, next_sigma) in enumerate(pairwise(sigmas)):
        denoised = foreseen = denoise(x, sigma)
        middle = half_way(sigma, next_sigma, flow)
        # Both noises are of one Brownian path over sigma: the step's holds that of its first half.
        first = noise(index) if eta * s_noise * next_sigma else None
        whole = first
        if 0 < middle < sigma:
            ahead = _lowered(x, denoised, sigma, middle, flow, eta, s_noise, first)
            foreseen = denoise(ahead, middle)
            if first is not None:
                shared = (sigma - middle) / (sigma - next_sigma)
                whole = math.sqrt(shared) * first + math.sqrt(1 - shared) * noise(index, 1)
        x = _lowered(x, foreseen, sigma, next_sigma, flow, eta, s_noise, whole)
        yield x, denoised


def _lowered(
    x: Tensor,
    denoised: Tensor,
    sigma: float,
    end: float,
    flow: bool,
    eta: float,
    s_noise: float,
    drawn: Tensor | None,
) -> Tensor:
    """The latent at `end`, having gone lower and up again with the noise drawn."""
    down, keep, up = ancestral(sigma, end, flow, eta)
    x = keep * toward(denoised, x, down / sigma)
    return x if drawn is None else x + (s_noise * up) * drawn


@sampler
def seeds_2(
    denoise: Denoise,
    x: Tensor,
    sigmas: Sequence[float],
    flow: bool,
    noise: NoiseAt,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> Trace:
    """SEEDS-2, r = 1/2: as dpmpp_sde, its noise integrated exactly. Gonzalez et al. (2023)."""
    for index, (sigma, next_sigma) in enumerate(pairwise(sigmas)):
        denoised, draw = denoise(x, sigma), partial(noise, index)
        x = _seeds_2(denoise, x, denoised, sigma, next_sigma, flow, draw, eta, s_noise)
        yield x, denoised


def _seeds_2(
    denoise: Denoise,
    x: Tensor,
    denoised: Tensor,
    sigma: float,
    next_sigma: float,
    flow: bool,
    draw: Draw,
    eta: float,
    s_noise: float,
) -> Tensor:
    """The noise of the first half outlives the second as far as that lets it."""
    middle = half_way(sigma, next_sigma, flow)
    if not 0 < middle < sigma:
        return toward(denoised, x, next_sigma / sigma)
    kept = decay(sigma, middle, flow, eta)
    fresh = s_noise * math.sqrt(1 - kept**2)
    first, second = (draw(), draw(1)) if fresh else (0.0, 0.0)
    ahead = through(((denoised, sigma),), x, sigma, middle, flow, eta) + middle * fresh * first
    foreseen = ((denoise(ahead, middle), sigma),)
    x = through(foreseen, x, sigma, next_sigma, flow, eta)
    return x + (next_sigma * fresh) * (kept * first + second)

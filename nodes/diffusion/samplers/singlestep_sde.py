"""Samplers of the reverse stochastic equation that look ahead within a step, both parts noisy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor

from nodes.diffusion.sampler import Denoise, NoiseAt, Trace, log_snr, sampler, signal, toward

from .ancestral import ancestral
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
        first = noise(index) if eta and next_sigma else None
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
        denoised = denoise(x, sigma)
        middle = half_way(sigma, next_sigma, flow)
        if not 0 < middle < sigma:
            x = toward(denoised, x, next_sigma / sigma)
            yield x, denoised
            continue
        half = (log_snr(next_sigma, flow) - log_snr(sigma, flow)) / 2
        kept, fresh = math.exp(-eta * half), s_noise * math.sqrt(-math.expm1(-2 * eta * half))
        ahead = _relaxed(x, denoised, middle / sigma, signal(middle, flow), half, eta)
        first = noise(index) if eta else None
        if first is not None:
            ahead = ahead + (middle * fresh) * first
        foreseen = denoise(ahead, middle)
        x = _relaxed(x, foreseen, next_sigma / sigma, signal(next_sigma, flow), 2 * half, eta)
        if first is not None:
            x = x + (next_sigma * fresh) * (kept * first + noise(index, 1))
        yield x, denoised


def _relaxed(
    x: Tensor, denoised: Tensor, ratio: float, alpha: float, step: float, eta: float
) -> Tensor:
    """The mean of the reverse equation after `step` in lambda, the x0 held, alpha at its end."""
    return (ratio * math.exp(-eta * step)) * x - (alpha * math.expm1(-(1 + eta) * step)) * denoised

"""Samplers that look ahead within a step: several evaluations each, nothing kept between steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from torch import Tensor

from nodes.diffusion.sampler import Denoise, NoiseAt, Trace, freshened, log_snr, sampler, toward

from .ancestral import ancestral


@sampler
def dpm_2(denoise: Denoise, x: Tensor, sigmas: Sequence[float]) -> Trace:
    """The slope half way, at the geometric mean of the levels. Lu et al. (2022), DPM-Solver-2."""
    for sigma, next_sigma in pairwise(sigmas):
        denoised = denoise(x, sigma)
        x = _dpm_2(denoise, x, denoised, sigma, next_sigma)
        yield x, denoised


@sampler
def dpm_2_ancestral(
    denoise: Denoise,
    x: Tensor,
    sigmas: Sequence[float],
    flow: bool,
    noise: NoiseAt,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> Trace:
    """dpm_2 to a lower sigma, then fresh noise up to the next, as in k-diffusion."""
    for index, (sigma, next_sigma) in enumerate(pairwise(sigmas)):
        denoised = denoise(x, sigma)
        down, keep, up = ancestral(sigma, next_sigma, flow, eta)
        x = keep * _dpm_2(denoise, x, denoised, sigma, down)
        x = freshened(x, s_noise * up, partial(noise, index))
        yield x, denoised


def _dpm_2(denoise: Denoise, x: Tensor, denoised: Tensor, sigma: float, end: float) -> Tensor:
    """The latent at `end`. The slope is the same in flow space, and so is the midpoint: it is off
    the middle by the square of the step only, which leaves the method its second order."""
    if end == 0:
        return denoised
    middle = math.sqrt(sigma * end)
    ahead = toward(denoised, x, middle / sigma)
    slope = (ahead - denoise(ahead, middle)) / middle
    return x + slope * (end - sigma)


@sampler
def dpmpp_2s(denoise: Denoise, x: Tensor, sigmas: Sequence[float], flow: bool) -> Trace:
    """DPM-Solver++(2S): the step with the x0 foreseen half way. Lu et al. (2022), algorithm 1."""
    for sigma, next_sigma in pairwise(sigmas):
        denoised = denoise(x, sigma)
        x = _dpmpp_2s(denoise, x, denoised, sigma, next_sigma, flow)
        yield x, denoised


@sampler
def dpmpp_2s_ancestral(
    denoise: Denoise,
    x: Tensor,
    sigmas: Sequence[float],
    flow: bool,
    noise: NoiseAt,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> Trace:
    """dpmpp_2s to a lower sigma, then fresh noise up to the next, as in k-diffusion."""
    for index, (sigma, next_sigma) in enumerate(pairwise(sigmas)):
        denoised = denoise(x, sigma)
        down, keep, up = ancestral(sigma, next_sigma, flow, eta)
        x = keep * _dpmpp_2s(denoise, x, denoised, sigma, down, flow)
        x = freshened(x, s_noise * up, partial(noise, index))
        yield x, denoised


def _dpmpp_2s(
    denoise: Denoise, x: Tensor, denoised: Tensor, sigma: float, end: float, flow: bool
) -> Tensor:
    middle = half_way(sigma, end, flow)
    if end == 0 or middle == sigma:
        return toward(denoised, x, end / sigma)
    ahead = toward(denoised, x, middle / sigma)
    return toward(denoise(ahead, middle), x, end / sigma)


def half_way(sigma: float, end: float, flow: bool) -> float:
    """The level half way in lambda: the geometric mean of noise to signal.

    From the pure noise of flow models, lambda = -inf, that is where it starts: such a step is one
    of first order.
    """
    if not flow or end == 0:
        return math.sqrt(sigma * end)
    return 1 / (1 + math.exp((log_snr(sigma, flow) + log_snr(end, flow)) / 2))


@sampler
def heunpp2(denoise: Denoise, x: Tensor, sigmas: Sequence[float]) -> Trace:
    """Heun++: slopes here and one and two levels on, weighted by level. Carzit (2023), version 2.

    With k slopes (3; 2 and 1 before the end), the one at level s > here counts s / (k * first
    level), this one the rest: near the end Euler, at the start Heun with a look further ahead.
    """
    for index, (sigma, next_sigma) in enumerate(pairwise(sigmas)):
        denoised = denoise(x, sigma)
        levels = [level for level in sigmas[index : index + 3] if level > 0]
        weights = [level / (len(levels) * sigmas[0]) for level in levels[1:]]
        ahead, slope = x, (x - denoised) / sigma
        mean = (1 - sum(weights)) * slope
        for (level, next_level), weight in zip(pairwise(levels), weights, strict=True):
            ahead = ahead + slope * (next_level - level)
            slope = (ahead - denoise(ahead, next_level)) / next_level
            mean = mean + weight * slope
        x = x + mean * (next_sigma - sigma) if next_sigma > 0 else denoised
        yield x, denoised

"""Samplers along the probability flow that look at one step only."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor

from nodes.core.types import SamplerState
from nodes.diffusion.sampler import Denoise, Stepped, Trace, one_evaluation, sampler, toward


@one_evaluation
def euler(x: Tensor, denoised: Tensor, sigma: float, next_sigma: float) -> Stepped:
    """Euler's method along the probability flow. Karras et al. (2022), algorithm 2, no churn."""
    return toward(denoised, x, next_sigma / sigma), SamplerState("euler")


@one_evaluation
def ddim(x: Tensor, denoised: Tensor, sigma: float, next_sigma: float) -> Stepped:
    """DDIM with eta 0: written in sigma it is Euler's step. Song et al. (2021)."""
    return toward(denoised, x, next_sigma / sigma), SamplerState("ddim")


@sampler
def heun(denoise: Denoise, x: Tensor, sigmas: Sequence[float]) -> Trace:
    """Heun's second-order method. Karras et al. (2022), algorithm 1."""
    for sigma, next_sigma in pairwise(sigmas):
        denoised = denoise(x, sigma)
        ahead = toward(denoised, x, next_sigma / sigma)
        if next_sigma > 0:
            slope = (x - denoised) / sigma
            next_slope = (ahead - denoise(ahead, next_sigma)) / next_sigma
            ahead = x + (slope + next_slope) * ((next_sigma - sigma) / 2)
        x = ahead
        yield x, denoised

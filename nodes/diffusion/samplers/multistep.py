"""Samplers along the probability flow that look back at earlier steps."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from nodes.core.types import SamplerState
from nodes.diffusion.sampler import Past, Stepped, log_snr, one_evaluation, seen, toward


@one_evaluation
def dpmpp_2m(
    x: Tensor, denoised: Tensor, sigma: float, next_sigma: float, past: Past, flow: bool
) -> Stepped:
    """DPM-Solver++(2M): the last denoised bends the step. Lu et al. (2022), algorithm 2."""
    bent = bend(denoised, sigma, next_sigma, past, flow)
    after = SamplerState("dpmpp_2m", ((denoised, sigma),))
    return toward(bent, x, next_sigma / sigma), after


def bend(denoised: Tensor, sigma: float, next_sigma: float, past: Past, flow: bool) -> Tensor:
    """The denoised half a step ahead, by the line through the last one: the midpoint rule of 2M."""
    here = log_snr(sigma, flow)
    if past is None or next_sigma == 0 or here == -math.inf:
        return denoised
    ((last_denoised, last_sigma),) = past.memory
    step, last_step = log_snr(next_sigma, flow) - here, here - log_snr(last_sigma, flow)
    return denoised + (denoised - last_denoised) * (step / (2 * last_step))


@one_evaluation
def lms(x: Tensor, denoised: Tensor, sigma: float, next_sigma: float, past: Past) -> Stepped:
    """Linear multistep of order 4 (Adams-Bashforth on uneven sigmas), as in k-diffusion."""
    known = seen((x - denoised) / sigma, sigma, past, 4)
    weights = multistep([level for _, level in known], next_sigma)
    for (slope, _), weight in zip(known, weights, strict=True):
        x = torch.add(x, slope, alpha=weight)
    return x, SamplerState("lms", known[:3])


def multistep(levels: list[float], end: float) -> list[float]:
    """The integral from levels[0] to `end` of each Lagrange polynomial over the levels.

    Two Gauss points are exact for polynomials up to the third degree.
    """
    middle, half = (levels[0] + end) / 2, (end - levels[0]) / 2
    points = (middle - half / math.sqrt(3), middle + half / math.sqrt(3))
    return [
        half
        * sum(
            math.prod((at - b) / (a - b) for other, b in enumerate(levels) if other != place)
            for at in points
        )
        for place, a in enumerate(levels)
    ]


EVEN = ((1,), (3 / 2, -1 / 2), (23 / 12, -16 / 12, 5 / 12), (55 / 24, -59 / 24, 37 / 24, -9 / 24))


@one_evaluation
def ipndm(x: Tensor, denoised: Tensor, sigma: float, next_sigma: float, past: Past) -> Stepped:
    """Adams-Bashforth of order 4 with the weights of even steps. Liu et al. (2022)."""
    known = seen((x - denoised) / sigma, sigma, past, 4)
    for (slope, _), weight in zip(known, EVEN[len(known) - 1], strict=True):
        x = torch.add(x, slope, alpha=weight * (next_sigma - sigma))
    return x, SamplerState("ipndm", known[:3])


@one_evaluation
def gradient_estimation(
    x: Tensor, denoised: Tensor, sigma: float, next_sigma: float, past: Past
) -> Stepped:
    """Euler, the slope leaning away from the last one by gamma 2. Permenter and Yuan (2024)."""
    slope, moved = (x - denoised) / sigma, toward(denoised, x, next_sigma / sigma)
    if past and next_sigma:
        ((last_slope, _),) = past.memory
        moved = moved + (slope - last_slope) * (next_sigma - sigma)
    return moved, SamplerState("gradient_estimation", ((slope, sigma),))

"""Samplers along the probability flow that look back at earlier steps."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from nodes.core.types import SamplerState
from nodes.diffusion.sampler import Past, Stepped, log_snr, one_evaluation, toward


@one_evaluation
def dpmpp_2m(
    x: Tensor, denoised: Tensor, sigma: float, next_sigma: float, past: Past, flow: bool
) -> Stepped:
    """DPM-Solver++(2M): the last denoised bends the step. Lu et al. (2022), algorithm 2."""
    bent = bend(denoised, sigma, next_sigma, past, flow)
    return toward(bent, x, next_sigma / sigma), SamplerState("dpmpp_2m", (denoised, sigma))


def bend(denoised: Tensor, sigma: float, next_sigma: float, past: Past, flow: bool) -> Tensor:
    """The denoised half a step ahead, by the line through the last one: the midpoint rule of 2M."""
    if past is None or next_sigma == 0:
        return denoised
    last_denoised, last_sigma = past.memory
    step = log_snr(next_sigma, flow) - log_snr(sigma, flow)
    last_step = log_snr(sigma, flow) - log_snr(last_sigma, flow)
    return denoised + (denoised - last_denoised) * (step / (2 * last_step))


@one_evaluation
def lms(x: Tensor, denoised: Tensor, sigma: float, next_sigma: float, past: Past) -> Stepped:
    """Linear multistep of order 4 (Adams-Bashforth on uneven sigmas), as in k-diffusion."""
    known = (((x - denoised) / sigma, sigma), *(past.memory if past else ()))[:4]
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

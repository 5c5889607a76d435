"""UniPC: the model, seen at the end of a step, first corrects that step. Zhao et al. (2023)."""

from __future__ import annotations

import math

from torch import Tensor

from nodes.core.types import SamplerState
from nodes.diffusion.sampler import (
    Past,
    Seen,
    Stepped,
    log_snr,
    one_evaluation,
    signal,
    toward,
)

from .exponential import at, through


@one_evaluation
def uni_pc(
    x: Tensor, denoised: Tensor, sigma: float, next_sigma: float, past: Past, flow: bool
) -> Stepped:
    """UniPC of order 2, B(h) = h: for few steps. Zhao et al. (2023)."""
    return _unified(x, denoised, sigma, next_sigma, past, flow, "uni_pc")


@one_evaluation
def uni_pc_bh2(
    x: Tensor, denoised: Tensor, sigma: float, next_sigma: float, past: Past, flow: bool
) -> Stepped:
    """UniPC of order 2, B(h) = exp(h) - 1: diffusers' own choice. Zhao et al. (2023)."""
    return _unified(x, denoised, sigma, next_sigma, past, flow, "uni_pc_bh2")


def _unified(
    x: Tensor, denoised: Tensor, sigma: float, next_sigma: float, past: Past, flow: bool, name: str
) -> Stepped:
    """Correct the step that led here, then predict the next. The state keeps where it began."""
    known: Seen = ((denoised, sigma),)
    if past:
        before, *earlier = past.memory
        known = (*known, *earlier)
        x = _corrected(x, before, known, flow, name)
    after = SamplerState(name, (x, *known[:2]))
    predicted = toward(denoised, x, next_sigma / sigma)
    if next_sigma == 0 or len(at(known[:2], flow)) == 1:
        return predicted, after
    (last_denoised, last_sigma) = known[1]
    here = log_snr(sigma, flow)
    ahead = (log_snr(next_sigma, flow) - here) / (here - log_snr(last_sigma, flow))
    size = signal(next_sigma, flow) * _b(sigma, next_sigma, flow, name) / 2
    return predicted + (size * ahead) * (denoised - last_denoised), after


def _corrected(x: Tensor, before: Tensor, known: Seen, flow: bool, name: str) -> Tensor:
    """x again, from where its step began, now that x0 is known at its end too."""
    (denoised, sigma), (last_denoised, last_sigma) = known[:2]
    places = at(known, flow)
    if len(places) == 1:  # the step began in pure noise
        return x
    if len(places) == 3:
        return through(known, before, last_sigma, sigma, flow)
    size = signal(sigma, flow) * _b(last_sigma, sigma, flow, name) / 2
    return toward(last_denoised, before, sigma / last_sigma) + size * (denoised - last_denoised)


def _b(sigma: float, next_sigma: float, flow: bool, name: str) -> float:
    """B(h) of a step: in terms of x0 it is h or 1 - exp(-h)."""
    step = log_snr(next_sigma, flow) - log_snr(sigma, flow)
    return step if name == "uni_pc" else -math.expm1(-step)

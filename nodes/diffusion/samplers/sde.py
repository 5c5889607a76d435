"""Samplers of the reverse stochastic equation: fresh noise in every step, as exactly as it goes."""

from __future__ import annotations

import math

from torch import Tensor

from nodes.core.types import SamplerState
from nodes.diffusion.sampler import Draw, Past, Stepped, log_snr, one_evaluation, signal

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
) -> Stepped:
    """SDE-DPM-Solver++(2M): and fresh noise in every step. Lu et al. (2022), section 4."""
    bent = bend(denoised, sigma, next_sigma, past, flow)
    after = SamplerState("dpmpp_2m_sde", (denoised, sigma))
    if next_sigma == 0:
        return bent, after
    kept = math.exp(log_snr(sigma, flow) - log_snr(next_sigma, flow))
    fresh = next_sigma * math.sqrt(1 - kept**2)
    x = (next_sigma / sigma * kept) * x + (signal(next_sigma, flow) * (1 - kept**2)) * bent
    return x + fresh * draw(), after

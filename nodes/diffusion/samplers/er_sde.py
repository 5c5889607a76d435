"""A sampler of the extended reverse-time stochastic equation."""

from __future__ import annotations

import math

from numpy.polynomial.legendre import leggauss
from torch import Tensor

from nodes.core.types import SamplerState
from nodes.diffusion.sampler import (
    Draw,
    Past,
    Stepped,
    freshened,
    log_snr,
    one_evaluation,
    seen,
    signal,
)

from .exponential import at

NODES = [(float(point), float(weight)) for point, weight in zip(*leggauss(32), strict=True)]


@one_evaluation
def er_sde(
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
    """ER-SDE-Solver-3: x0 is a parabola in sigma, and noise as ER-SDE 5 wants. Cui et al. (2023).

    Its noise function is rho * (exp(rho**0.3) + 10)**eta for rho = sigma / alpha.
    """
    known = seen(denoised, sigma, past, 3)
    after = SamplerState("er_sde", known[:2])
    if next_sigma == 0:
        return denoised, after
    places, end = [-place for place in at(known, flow)], -log_snr(next_sigma, flow)
    moves = eta and next_sigma != sigma
    kept = math.exp(eta * (_growth(end) - _growth(places[0]))) if moves else 1.0
    ratio, next_alpha = next_sigma / sigma * kept, signal(next_sigma, flow)
    x = ratio * x + (next_alpha - ratio * signal(sigma, flow)) * denoised
    for (other, _), weight in zip(known[1:], _weights(places, end, eta), strict=False):
        x = x + (next_alpha * weight) * (other - denoised)
    return freshened(x, s_noise * next_sigma * math.sqrt(1 - kept**2), draw), after


def _growth(level: float) -> float:
    """ln(exp(rho**0.3) + 10) at level = ln(rho); never overflows."""
    power = math.exp(0.3 * level)
    return power + math.log1p(10 * math.exp(-power))


def _weights(places: list[float], end: float, eta: float) -> list[float]:
    """How each place but the first counts: its Lagrange polynomial in rho, times what the noise
    function phi lets through, d(-phi(end) / phi(rho)), from end to places[0] (all are ln rho)."""
    if len(places) == 1:
        return []
    half, levels = (places[0] - end) / 2, [math.exp(place) for place in places]
    found = [0.0] * (len(places) - 1)
    for point, weight in NODES:
        level = end + half * (1 + point)
        power = math.exp(0.3 * level)
        steepness = 1 + eta * 0.3 * power / (1 + 10 * math.exp(-power))
        let = math.exp(end - level + eta * (_growth(end) - _growth(level))) * steepness
        for own in range(1, len(places)):
            others = [other for place, other in enumerate(levels) if place != own]
            lagrange = math.prod((math.exp(level) - b) / (levels[own] - b) for b in others)
            found[own - 1] += half * weight * let * lagrange
    return found

"""Samplers that solve the linear part exactly and look back to see how the rest bends."""

from __future__ import annotations

import math

from numpy.polynomial import polynomial
from torch import Tensor

from nodes.core.types import SamplerState
from nodes.diffusion.sampler import (
    Draw,
    Past,
    Seen,
    Stepped,
    decay,
    freshened,
    log_snr,
    one_evaluation,
    seen,
    signal,
    toward,
)

from .ancestral import ancestral


@one_evaluation
def res_multistep(
    x: Tensor, denoised: Tensor, sigma: float, next_sigma: float, past: Past, flow: bool
) -> Stepped:
    """Refined exponential solver, multistep of order 2. Zhang et al. (2023)."""
    known = seen(denoised, sigma, past, 2)
    return through(known, x, sigma, next_sigma, flow), SamplerState("res_multistep", known[:1])


@one_evaluation
def res_multistep_ancestral(
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
    """The refined exponential solver to a lower sigma, then fresh noise. Zhang et al. (2023).

    The last x0 counts as seen as far back as the last step went down before its noise.
    """
    down, keep, up = ancestral(sigma, next_sigma, flow, eta)
    values, places = [denoised], [log_snr(sigma, flow)]
    if past:
        last_denoised, last_sigma, last_down = past.memory
        values.append(last_denoised)
        places.append(places[0] - log_snr(last_down, flow) + log_snr(last_sigma, flow))
    x = keep * along(values, places, x, sigma, down, flow)
    after = SamplerState("res_multistep_ancestral", (denoised, sigma, down))
    return freshened(x, s_noise * up, draw), after


@one_evaluation
def deis(
    x: Tensor, denoised: Tensor, sigma: float, next_sigma: float, past: Past, flow: bool
) -> Stepped:
    """DEIS of order 2: a line through the noise last seen. Zhang and Chen (2023)."""
    return _through_noise(x, denoised, sigma, next_sigma, past, flow, "deis", 2)


@one_evaluation
def deis_3m(
    x: Tensor, denoised: Tensor, sigma: float, next_sigma: float, past: Past, flow: bool
) -> Stepped:
    """DEIS of order 3: a parabola through the noise last seen. Zhang and Chen (2023)."""
    return _through_noise(x, denoised, sigma, next_sigma, past, flow, "deis_3m", 3)


def _through_noise(
    x: Tensor,
    denoised: Tensor,
    sigma: float,
    next_sigma: float,
    past: Past,
    flow: bool,
    name: str,
    count: int,
) -> Stepped:
    """The noise as a polynomial in ln(sigma / alpha); a step to 0 has no end there: Euler."""
    noise = (x - signal(sigma, flow) * denoised) / sigma
    known = seen(noise, sigma, past, count)
    after = SamplerState(name, known[: count - 1])
    moved, end = toward(denoised, x, next_sigma / sigma), -log_snr(next_sigma, flow)
    places = [-place for place in at(known, flow)]
    if next_sigma == 0 or len(places) == 1:
        return moved, after
    counts = weights(places, places[0], end)
    for (other, _), weight in zip(known[1:], counts[1:], strict=False):
        moved = moved + (next_sigma * weight) * (other - noise)
    return moved, after


def through(
    known: Seen, x: Tensor, sigma: float, next_sigma: float, flow: bool, eta: float = 0.0
) -> Tensor:
    """`along` what is known, newest first, each a value and its sigma."""
    values = [value for value, _ in known]
    return along(values, at(known, flow), x, sigma, next_sigma, flow, eta)


def along(
    values: list[Tensor],
    places: list[float],
    x: Tensor,
    sigma: float,
    next_sigma: float,
    flow: bool,
    eta: float = 0.0,
) -> Tensor:
    """x at next_sigma, were x0 the polynomial in lambda with these values at these places.

    x belongs to sigma, which the first place need not. The noise that eta wants is not yet added.
    """
    ratio = next_sigma / sigma * decay(sigma, next_sigma, flow, eta)
    next_alpha = signal(next_sigma, flow)
    x = ratio * x + (next_alpha - ratio * signal(sigma, flow)) * values[0]
    start, end = log_snr(sigma, flow), log_snr(next_sigma, flow)
    finite = [place for place in places if math.isfinite(place)]
    if len(finite) == 1 or math.inf in (-start, end):
        return x
    counts = weights(finite, start, end, 1 + eta)
    for value, count in zip(values[1:], counts[1:], strict=False):
        x = x + (next_alpha * count) * (value - values[0])
    return x


def at(known: Seen, flow: bool) -> list[float]:
    """The lambdas of what is known, down to a flow's pure noise, which lies infinitely far."""
    places = [log_snr(sigma, flow) for _, sigma in known]
    return places[: max(1, places.index(-math.inf))] if -math.inf in places else places


def weights(places: list[float], start: float, end: float, rate: float = 1.0) -> list[float]:
    """How each place counts in the integral of rate * exp(rate * (u - end)) from start to end.

    The integrand is times the Lagrange polynomial over the places, at most three of them.
    """
    moments = _moments(rate * (end - start), len(places))
    shifted = [place - start for place in places]
    found = []
    for own, a in enumerate(shifted):
        others = [b for other, b in enumerate(shifted) if other != own]
        powers = polynomial.polyfromroots(others).tolist()
        area = sum(
            factor * (end - start) ** power * moment
            for power, (factor, moment) in enumerate(zip(powers, moments, strict=True))
        )
        found.append(area / math.prod(a - b for b in others))
    return found


def _moments(width: float, count: int) -> list[float]:
    """The integrals of width * exp(width * (u - 1)) * u**k over u from 0 to 1, k below count."""
    if abs(width) < 0.5:  # where the closed form would lose digits
        return [
            width
            * sum((-width) ** n * math.factorial(k) / math.factorial(n + k + 1) for n in range(14))
            for k in range(count)
        ]
    moments = [-math.expm1(-width)]
    for k in range(1, count):
        moments.append(1 - k / width * moments[-1])
    return moments

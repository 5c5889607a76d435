"""How a latent gets from noise to a picture: one function for each sampler.

All work on sigmas. Euler's step is the same for both ways of mixing noise in (`flow` says which):
x = x0 + sigma * noise, or x = (1 - sigma) * x0 + sigma * noise.

To add a sampler, write one function below the others: its name is the function's, its help the
docstring. `MEASURED` or `TENDS` in tests/diffusion/test_samplers.py gets a line with its figures.
With one evaluation a step, it is a pure function under `@one_evaluation`:

    step(x, denoised, sigma, next_sigma, past, flow, draw) -> (x, state)

x (B, C, H, W) is the noisy latent at sigma, `denoised` the model's x0 for it, `past` the state
it left after the last step (None at first), `draw()` this step's standard normal noise. With more,
it is a generator under `@sampler` that yields (x, denoised) after each step; `noise_at(index)` is
then the noise of a step. The slope dx/dsigma is (x - denoised) / sigma, also for flow, and a step
to 0 returns finite values, most often `denoised` itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor

from nodes.core.types import SamplerState

Past = SamplerState | None
Draw = Callable[[], Tensor]
Stepped = tuple[Tensor, SamplerState]
StepFunction = Callable[[Tensor, Tensor, float, float, Past, bool, Draw], Stepped]

Denoise = Callable[[Tensor, float], Tensor]
NoiseAt = Callable[[int], Tensor]
Trace = Iterator[tuple[Tensor, Tensor]]
RunFunction = Callable[[Denoise, Tensor, Sequence[float], NoiseAt, bool], Trace]


@dataclass(frozen=True)
class Sampler:
    """A sampler: `run` is the whole loop, `step` one turn of it where a turn is one evaluation."""

    name: str
    run: RunFunction
    step: StepFunction | None = None


SAMPLERS: dict[str, Sampler] = {}


def one_evaluation(step: StepFunction) -> StepFunction:
    """Register a step; its generator is the loop over it."""

    def run(denoise: Denoise, x: Tensor, sigmas: Sequence[float], at: NoiseAt, flow: bool) -> Trace:
        state: Past = None
        for index, (sigma, next_sigma) in enumerate(pairwise(sigmas)):
            denoised = denoise(x, sigma)
            x, state = step(x, denoised, sigma, next_sigma, state, flow, partial(at, index))
            yield x, denoised

    SAMPLERS[step.__name__] = Sampler(step.__name__, run, step)
    return step


def sampler(run: RunFunction) -> RunFunction:
    """Register a generator that evaluates the model as often as it likes."""
    SAMPLERS[run.__name__] = Sampler(run.__name__, run)
    return run


def toward(denoised: Tensor, x: Tensor, ratio: float) -> Tensor:
    """The latent with its noise shrunk to `ratio` = next_sigma / sigma: a step of Euler."""
    return torch.lerp(denoised, x, ratio)


def log_snr(sigma: float, flow: bool) -> float:
    """lambda = ln(alpha / sigma): half the logarithm of the signal-to-noise ratio."""
    if sigma == 0:
        return math.inf
    if not flow:
        return -math.log(sigma)
    return math.log((1 - sigma) / sigma) if sigma < 1 else -math.inf


@one_evaluation
def euler(
    x: Tensor, denoised: Tensor, sigma: float, next_sigma: float, past: Past, flow: bool, draw: Draw
) -> Stepped:
    """Euler's method along the probability flow. Karras et al. (2022), algorithm 2, no churn."""
    return toward(denoised, x, next_sigma / sigma), SamplerState("euler")


@one_evaluation
def euler_ancestral(
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
    """Euler to a lower sigma, then fresh noise up to the next. Ho et al. (2020)."""
    if next_sigma == 0:
        return toward(denoised, x, 0.0), SamplerState("euler_ancestral")
    down, keep, up = ancestral(sigma, next_sigma, flow, eta)
    x = keep * toward(denoised, x, down / sigma) + (s_noise * up) * draw()
    return x, SamplerState("euler_ancestral")


def ancestral(
    sigma: float, next_sigma: float, flow: bool, eta: float
) -> tuple[float, float, float]:
    """(sigma to go down to, scale of the latent there, noise to add) to arrive at next_sigma."""
    if flow:
        down = next_sigma * (1 + (next_sigma / sigma - 1) * eta)
        keep = (1 - next_sigma) / (1 - down)
        return down, keep, math.sqrt(max(next_sigma**2 - (down * keep) ** 2, 0.0))
    up = min(next_sigma, eta * next_sigma * math.sqrt(1 - (next_sigma / sigma) ** 2))
    return math.sqrt(next_sigma**2 - up**2), 1.0, up


@one_evaluation
def ddim(
    x: Tensor, denoised: Tensor, sigma: float, next_sigma: float, past: Past, flow: bool, draw: Draw
) -> Stepped:
    """DDIM with eta 0: written in sigma it is Euler's step. Song et al. (2021)."""
    return toward(denoised, x, next_sigma / sigma), SamplerState("ddim")


@one_evaluation
def dpmpp_2m(
    x: Tensor, denoised: Tensor, sigma: float, next_sigma: float, past: Past, flow: bool, draw: Draw
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
def dpmpp_2m_sde(
    x: Tensor, denoised: Tensor, sigma: float, next_sigma: float, past: Past, flow: bool, draw: Draw
) -> Stepped:
    """SDE-DPM-Solver++(2M): and fresh noise in every step. Lu et al. (2022), section 4."""
    bent = bend(denoised, sigma, next_sigma, past, flow)
    after = SamplerState("dpmpp_2m_sde", (denoised, sigma))
    if next_sigma == 0:
        return bent, after
    kept = math.exp(log_snr(sigma, flow) - log_snr(next_sigma, flow))
    alpha = 1 - next_sigma if flow else 1.0
    fresh = next_sigma * math.sqrt(1 - kept**2)
    x = (next_sigma / sigma * kept) * x + (alpha * (1 - kept**2)) * bent
    return x + fresh * draw(), after


@one_evaluation
def lms(
    x: Tensor, denoised: Tensor, sigma: float, next_sigma: float, past: Past, flow: bool, draw: Draw
) -> Stepped:
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


@one_evaluation
def lcm(
    x: Tensor, denoised: Tensor, sigma: float, next_sigma: float, past: Past, flow: bool, draw: Draw
) -> Stepped:
    """Denoise wholly, then noise again: for latent consistency models. Luo et al. (2023)."""
    if next_sigma == 0:
        return denoised, SamplerState("lcm")
    alpha = 1 - next_sigma if flow else 1.0
    return alpha * denoised + next_sigma * draw(), SamplerState("lcm")


@sampler
def heun(denoise: Denoise, x: Tensor, sigmas: Sequence[float], at: NoiseAt, flow: bool) -> Trace:
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

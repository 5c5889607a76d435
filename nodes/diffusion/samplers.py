"""How a latent gets from noise to a picture: one function for each sampler.

All work on sigmas, and Euler's step is the same in both ways noise is mixed in (`flow` says which):
x = x0 + sigma * noise, or x = (1 - sigma) * x0 + sigma * noise.

To add a sampler, write one function below the others. With one evaluation a step, it is a pure
function under `@one_evaluation`:

    step(x, denoised, sigma, next_sigma, state, flow, noise) -> (x, state)

x (B, C, H, W) is the noisy latent at sigma, `denoised` the model's x0 for it, `state` what the
sampler remembers (None at first), `noise()` draws this step's standard normal noise. With more, it
is a generator under `@sampler` that yields (x, denoised) after each step. Either way its name is
the function's, its help the docstring, and nothing else has to be told.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from nodes.core.types import SamplerState

Denoise = Callable[[Tensor, float], Tensor]
Draw = Callable[[], Tensor]
Trace = Iterator[tuple[Tensor, Tensor]]
StepFunction = Callable[
    [Tensor, Tensor, float, float, SamplerState | None, bool, Draw], tuple[Tensor, SamplerState]
]
RunFunction = Callable[[Denoise, Tensor, Sequence[float], Callable[[int], Tensor], bool], Trace]


@dataclass(frozen=True)
class Sampler:
    """A sampler: `run` is the whole loop, `step` one turn of it where a step is one evaluation."""

    name: str
    run: RunFunction
    step: StepFunction | None = None


SAMPLERS: dict[str, Sampler] = {}


def one_evaluation(step: StepFunction) -> StepFunction:
    """Register a step; its generator is the loop over it."""

    def run(
        denoise: Denoise,
        x: Tensor,
        sigmas: Sequence[float],
        noise_at: Callable[[int], Tensor],
        flow: bool,
    ) -> Trace:
        state = None
        for index, (sigma, next_sigma) in enumerate(pairwise(sigmas)):
            denoised = denoise(x, sigma)
            x, state = step(
                x, denoised, sigma, next_sigma, state, flow, lambda i=index: noise_at(i)
            )
            yield x, denoised

    SAMPLERS[step.__name__] = Sampler(step.__name__, run, step)
    return step


def sampler(run: RunFunction) -> RunFunction:
    """Register a generator that evaluates the model as often as it likes."""
    SAMPLERS[run.__name__] = Sampler(run.__name__, run)
    return run


def toward(denoised: Tensor, x: Tensor, ratio: float) -> Tensor:
    """The latent after its noise shrank to `ratio` = next_sigma / sigma: Euler's step for either mixing."""
    return torch.lerp(denoised, x, ratio)


def log_snr(sigma: float, flow: bool) -> float:
    """lambda = ln(alpha / sigma): half the logarithm of the signal-to-noise ratio."""
    if sigma == 0:
        return math.inf
    if not flow:
        return -math.log(sigma)
    return math.log((1 - sigma) / sigma) if sigma < 1 else -math.inf


@one_evaluation
def euler(x, denoised, sigma, next_sigma, state, flow, noise):
    """Euler's method along the probability flow: Karras et al. (2022), algorithm 2 without churn."""
    return toward(denoised, x, next_sigma / sigma), SamplerState("euler")


@one_evaluation
def euler_ancestral(x, denoised, sigma, next_sigma, state, flow, noise, eta=1.0, s_noise=1.0):
    """Euler to a lower sigma, then fresh noise up to the next: ancestral sampling, Ho et al. (2020)."""
    state = SamplerState("euler_ancestral")
    if next_sigma == 0:
        return toward(denoised, x, 0.0), state
    if flow:
        down = next_sigma * (1 + (next_sigma / sigma - 1) * eta)
        keep = (1 - next_sigma) / (1 - down)
        up = math.sqrt(max(next_sigma**2 - (down * keep) ** 2, 0.0))
    else:
        keep = 1.0
        up = min(next_sigma, eta * next_sigma * math.sqrt(1 - (next_sigma / sigma) ** 2))
        down = math.sqrt(next_sigma**2 - up**2)
    return keep * toward(denoised, x, down / sigma) + (s_noise * up) * noise(), state


@one_evaluation
def ddim(x, denoised, sigma, next_sigma, state, flow, noise):
    """DDIM with eta 0, Song et al. (2021): written in sigma it is Euler's step."""
    return toward(denoised, x, next_sigma / sigma), SamplerState("ddim")


@one_evaluation
def dpmpp_2m(x, denoised, sigma, next_sigma, state, flow, noise):
    """DPM-Solver++(2M), Lu et al. (2022), algorithm 2: the last denoised bends the step."""
    slope = denoised
    if state is not None and next_sigma > 0:
        last_denoised, last_sigma = state.memory
        step = log_snr(next_sigma, flow) - log_snr(sigma, flow)
        last_step = log_snr(sigma, flow) - log_snr(last_sigma, flow)
        slope = denoised + (denoised - last_denoised) * (step / (2 * last_step))
    return toward(slope, x, next_sigma / sigma), SamplerState("dpmpp_2m", (denoised, sigma))


@sampler
def heun(denoise, x, sigmas, noise_at, flow):
    """Heun's second-order method: Karras et al. (2022), algorithm 1."""
    for sigma, next_sigma in pairwise(sigmas):
        denoised = denoise(x, sigma)
        ahead = toward(denoised, x, next_sigma / sigma)
        if next_sigma > 0:
            slope = (x - denoised) / sigma
            next_slope = (ahead - denoise(ahead, next_sigma)) / next_sigma
            ahead = x + (slope + next_slope) * ((next_sigma - sigma) / 2)
        x = ahead
        yield x, denoised


STEP_SAMPLERS: tuple[str, ...] = tuple(name for name, entry in SAMPLERS.items() if entry.step)

"""From noise to a latent: the loop over a sampler, and what the open loop shares with it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from nodes.core.problem import Fix, Problem
from nodes.core.types import Conditioning, Latent, SamplerState

from .denoiser import Denoiser
from .guidance import both, guide, together
from .noise import generators, noise
from .samplers import SAMPLERS
from .schedules import check
from .schedules import schedule as sigmas_of
from .stock import stock_loop

# Those the open loop can take step by step.
STEP_SAMPLERS = tuple(name for name, sampler in SAMPLERS.items() if sampler.stepwise)


@dataclass(frozen=True)
class Step:
    """Where sampling is: step `index` of `of`, from 1; the latent after it, the x0 it foresees."""

    index: int
    of: int
    latent: Tensor
    denoised: Tensor


Sampling = Generator[Step, None, Latent]


def sample(
    denoiser: Denoiser,
    latent: Latent,
    positive: Conditioning,
    negative: Conditioning | None = None,
    seed: int = 0,
    steps: int = 20,
    guidance: float = 7.5,
    sampler: str = "euler",
    schedule: str = "normal",
    denoise: float = 1.0,
) -> Sampling:
    """Yields a Step after each step and returns the new Latent.

    Without a negative it is the conditioning's own unconditional; guidance 1.0 needs none and runs
    half as much. The sampler `model` is the scheduler of the model's own folder, stepped by
    diffusers; then `denoise` below 1 runs the last int(steps * denoise) steps, and guidance below 1
    is none, as in the stock pipelines.
    """
    check(steps, denoise)
    ready = fitted(latent, denoiser)
    alone = guidance == 1.0 or (sampler == "model" and guidance < 1.0)
    negative = None if alone else negative or positive.unconditional
    if negative is None and not alone:
        raise Problem(
            "This conditioning has nothing that stands for no prompt: "
            "wire a negative, or set the guidance to 1.",
            port="negative",
        )
    pair = together(denoiser, positive, negative, len(ready.values))
    scale = None if negative is None else guidance
    if sampler == "model":
        return _stock(denoiser, ready, pair, seed, steps, scale, schedule, denoise)
    return _own(
        denoiser, latent, pair, seed, scale, sampler, sigmas_of(schedule, denoiser, steps, denoise)
    )


def _own(
    denoiser: Denoiser,
    latent: Latent,
    pair: Conditioning,
    seed: int,
    guidance: float | None,
    sampler: str,
    sigmas: Tensor,
) -> Sampling:
    if sampler not in SAMPLERS:
        raise Problem(
            f"There is no sampler {sampler}; it is one of {', '.join(SAMPLERS)} or model.",
            port="sampler",
        )
    begun = start(latent, sigmas, seed, denoiser)
    x, levels = begun.values, sigmas.tolist()

    def x0(x: Tensor, sigma: float) -> Tensor:
        positive, negative = both(denoiser, x, sigma, pair)
        return (
            positive
            if guidance is None or negative is None
            else guide(positive, negative, guidance)
        )

    def noise_at(index: int, part: int = 0) -> Tensor:
        return step_noise(begun, seed, index, part)

    run = SAMPLERS[sampler].run(x0, x, levels, noise_at, denoiser.prediction.flow)
    for index, (after, denoised) in enumerate(run, 1):
        x = after
        yield Step(index, len(levels) - 1, x, denoised)
    return replace(begun, values=x)


def _stock(
    denoiser: Denoiser,
    ready: Latent,
    pair: Conditioning,
    seed: int,
    steps: int,
    guidance: float | None,
    schedule: str,
    denoise: float,
) -> Sampling:
    if schedule != "model":
        raise Problem(
            "The model's own scheduler brings its own schedule: set the schedule to model.",
            port="schedule",
            fix=Fix("Use the model's schedule", {"schedule": "model"}),
        )
    if int(steps * denoise) == 0:
        return ready
    streams = generators(seed, len(ready.values))
    shape = (1, *ready.values.shape[1:])
    drawn = torch.cat([torch.randn(shape, generator=stream) for stream in streams])
    picture = ready.values.to(denoiser.dtype)
    x = drawn.to(denoiser.device, denoiser.dtype)
    run = stock_loop(denoiser, picture, x, streams, pair, steps, guidance, denoise)
    for index, (after, denoised, count) in enumerate(run, 1):
        x = after
        yield Step(index, count, x, denoised)
    return replace(ready, values=x.float())


def start(latent: Latent, sigmas: Tensor, seed: int, denoiser: Denoiser) -> Latent:
    """The latent with noise at the first sigma: where `sample` and the open loop begin.

    A blank latent becomes the model's pure noise; a picture gets noise as the model mixes it in.
    """
    ready, sigma = fitted(latent, denoiser), float(sigmas[0])
    drawn = noise(tuple(ready.values.shape[1:]), seed, len(ready.values)).to(denoiser.device)
    if is_blank(latent):
        values = denoiser.prediction.prior(drawn, sigma) if sigma else ready.values
        return replace(ready, values=values)
    return replace(ready, values=denoiser.prediction.noised(ready.values, drawn, sigma))


def advance(
    sampler: str,
    latent: Latent,
    denoised: Latent,
    sigma: float,
    next_sigma: float,
    state: SamplerState | None = None,
    seed: int | None = None,
    index: int = 0,
) -> tuple[Latent, SamplerState]:
    """One step of a sampler in the open loop: the bits of `sample` at step `index` with `seed`."""
    if sampler not in STEP_SAMPLERS:
        usable = ", ".join(STEP_SAMPLERS)
        raise Problem(f"The sampler {sampler} has no single steps; {usable} have.", port="sampler")
    if state is not None and state.sampler != sampler:
        told = f"This state was left by {state.sampler}; the sampler is {sampler}."
        raise Problem(told, port="state")
    device = denoised.values.device
    latent, state = replace(latent, values=latent.values.to(device)), _at(state, device)

    def draw(part: int = 0) -> Tensor:
        if seed is None:
            raise Problem(f"The sampler {sampler} draws noise: wire or set a seed.", port="seed")
        return step_noise(latent, seed, index, part)

    flow = any(given.space.flow for given in (latent, denoised) if given.space)
    values, after = SAMPLERS[sampler].step(
        latent.values, denoised.values, sigma, next_sigma, past=state, flow=flow, draw=draw
    )
    return replace(latent, values=values), after


def _at(kept: Any, device: torch.device) -> Any:
    """What a sampler remembers, its tensors on the device."""
    if isinstance(kept, SamplerState):
        return replace(kept, memory=_at(kept.memory, device))
    if isinstance(kept, tuple):
        return tuple(_at(each, device) for each in kept)
    return kept.to(device) if isinstance(kept, Tensor) else kept


def step_noise(latent: Latent, seed: int, index: int, part: int = 0) -> Tensor:
    """The noise a sampler adds in step `index`, which counts from 0; `part` counts its draws."""
    shape = tuple(latent.values.shape[1:])
    return noise(shape, seed, len(latent.values), index + 1, part).to(latent.values.device)


def is_blank(latent: Latent) -> bool:
    """Whether it is a size and nothing else."""
    return latent.space is None and latent.values.shape[1] == 0


def fitted(latent: Latent, denoiser: Denoiser) -> Latent:
    """The latent as the model takes it: in its space, float32, on its device.

    A blank one becomes zeros of the model's channels, its size rounded down to whole latent values
    (0: the model's own size). Raises Problem for another space, naming both.
    """
    space, values = denoiser.space, latent.values
    if is_blank(latent):
        batch, _, height, width = values.shape
        rows = (height or denoiser.height) // space.factor
        columns = (width or denoiser.width) // space.factor
        if not rows or not columns:
            raise Problem(
                f"{width}x{height} is too small: a side needs {space.factor} pixels.", port="latent"
            )
        blank = torch.zeros(batch, space.channels, rows, columns, device=denoiser.device)
        return Latent(blank, space)
    if latent.space != space:
        theirs = latent.space.name if latent.space else "no space"
        raise Problem(
            f"This latent is in the space {theirs}; the model works in {space.name}.", port="latent"
        )
    return Latent(values.to(denoiser.device, torch.float32), space)

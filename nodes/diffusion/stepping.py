"""One step of a sampler by itself: the open loop."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from nodes.core.problem import Problem
from nodes.core.types import Latent, SamplerState

from .begin import step_noise
from .bound import bounded
from .masked import at, keep, settled
from .sampler import Sampler
from .samplers import SAMPLERS

# Those the open loop can take step by step.
STEP_SAMPLERS = tuple(name for name, sampler in SAMPLERS.items() if sampler.stepwise)


def advance(
    sampler: str,
    latent: Latent,
    denoised: Latent,
    sigma: float,
    next_sigma: float,
    state: SamplerState | None = None,
    seed: int | None = None,
    index: int = 0,
    negative: Latent | None = None,
    eta: float | None = None,
    noise_scale: float | None = None,
) -> tuple[Latent, SamplerState]:
    """One step of a sampler in the open loop: the bits of `sample` at step `index` with `seed`.

    What the latent's mask keeps is put into what was denoised.
    """
    method = _ready(sampler, state, negative)
    _leads_here(state, latent, sigma)
    device = denoised.values.device
    mask = latent.mask and at(latent.mask, device)
    latent = replace(latent, values=latent.values.to(device), mask=mask)

    def draw(part: int = 0) -> Tensor:
        if seed is None:
            raise Problem(f"The sampler {sampler} draws noise: wire or set a seed.", port="seed")
        return step_noise(latent, seed, index, part)

    values, after = method.step(
        latent.values,
        keep(bounded(denoised.values, denoised.space), mask, sigma),
        sigma,
        next_sigma,
        past=_at(state, device),
        flow=_is_flow(latent, denoised, sigma),
        draw=draw,
        negative=negative and keep(negative.values.to(device), mask, sigma),
        **strengths(method, eta, noise_scale),
    )
    return settled(replace(latent, values=values), next_sigma), after


def _ready(sampler: str, state: SamplerState | None, negative: Latent | None) -> Sampler:
    if sampler not in STEP_SAMPLERS:
        usable = ", ".join(STEP_SAMPLERS)
        raise Problem(f"The sampler {sampler} has no single steps; {usable} have.", port="sampler")
    if state is not None and state.sampler != sampler:
        told = f"This state was left by {state.sampler}; the sampler is {sampler}."
        raise Problem(told, port="state")
    if SAMPLERS[sampler].pairs and negative is None:
        raise Problem(wants_negative(sampler), port="negative_denoised")
    return SAMPLERS[sampler]


def _is_flow(latent: Latent, denoised: Latent, sigma: float) -> bool:
    """How noise is mixed into them. Raises Problem for a sigma that a flow has not."""
    flow = any(given.space.flow for given in (latent, denoised) if given.space)
    if flow and sigma > 1:
        raise Problem(f"is {sigma:g}; the noise of this model is 1 at most", "sigma")
    return flow


def _leads_here(state: SamplerState | None, latent: Latent, sigma: float) -> None:
    """Raise Problem for a state of another latent, or of a step that was not before this one.

    The first number a sampler remembers is the sigma its last step began at.
    """
    kept = list(_flat(state.memory)) if state else []
    shape = latent.values.shape
    for tensor in (each for each in kept if isinstance(each, Tensor)):
        if tensor.shape[1:] != shape[1:] or len(tensor) not in (1, shape[0]):
            told, ours = (" × ".join(map(str, tuple(size))) for size in (tensor.shape, shape))
            raise Problem(f"was left by a latent of {told} values, this one has {ours}", "state")
    before = next((each for each in kept if isinstance(each, float)), math.inf)
    if before <= sigma:
        told = f"was left by a step from {before:g}, this one begins at {sigma:g}"
        raise Problem(f"{told}: wire the state of the step before", "state")


def _flat(kept: Any) -> Iterator[Any]:
    if isinstance(kept, tuple):
        for each in kept:
            yield from _flat(each)
    else:
        yield kept


def wants_negative(sampler: str) -> str:
    """The sentence for a sampler that lacks the x0 of the negative."""
    return f"is needed: {sampler} steps along what is seen without the prompt. Wire it from unet"


def strengths(method: Sampler, eta: float | None, noise_scale: float | None) -> dict[str, float]:
    """How much noise a sampler adds, as it takes it. Raises Problem where it has no such thing."""
    given = {"eta": ("eta", eta), "noise_scale": ("s_noise", noise_scale)}
    for port, (name, value) in given.items():
        if value is not None and name not in method.takes:
            able = ", ".join(each.name for each in SAMPLERS.values() if name in each.takes)
            told = f"is set, but the sampler {method.name} has none: set it to auto, or use {able}"
            raise Problem(told, port)
    return {name: 1.0 if value is None else value for name, value in given.values()}


def _at(kept: Any, device: torch.device) -> Any:
    """What a sampler remembers, its tensors on the device."""
    if isinstance(kept, SamplerState):
        return replace(kept, memory=_at(kept.memory, device))
    if isinstance(kept, tuple):
        return tuple(_at(each, device) for each in kept)
    return kept.to(device) if isinstance(kept, Tensor) else kept

"""From noise to a latent: the loop over a sampler, and what the open loop shares with it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from nodes.core.problem import Fix, Problem
from nodes.core.types import Conditioning, Guider, Kept, Latent, Noise, Sigmas

from .begin import fitted as fitted
from .begin import is_blank, resume, step_noise
from .begin import start as start
from .denoiser import Denoiser
from .guided import Guided
from .masked import settled
from .noise import drawn, generators, seed_of
from .prompts import Prompts
from .sampler import Sampler
from .samplers import SAMPLERS
from .schedule import check
from .schedules import schedule as sigmas_of
from .span import WHOLE
from .span import Span as Span
from .stepping import STEP_SAMPLERS as STEP_SAMPLERS
from .stepping import advance as advance
from .stepping import strengths
from .stock import begun_stock, stock_loop


@dataclass(frozen=True)
class Step:
    """Where sampling is: step `index` of `of`, from 1; the latent after it, the x0 it foresees."""

    index: int
    of: int
    latent: Tensor
    denoised: Tensor


Sampling = Generator[Step, None, Latent]


@dataclass(frozen=True)
class Extra:
    """What a run may be given besides: see the node `sample`, which has the same names."""

    sigmas: Sigmas | None = None
    noise: Noise | None = None
    guider: Guider | None = None
    add_noise: bool = True
    eta: float | None = None
    noise_scale: float | None = None
    steps_before: int = 0
    span: Span = WHOLE


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
    extra: Extra | None = None,
) -> Sampling:
    """Yields a Step after each step and returns the new Latent.

    Without a negative it is the conditioning's own unconditional; guidance 1.0 needs none and runs
    half as much. The sampler `model` is the scheduler of the model's own folder, stepped by
    diffusers; then `denoise` below 1 runs the last int(steps * denoise) steps, and guidance below 1
    is none, as in the stock pipelines.
    """
    extra = extra or Extra()
    check(steps, denoise)
    extra.span.check(denoise, is_blank(latent))
    ready, guider, own = fitted(latent, denoiser), extra.guider or Guider(), sampler == "model"
    denoiser = denoiser.on(ready)
    told = denoiser.defaults.embeds_guidance
    usual = 1.0 if own and guidance < 1 and not told else guidance
    negative = negative or positive.unconditional
    prompts = Prompts(denoiser, len(ready.values), positive, negative, guider.middle)
    led = Guided(denoiser, prompts, guider, usual, steps)
    if own:
        led.prepare()
        return _stock(led, ready, seed, schedule, denoise, extra)
    method, given = _known(sampler), None if extra.sigmas is None else extra.sigmas.values
    sigmas = sigmas_of(schedule, denoiser, steps, denoise) if given is None else given
    led.steps = max(len(sigmas) - 1, 1)
    led.prepare(method.pairs)
    return _own(led, latent, seed, method, sigmas, extra)


def _own(
    led: Guided, latent: Latent, seed: int, method: Sampler, sigmas: Tensor, extra: Extra
) -> Sampling:
    wanted = strengths(method, extra.eta, extra.noise_scale)
    sigmas, led.index = extra.span.cut(sigmas, led.denoiser.prediction)
    denoiser, given, levels = led.denoiser, extra.noise or Noise(seed), sigmas.tolist()
    own = seed_of(given)
    seed, before = seed if own is None else own, led.index
    if extra.add_noise and not extra.span.start:
        begun = start(latent, sigmas, seed, denoiser, given)
    else:
        begun = resume(latent, sigmas, denoiser)
    led.mask = begun.mask

    def noise_at(index: int, part: int = 0) -> Tensor:
        return step_noise(begun, seed, index + extra.steps_before + before, part)

    x = begun.values
    run = method.run(led, x, levels, noise_at, denoiser.prediction.flow, **wanted)
    for index, (after, denoised) in enumerate(run, 1):
        led.index, x = before + index, after
        yield Step(index, len(levels) - 1, x, denoised)
    return settled(replace(begun, values=x), levels[-1])


def _stock(
    led: Guided, ready: Latent, seed: int, schedule: str, denoise: float, extra: Extra
) -> Sampling:
    scaled = extra.noise_scale is not None
    refused_by_model(schedule, extra.sigmas is not None, extra.add_noise, scaled)
    steps, denoiser = led.steps, led.denoiser
    if int(steps * denoise) == 0:
        return ready
    given = extra.noise or Noise(seed)
    own = seed_of(given)
    streams = generators(seed if own is None else own, len(ready.values))
    picture, noise = _mixed(ready, given, streams, extra)
    led.mask = ready.mask
    picture, noise = (one.to(denoiser.device, denoiser.dtype) for one in (picture, noise))
    begun = begun_stock(led, ready.values.to(picture), noise, denoise, extra.span)
    x = begun.x
    run = stock_loop(led, begun, picture, noise, streams, extra.eta)
    for index, (after, denoised, count) in enumerate(run, 1):
        x = after
        yield Step(index, count, x, denoised)
    mask = ready.mask and replace(ready.mask, kept=None)
    if mask and extra.span.end < 1:
        mask = replace(mask, kept=Kept(picture.float(), noise.float(), ()))
    return replace(ready, values=x.float(), mask=mask)


def _mixed(
    ready: Latent, given: Noise, streams: list[torch.Generator], extra: Extra
) -> tuple[Tensor, Tensor]:
    """The picture without noise, and the noise that a run mixes in or one before it did."""
    if not extra.span.start:
        shape = (1, *ready.values.shape[1:])
        fresh = torch.cat([torch.randn(shape, generator=stream) for stream in streams])
        # what the streams give next is drawn after their first noise all the same
        return ready.values, drawn(given, ready) if extra.noise else fresh
    if ready.mask is None:
        return ready.values, torch.zeros_like(ready.values)
    kept = ready.mask.kept
    if kept is None or kept.noise is None:
        raise Problem(
            "has a mask and noise, but not the picture without it: "
            "set the mask before the first part of the run",
            "latent",
        )
    return kept.values, kept.noise


def refused_by_model(schedule: str, sigmas: bool, add_noise: bool, scaled: bool) -> None:
    """Raise Problem for what the sampler `model`, the folder's own scheduler, cannot be given."""
    told = (
        (sigmas, "sigmas", "is wired, but the sampler model brings its own schedule"),
        (not add_noise, "add_noise", "is off, but the sampler model adds its own noise"),
        (scaled, "noise_scale", "is set, but the sampler model has none"),
    )
    for wrong, port, sentence in told:
        if wrong:
            raise Problem(f"{sentence}: choose another sampler", port)
    if schedule != "model":
        raise Problem(
            f"is {schedule}, but the sampler model brings its own schedule: set it to model",
            port="schedule",
            fix=Fix("Use the model's schedule", {"schedule": "model"}),
        )


def _known(sampler: str) -> Sampler:
    if sampler not in SAMPLERS:
        raise Problem(
            f"There is no sampler {sampler}; it is one of {', '.join(SAMPLERS)} or model.",
            port="sampler",
        )
    return SAMPLERS[sampler]

"""The sampler opened up: schedule, noise, denoise, guide and step as nodes, wired in a repeat.

They call what `sample` calls, so the same wiring gives the same bits.
"""

import math
from dataclasses import replace
from typing import Annotated, NamedTuple

from nodes.core import (
    AUTO,
    Auto,
    Choice,
    Conditioning,
    Context,
    Latent,
    Model,
    Noise,
    NoiseFacts,
    Number,
    Problem,
    SamplerState,
    Seed,
    Sigmas,
    Slider,
    node,
)
from nodes.core.facts import ConditioningFacts, LatentFacts, ModelFacts, SigmasFacts, StateFacts
from nodes.diffusion import memory, sampling
from nodes.diffusion.finite import finite
from nodes.diffusion.guidance import evaluate
from nodes.diffusion.masked import seen
from nodes.diffusion.samplers import SAMPLERS
from nodes.diffusion.schedule import schedule as sigmas_of
from nodes.diffusion.stepping import STEP_SAMPLERS, advance, wants_negative

from .agree import adds_noise, covers, fitted, follow, made_for, notice_rounding, number, settled
from .leading import Count, Index, lead, moment
from .sample import SCHEDULE_NAMES, Strength


class Sigma(NamedTuple):
    sigma: float
    next_sigma: float


class Denoised(NamedTuple):
    denoised: Latent
    negative_denoised: Latent


class Stepped(NamedTuple):
    latent: Latent
    state: SamplerState


@node
def noise_schedule(
    model: Model,
    steps: Annotated[int | Auto, Slider(1, 150, 1)] = AUTO,
    schedule: Annotated[str, Choice(SCHEDULE_NAMES)] = AUTO,
    denoise: Annotated[float, Slider(0, 1, 0.01)] = 1.0,
    latent: Latent | None = None,
) -> Sigmas:
    """The noise levels a sampler visits, from the noisiest to none.

    With `denoise` below 1 it begins lower and takes as many steps, none shorter than a thousandth
    of the whole schedule: 150 steps begin at .15 or more of it. Some models visit other levels for
    larger pictures: `latent` says how large, without it they are those of the model's own size.
    """
    denoiser = memory.denoiser(model)
    if latent:
        denoiser = denoiser.on(sampling.fitted(latent, denoiser))
    name = settled(schedule, denoiser.defaults.schedule, "schedule")
    count = settled(steps, denoiser.defaults.steps, "steps")
    return Sigmas(sigmas_of(name, denoiser, count, denoise))


@noise_schedule.facts
def _scheduled(
    model: ModelFacts | None,
    steps: int | Auto | None,
    schedule: str | None,
    denoise: float | None,
    latent: LatentFacts | None,
) -> SigmasFacts:
    if latent:
        fitted(model, latent)
    if denoise == 0:
        return SigmasFacts(0)
    if denoise:
        made_for(model, schedule)
    return SigmasFacts(model.steps if steps == AUTO and model else None if steps == AUTO else steps)


@node
def add_noise(
    latent: Latent,
    sigmas: Sigmas,
    seed: Annotated[int, Seed()] = 0,
    noise: Noise | None = None,
    *,
    model: Model,
    context: Context,
) -> Latent:
    """Mix noise into a latent, as much as the first level of the schedule says.

    A blank one becomes pure noise. `noise` stands for the seed. With a mask the latent keeps its
    picture in mind: the steps after this put it back where nothing may change.
    """
    denoiser = memory.denoiser(model)
    notice_rounding(latent, denoiser, context)
    return sampling.start(latent, sigmas.values, seed, denoiser, noise)


@add_noise.facts
def _noised(
    model: ModelFacts | None, latent: LatentFacts | None, noise: NoiseFacts | None
) -> LatentFacts:
    facts = fitted(model, latent)
    covers(noise, facts)
    return facts


@node
def noise_schedule_step(sigmas: Sigmas, index: Annotated[int, Number(0, 1000, 1)] = 0) -> Sigma:
    """One step of a schedule: the noise level it begins at and the one it ends at, from step 0."""
    levels = sigmas.values
    if index + 1 >= len(levels):
        raise Problem(
            f"is {index}, this schedule has {len(levels) - 1} steps (counted from 0)", "index"
        )
    return Sigma(float(levels[index]), float(levels[index + 1]))


@noise_schedule_step.facts
def _level(sigmas: SigmasFacts | None, index: int | None) -> dict[str, object]:
    if sigmas and sigmas.steps is not None and index is not None and index >= sigmas.steps:
        raise Problem(
            f"is {index}, this schedule has {sigmas.steps} steps (counted from 0)", "index"
        )
    return {}


@node
def unet_denoise(
    model: Model,
    latent: Latent,
    sigma: float,
    conditioning: Conditioning,
    negative: Conditioning | None,
    guidance: Annotated[float | Auto, Slider(0, 30, 0.1)] = AUTO,
    index: Index = None,
    steps: Count = None,
) -> Denoised:
    """What the model sees under the noise, for a prompt and in the same batch a negative one.

    Works for every family's denoiser, transformers too. Without a negative it is the model's own.
    `guidance` is for models that take it as a number: they see one picture, so both are the same.
    `index` and `steps` are for prompts and ControlNets that change over the run: the step it is in,
    counted from 0, and how many there are.
    """
    denoiser = memory.denoiser(model)
    here = sampling.fitted(latent, denoiser)
    negative = negative or conditioning.unconditional
    if denoiser.defaults.embeds_guidance:
        scale = settled(guidance, denoiser.defaults.guidance, "guidance")
        conditioning = negative = replace(conditioning, guidance=scale)
    if negative is None:
        raise Problem("is needed: this conditioning has nothing that stands for none", "negative")
    now = moment(index, steps)
    denoiser = denoiser.on(here).at(index, steps)
    x = seen(here.values, here.mask, sigma, denoiser.prediction)
    given = (conditioning, negative, now)
    positive, other = evaluate(denoiser, x, sigma, *given)
    assert other is not None
    finite(positive, model.weights, [denoiser.module], "model")
    return Denoised(Latent(positive, here.space), Latent(other, here.space))


@unet_denoise.facts
def _believed(
    model: ModelFacts | None,
    latent: LatentFacts | None,
    conditioning: ConditioningFacts | None,
    negative: ConditioningFacts | None,
    index: int | None,
    steps: int | None,
) -> tuple[LatentFacts, LatentFacts]:
    facts = fitted(model, latent)
    lead(model, facts, conditioning=conditioning, negative=negative)
    moment(index, steps)
    facts = replace(facts, masked=False, shown=False)
    return facts, facts


@node
def sampler_step(
    latent: Latent,
    denoised: Latent,
    sigma: float,
    next_sigma: float,
    sampler: Annotated[str, Choice(STEP_SAMPLERS)] = "euler",
    state: SamplerState | None = None,
    seed: Annotated[int | None, Seed()] = None,
    index: Annotated[int | None, Number(0, 1000, 1)] = None,
    negative_denoised: Latent | None = None,
    eta: Strength = AUTO,
    noise_scale: Strength = AUTO,
) -> Stepped:
    """One step of a sampler, from one noise level to the next.

    Wire `state` back in for samplers that look back, `seed` and `index` for those that add noise,
    `negative_denoised` for those named cfg_pp. `eta` and `noise_scale` change how much noise is
    added. Where the latent's mask says so, its picture is put back into what was denoised.
    """
    if seed is not None and index is None:
        raise Problem(
            "is needed with a seed: each step has noise of its own. Wire in.index to it.", "index"
        )
    _goes_down(sigma, next_sigma)
    other = negative_denoised.facts if negative_denoised else None
    follow("latent", latent.facts, denoised=denoised.facts, negative_denoised=other)
    more = (state, seed, index or 0, negative_denoised, number(eta), number(noise_scale))
    return Stepped(*advance(sampler, latent, denoised, sigma, next_sigma, *more))


@sampler_step.facts
def _stepped(
    latent: LatentFacts | None,
    denoised: LatentFacts | None,
    sampler: str | None,
    negative_denoised: LatentFacts | None,
    eta: float | Auto | None,
    noise_scale: float | Auto | None,
) -> tuple[LatentFacts, StateFacts]:
    latent = follow("latent", latent, denoised=denoised, negative_denoised=negative_denoised)
    if sampler in SAMPLERS and SAMPLERS[sampler].pairs and negative_denoised is None:
        raise Problem(wants_negative(sampler), "negative_denoised")
    adds_noise(sampler, eta, noise_scale)
    return latent, StateFacts(sampler)


def _goes_down(sigma: float, next_sigma: float) -> None:
    if sigma <= 0:
        raise Problem(f"is {sigma:g}, there is no noise left to step from", "sigma")
    if not 0 <= next_sigma <= sigma < math.inf:
        raise Problem(
            f"is {next_sigma:g}: a step from {sigma:g} ends between that and 0", "next_sigma"
        )

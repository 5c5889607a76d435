"""Guidance opened up: the scale of one step, and what becomes of two or three x0."""

from dataclasses import replace
from typing import Annotated, NamedTuple

from nodes.core import (
    Conditioning,
    ConditioningFacts,
    Guider,
    Latent,
    LatentFacts,
    Model,
    ModelFacts,
    Number,
    Problem,
    Slider,
    node,
)
from nodes.diffusion import guidance as ways
from nodes.diffusion import memory, sampling
from nodes.diffusion.masked import seen
from nodes.diffusion.prompts import each, join

from .agree import fitted, follow
from .leading import Count, Index, lead, moment

Scale = Annotated[float, Slider(0, 30, 0.1)]
Part = Annotated[float, Slider(0, 1, 0.01)]


class Guided(NamedTuple):
    denoised: Latent


class Denoised(NamedTuple):
    denoised: Latent
    middle_denoised: Latent
    negative_denoised: Latent


@node
def guidance_step(
    guider: Guider,
    index: Annotated[int, Number(0, 1000, 1)] = 0,
    steps: Annotated[int, Number(1, 1000, 1)] = 20,
    model: Model | None = None,
) -> float:
    """The guidance scale in one step of a run, counted from 0: wire it to `guide` in a repeat.

    1 where the step is not guided; there `sample` asks the model for the prompt alone, so its bits
    differ in the sixth digit. `model` is asked where the scale is auto.
    """
    if index >= steps:
        raise Problem(f"is {index}, this run has {steps} steps (counted from 0)", "index")
    usual = memory.denoiser(model).defaults.guidance if model else None
    if usual is None and guider.scale is None and not guider.curve:
        raise Problem("has no scale of its own: set one, or wire a model", "guider")
    return ways.scales_at(guider, usual or 1.0, index, steps)[0]


@guidance_step.facts
def _in_step(index: int | None, steps: int | None) -> dict[str, object]:
    if index is not None and steps is not None and index >= steps:
        raise Problem(f"is {index}, this run has {steps} steps (counted from 0)", "index")
    return {}


@node
def guide(
    positive: Latent,
    negative: Latent,
    guidance: Scale = 7.5,
    rescale: Part = 0.0,
    model: Model | None = None,
    latent: Latent | None = None,
    sigma: float | None = None,
) -> Guided:
    """Away from the negative and towards the prompt; 1 changes nothing.

    Classifier-free guidance, Ho and Salimans (2022). `rescale` takes back the harshness of a high
    scale. It works on what the model put out, so it needs the model, the latent it was shown, and
    sigma.
    """
    shown = latent.facts if latent else None
    follow("positive", positive.facts, negative=negative.facts, latent=shown)
    if rescale:
        _needed(model, latent, sigma)
    other = negative.values.to(positive.values.device)
    led = ways.guide(positive.values, other, guidance)
    if rescale and guidance != 1:
        assert model and latent and sigma is not None
        denoiser = memory.denoiser(model)
        here = sampling.fitted(latent, denoiser)
        x = seen(here.values, here.mask, sigma, denoiser.prediction)
        led = ways.rescaled_denoised(denoiser, led, positive.values, x, sigma, rescale)
    return Guided(Latent(led, positive.space))


@guide.facts
def _guided(
    positive: LatentFacts | None,
    negative: LatentFacts | None,
    rescale: float | None,
    model: ModelFacts | None,
    latent: LatentFacts | None,
) -> LatentFacts:
    if rescale:
        _needed(model, latent, True)
    facts = follow("positive", positive, negative=negative, latent=latent)
    return replace(facts, masked=False, shown=False)


def _needed(model: object, latent: object, sigma: object) -> None:
    """Refuse a rescale that lacks what it works on."""
    for port, given in (("model", model), ("latent", latent), ("sigma", sigma)):
        if given is None:
            raise Problem("is needed for rescale: wire the one that unet_denoise had", port)


@node
def unet_denoise_dual(
    model: Model,
    latent: Latent,
    sigma: float,
    conditioning: Conditioning,
    middle: Conditioning,
    negative: Conditioning | None,
    index: Index = None,
    steps: Count = None,
) -> Denoised:
    """What the model sees under the noise for three prompts, in one batch. See `guide_dual`.

    Without a negative it is the model's own. `index` and `steps` are for prompts that change over
    the run, as at `unet_denoise`.
    """
    denoiser = memory.denoiser(model)
    here = sampling.fitted(latent, denoiser)
    negative = negative or conditioning.unconditional
    if negative is None:
        raise Problem("is needed: this conditioning has nothing that stands for none", "negative")
    now = moment(index, steps)
    denoiser = denoiser.on(here).at(index, steps)
    x = seen(here.values, here.mask, sigma, denoiser.prediction)
    given = [negative, middle, conditioning]
    joined = join(denoiser, given, len(x), now)
    low, between, high = (Latent(part, here.space) for part in each(denoiser, x, sigma, joined))
    return Denoised(high, between, low)


@unet_denoise_dual.facts
def _three(
    model: ModelFacts | None,
    latent: LatentFacts | None,
    conditioning: ConditioningFacts | None,
    middle: ConditioningFacts | None,
    negative: ConditioningFacts | None,
    index: int | None,
    steps: int | None,
) -> tuple[LatentFacts, LatentFacts, LatentFacts]:
    facts = fitted(model, latent)
    given = {"conditioning": conditioning, "middle": middle, "negative": negative}
    lead(model, facts, **given)
    moment(index, steps)
    facts = replace(facts, masked=False, shown=False)
    return facts, facts, facts


@node
def guide_dual(
    positive: Latent,
    middle: Latent,
    negative: Latent,
    guidance: Scale = 7.5,
    middle_scale: Scale = 1.5,
) -> Guided:
    """From the negative to the middle by `middle_scale`, and on to the prompt by `guidance`.

    Both 1 change nothing. Brooks et al. (2023), equation 3.
    """
    follow("positive", positive.facts, middle=middle.facts, negative=negative.facts)
    device = positive.values.device
    parts = (positive.values, middle.values.to(device), negative.values.to(device))
    return Guided(Latent(ways.guide_twice(*parts, (guidance, middle_scale)), positive.space))


@guide_dual.facts
def _guided_twice(
    positive: LatentFacts | None, middle: LatentFacts | None, negative: LatentFacts | None
) -> LatentFacts:
    facts = follow("positive", positive, middle=middle, negative=negative)
    return replace(facts, masked=False, shown=False)

"""The sampler as one node. Opened up, it is the nodes of `steps`."""

from collections.abc import Generator
from typing import Annotated, Any

from nodes.core import (
    AUTO,
    Auto,
    Choice,
    Conditioning,
    Context,
    Guider,
    GuiderFacts,
    Latent,
    Model,
    Noise,
    NoiseFacts,
    Number,
    Progress,
    Seed,
    Sigmas,
    SigmasFacts,
    Slider,
    Steps,
    node,
)
from nodes.core.facts import ConditioningFacts, LatentFacts, ModelFacts
from nodes.diffusion import memory, sampling
from nodes.diffusion.denoiser import Denoiser
from nodes.diffusion.finite import finite
from nodes.diffusion.masked import is_empty
from nodes.diffusion.samplers import SAMPLERS
from nodes.diffusion.schedules import SCHEDULES

from .agree import (
    adds_noise,
    begins,
    covers,
    fitted,
    made_for,
    notice_rounding,
    number,
    own_scheduler,
    settled,
)
from .leading import lead

SAMPLER_NAMES = (AUTO, "model", *SAMPLERS)
SCHEDULE_NAMES = (AUTO, *SCHEDULES)
Strength = Annotated[float | Auto, Slider(0, 2, 0.01)]


@node
def sample(
    model: Model,
    positive: Conditioning,
    negative: Conditioning | None,
    latent: Latent,
    seed: Annotated[int, Seed()] = 0,
    steps: Annotated[int | Auto, Slider(1, 150, 1)] = AUTO,
    guidance: Annotated[float | Auto, Slider(0, 30, 0.1)] = AUTO,
    sampler: Annotated[str, Choice(SAMPLER_NAMES)] = AUTO,
    schedule: Annotated[str, Choice(SCHEDULE_NAMES)] = AUTO,
    denoise: Annotated[float, Slider(0, 1, 0.01)] = 1.0,
    start: Annotated[float, Slider(0, 1, 0.01)] = 0.0,
    end: Annotated[float, Slider(0, 1, 0.01)] = 1.0,
    sigmas: Sigmas | None = None,
    noise: Noise | None = None,
    guider: Guider | None = None,
    add_noise: bool = True,
    eta: Strength = AUTO,
    noise_scale: Strength = AUTO,
    steps_before: Annotated[int, Number(0, 1000, 1)] = 0,
    *,
    context: Context,
) -> Steps[Latent]:
    """Make a latent from noise, led by a prompt. Picture i of a batch is that of seed + i.

    `auto` is what the model's family wants. Without a negative prompt the model's own is used. With
    `denoise` below 1 what is in the latent shows through. The sampler `model` is the scheduler in
    the model's folder. `start` and `end` share a run among models: up to 0.8 SDXL, from there its
    refiner. `sigmas` stands for steps, schedule and denoise, `noise` for the seed, `guider` for the
    guidance. Turn `add_noise` off for a latent that is noisy already: the second half of a split
    schedule, where `steps_before` is the length of the first. `eta`, `noise_scale`: noise it adds.
    """
    denoiser = memory.denoiser(model)
    if not _free(latent, denoiser, context):
        return sampling.fitted(latent, denoiser)
    how = _wanted(denoiser, steps, guidance, sampler, schedule, sigmas)
    more = number(eta), number(noise_scale), steps_before, sampling.Span(start, end)
    extra = sampling.Extra(sigmas, noise, guider, add_noise, *more)
    loop = sampling.sample(denoiser, latent, positive, negative, seed, *how, denoise, extra)
    return (yield from _shown(loop, denoiser, model))


def _free(latent: Latent, denoiser: Denoiser, context: Context) -> bool:
    """Whether anything may change. Says what is done with the latent."""
    if is_empty(latent.mask):
        context.notice("the mask of the latent is empty: nothing may change, so nothing was done")
        return False
    notice_rounding(latent, denoiser, context)
    return True


def _wanted(
    denoiser: Denoiser,
    steps: int | Auto,
    guidance: float | Auto,
    sampler: str,
    schedule: str,
    sigmas: Sigmas | None,
) -> tuple[int, float, str, str]:
    """Steps, guidance, sampler and schedule; where sigmas are wired two of them do not count.

    The sampler `model` left a schedule takes its own.
    """
    wants = denoiser.defaults
    chosen = settled(sampler, wants.sampler, "sampler")
    own = sigmas is not None or (chosen == "model" and schedule == AUTO)
    return (
        1 if sigmas else settled(steps, wants.steps, "steps"),
        settled(guidance, wants.guidance, "guidance"),
        chosen,
        "model" if own else settled(schedule, wants.schedule, "schedule"),
    )


def _shown(
    loop: sampling.Sampling, denoiser: Denoiser, model: Model
) -> Generator[Progress, Any, Latent]:
    """What the run gives, with progress after each step."""
    while True:
        try:
            step = next(loop)
        except StopIteration as end:
            return end.value
        if step.index in (1, step.of):
            finite(step.latent, model.weights, [denoiser.module], "model")
        yield Progress(step.index, step.of, Latent(step.denoised, denoiser.space))


@sample.facts
def _sampled(
    model: ModelFacts | None,
    positive: ConditioningFacts | None,
    negative: ConditioningFacts | None,
    latent: LatentFacts | None,
    sampler: str | None,
    schedule: str | None,
    denoise: float | None,
    start: float | None,
    end: float | None,
    sigmas: SigmasFacts | None,
    noise: NoiseFacts | None,
    guider: GuiderFacts | None,
    add_noise: bool | None,
    eta: float | Auto | None,
    noise_scale: float | Auto | None,
) -> LatentFacts:
    chosen = model.sampler if model and sampler == AUTO else sampler
    own_scheduler(chosen, schedule, sigmas is not None, add_noise is not False, noise_scale)
    adds_noise(chosen, eta, noise_scale)
    if sigmas is None and denoise and chosen != "model":
        made_for(model, schedule)
    begins(latent, add_noise, denoise, start, end)
    facts = fitted(model, latent)
    lead(
        model, facts, positive=positive, negative=negative, guider=guider.middle if guider else None
    )
    covers(noise, facts)
    return facts

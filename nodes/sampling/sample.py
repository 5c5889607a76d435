"""The sampler as one node. Opened up, it is the nodes of `steps`."""

from typing import Annotated, TypeVar

from nodes.core import (
    AUTO,
    Auto,
    Choice,
    Conditioning,
    Latent,
    Model,
    Problem,
    Progress,
    Seed,
    Slider,
    Steps,
    node,
)
from nodes.core.facts import ConditioningFacts, LatentFacts, ModelFacts
from nodes.diffusion import memory, sampling
from nodes.diffusion.samplers import SAMPLERS
from nodes.diffusion.schedules import SCHEDULES

SAMPLER_NAMES = (AUTO, "model", *SAMPLERS)
SCHEDULE_NAMES = (AUTO, *SCHEDULES)
X = TypeVar("X", int, float, str)


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
) -> Steps[Latent]:
    """Make a latent from noise, led by a prompt.

    `auto` is what the model's family wants. Without a negative prompt the model's own is used. With
    `denoise` below 1 what is in the latent shows through. Picture i of a batch is that of seed + i.
    The sampler `model` with the schedule `model` is the scheduler in the model's folder.
    """
    denoiser = memory.denoiser(model)
    wants = denoiser.defaults
    loop = sampling.sample(
        denoiser,
        latent,
        positive,
        negative,
        seed,
        settled(steps, wants.steps, "steps"),
        settled(guidance, wants.guidance, "guidance"),
        settled(sampler, wants.sampler, "sampler"),
        settled(schedule, wants.schedule, "schedule"),
        denoise,
    )
    while True:
        try:
            step = next(loop)
        except StopIteration as end:
            return end.value
        yield Progress(step.index, step.of, Latent(step.denoised, denoiser.space))


@sample.facts
def _sampled(
    model: ModelFacts | None,
    positive: ConditioningFacts | None,
    negative: ConditioningFacts | None,
    latent: LatentFacts | None,
) -> LatentFacts:
    reads(model, positive, "positive")
    reads(model, negative, "negative")
    return fitted(model, latent)


def settled(given: X | Auto, usual: X | None, port: str) -> X:
    """What was chosen, or what the family wants where that was left to it."""
    if given != AUTO:
        return given
    if usual is None:
        raise Problem("is auto, but this model does not say what it wants: choose a value", port)
    return usual


def reads(model: ModelFacts | None, conditioning: ConditioningFacts | None, port: str) -> None:
    """Refuse a conditioning that the model cannot read."""
    if model is None or conditioning is None:
        return
    if model.family and conditioning.families and model.family not in conditioning.families:
        raise Problem(
            f"is {_written_for(conditioning)}, the model is {model.family}: "
            "use the text encoder that came with the model",
            port,
        )
    if model.text_width and conditioning.text_width and model.text_width != conditioning.text_width:
        raise Problem(
            f"is {conditioning.text_width} wide ({_written_for(conditioning)}), "
            f"the model ({model.family}) reads {model.text_width}: "
            "use the text encoder that came with the model",
            port,
        )
    if model.pooled_width and conditioning.pooled_width == 0:
        raise Problem(
            f"has no pooled text ({_written_for(conditioning)}), "
            f"the model ({model.family}) needs it",
            port,
        )


def _written_for(conditioning: ConditioningFacts) -> str:
    return (
        "written for " + " and ".join(conditioning.families)
        if conditioning.families
        else "of an unknown family"
    )


def fitted(model: ModelFacts | None, latent: LatentFacts | None) -> LatentFacts:
    """The latent as the model takes it: a blank one gets its channels and, at size 0, its size."""
    model, latent = model or ModelFacts(), latent or LatentFacts()
    if latent.space and model.space and latent.space != model.space:
        raise Problem(f"is in the space {latent.space}, the model works in {model.space}", "latent")
    blank = latent.channels == 0

    def side(own: int | None, native: int | None) -> int | None:
        chosen = native if own == 0 else own
        return chosen - chosen % model.factor if chosen and model.factor and blank else chosen

    width, height = side(latent.width, model.width), side(latent.height, model.height)
    if 0 in (width, height):
        raise Problem(
            f"is smaller than one latent value of this model ({model.factor} pixels)", "latent"
        )
    return LatentFacts(
        model.space, model.channels, width, height, latent.batch, latent.masked, model.factor
    )

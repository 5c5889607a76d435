"""What goes together at a sampler: asked before a run and in it."""

from dataclasses import replace
from typing import TypeVar

from nodes.core import AUTO, Auto, Context, Latent, NoiseFacts, Problem
from nodes.core.facts import ConditioningFacts, LatentFacts, ModelFacts
from nodes.core.sizes import enough, filled, same_size, same_space
from nodes.diffusion.begin import ON_A_BLANK, grain, rounding, suits
from nodes.diffusion.denoiser import UNSHOWN, Denoiser
from nodes.diffusion.samplers import SAMPLERS
from nodes.diffusion.sampling import refused_by_model
from nodes.diffusion.schedules.published import check_family
from nodes.diffusion.shown import UNSEEN, UNUSED
from nodes.diffusion.span import Span
from nodes.diffusion.stepping import strengths

X = TypeVar("X", int, float, str)


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


def sees(model: ModelFacts | None, conditioning: ConditioningFacts, port: str) -> None:
    """Refuse a picture that the model does not look at, and none where it enlarges one."""
    if model is None or model.family is None or conditioning.text_width is None:
        return
    if model.sees and conditioning.shown is False:
        raise Problem(UNSEEN, port)
    if conditioning.shown and not model.sees:
        raise Problem(UNUSED, port)


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
    blank, step = latent.channels == 0, grain(model)
    if blank and latent.masked:
        raise Problem(
            "is blank and has a mask: there is nothing to keep. Encode a picture", "latent"
        )

    def side(own: int | None, native: int | None) -> int | None:
        chosen = native if own == 0 else own
        return chosen - chosen % step if chosen and step and blank else chosen

    width, height = side(latent.width, model.width), side(latent.height, model.height)
    if 0 in (width, height):
        least = "patch" if model.patch else "latent value"
        raise Problem(f"is smaller than one {least} of this model ({step} pixels)", "latent")
    if latent.channels is not None:
        suits(model, width, height)
    return replace(
        latent,
        space=model.space,
        channels=model.channels,
        width=width,
        height=height,
        factor=model.factor,
    )


def fills(model: ModelFacts | None, latent: LatentFacts | None) -> None:
    """Refuse a latent without the picture that a model fills a hole of."""
    known = latent is not None and latent.masked is not None
    if model and model.inpaints and latent and known and latent.shown is False:
        raise Problem(UNSHOWN, "latent")


def begins(
    latent: LatentFacts | None,
    add_noise: bool | None,
    denoise: float | None,
    start: float | None,
    end: float | None,
) -> None:
    """Refuse what a run cannot begin with, and a part of it that there is not."""
    blank = latent is not None and latent.channels == 0
    if None not in (start, end):
        Span(start or 0.0, end or 0.0).check(1.0 if denoise is None else denoise, blank)
    if add_noise is False and blank:
        raise Problem(ON_A_BLANK, "latent")


def covers(
    noise: NoiseFacts | None,
    latent: LatentFacts,
    port: str = "noise",
    other: str = "the latent it is for",
) -> None:
    """Refuse a latent taken as noise that is not as large as the one it is for."""
    taken = noise.latent if noise else None
    if taken is None:
        return
    if None not in (taken.channels, latent.channels) and taken.channels != latent.channels:
        raise Problem(f"has {taken.channels} channels, {other} has {latent.channels}", port)
    same_size(other, latent, port, taken)
    enough(other, latent, port, taken)


def follow(name: str, first: LatentFacts | None, /, **others: LatentFacts | None) -> LatentFacts:
    """The latent that others are put to, value by value; they are named by port, None is not there.

    Refuses blank ones, another space or size, and batches that do not go with the first one's.
    """
    first = first or LatentFacts()
    filled(first, name)
    for port, other in others.items():
        if other is not None:
            filled(other, port)
            same_space(name, first, port, other)
            same_size(name, first, port, other)
            enough(name, first, port, other)
    return first


def number(given: float | Auto | None) -> float | None:
    """A strength that was set, None for auto."""
    return given if isinstance(given, int | float) else None


def adds_noise(sampler: str | None, eta: float | Auto | None, scale: float | Auto | None) -> None:
    """Refuse an eta or noise scale where the sampler has none."""
    if sampler in SAMPLERS:
        strengths(SAMPLERS[sampler], number(eta), number(scale))


def made_for(model: ModelFacts | None, schedule: str | None) -> None:
    """Refuse a schedule that was worked out for other families than the model's."""
    if model and schedule is not None:
        check_family(model.schedule if schedule == AUTO else schedule, model.family)


def own_scheduler(
    sampler: str | None,
    schedule: str | None,
    sigmas: bool,
    add_noise: bool,
    scale: float | Auto | None,
) -> None:
    """Refuse what the sampler `model` cannot be given; a schedule left to it is its own."""
    if sampler == "model":
        named = "model" if schedule in (None, AUTO) else str(schedule)
        refused_by_model(named, sigmas, add_noise, number(scale) is not None)


def notice_rounding(latent: Latent, denoiser: Denoiser, context: Context) -> None:
    """Say where a blank latent's size is not the one it is sampled at."""
    if told := rounding(latent, denoiser):
        context.notice(told)

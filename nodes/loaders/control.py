"""ControlNets: files that make a model follow the lines, depths or poses of a picture."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

from nodes.core import Context, File, Image, Model, Number, Problem, Slider, Vae, node
from nodes.core.context import Host
from nodes.core.facts import ControlNetFacts, ImageFacts, ModelFacts, VaeFacts
from nodes.core.types import Control, ControlNet
from nodes.diffusion.control_file import control_at, facts_of
from nodes.diffusion.describe import describe_control
from nodes.diffusion.unchanged import while_unchanged

from .look import told_of

Part = Annotated[float, Slider(0, 1, 0.01)]


@node
def load_controlnet(
    controlnet: Annotated[str, File("controlnet")], *, context: Context
) -> ControlNet:
    """Open a ControlNet: it makes a model follow the lines, depths or poses of a picture.

    Each is made for one family of models. Lay it over one with apply_controlnet.
    """
    path = context.model_path(controlnet, "controlnet")
    with told_of("controlnet"):
        return describe_control(path, context.host.scratch / "digests.json")


@load_controlnet.facts
def _control_facts(controlnet: str | None, host: Host) -> ControlNetFacts | None:
    if controlnet is None:
        return None
    with told_of("controlnet"):
        return _facts_at(host.find("controlnet", controlnet))


@while_unchanged
def _facts_at(path: Path) -> ControlNetFacts:
    return facts_of(control_at(path))


@node
def apply_controlnet(
    model: Model,
    controlnet: ControlNet,
    image: Image,
    strength: Annotated[float, Slider(0, 2, 0.05)] = 1.0,
    start: Part = 0.0,
    end: Part = 1.0,
    vae: Vae | None = None,
    mode: Annotated[int, Number(0, 100, 1)] = 0,
) -> Model:
    """Make a model follow a picture: the edges, depths or poses a ControlNet was made for.

    It acts from the part `start` of the run to `end`. Several may follow one another. A picture of
    another size than the latent is stretched to it (bicubic). ControlNets of SD3 and FLUX.1 need
    the model's `vae`; `mode` is the kind of picture, for those made for several kinds.
    """
    wired = vae.facts if vae else None
    facts = _over(model.facts, controlnet.facts, image.facts, (start, end), wired, mode)
    if strength == 0:
        return model
    made, see = controlnet.facts.modes, controlnet.facts.encodes
    told, eyes = mode if made else None, vae if see else None
    control = Control(controlnet.weights, image.values, strength, start, end, told, eyes)
    return replace(model, facts=facts, controls=(*model.controls, control))


@apply_controlnet.facts
def _applied(
    model: ModelFacts | None,
    controlnet: ControlNetFacts | None,
    image: ImageFacts | None,
    strength: float | None,
    start: float | None,
    end: float | None,
    vae: VaeFacts | None,
    mode: int | None,
) -> ModelFacts:
    model, net, image = (
        model or ModelFacts(),
        controlnet or ControlNetFacts(),
        image or ImageFacts(),
    )
    span = None if start is None or end is None else (start, end)
    made = _over(model, net, image, span, vae, mode)
    if strength is None:
        return replace(model, controls=None, controlled=None)
    return made if strength else model


def _over(
    model: ModelFacts,
    net: ControlNetFacts,
    image: ImageFacts,
    span: tuple[float, float] | None,
    vae: VaeFacts | None,
    mode: int | None,
) -> ModelFacts:
    """The facts of a model with a ControlNet over it. Refuses what does not go together."""
    _made_for(model, net)
    _sees(model, net, vae)
    if net.modes and mode is not None and mode >= net.modes:
        told = f"is {mode}, this ControlNet is made for {net.modes} kinds of pictures"
        raise Problem(f"{told} (counted from 0)", "mode")
    if span and span[0] >= span[1]:
        raise Problem(f"is {span[1]:g}, the start is {span[0]:g}: it ends after it begins", "end")
    before, now = model.controlled or 1, image.batch
    if now is not None and 1 not in (before, now) and before != now:
        told = f"has {now} pictures, the ControlNet before it is shown {before}"
        raise Problem(f"{told}: give as many, or one for all", "image")
    spans = (*(model.controls or ()), span) if span else None
    return replace(model, controls=spans, controlled=None if now is None else max(before, now))


def _made_for(model: ModelFacts, net: ControlNetFacts) -> None:
    """Refuse a ControlNet of another family, or one for another size of its own."""
    if None not in (model.family, net.family) and model.family != net.family:
        told = f"was made for {net.family}, the model is {model.family}"
        raise Problem(f"{told}: use one that was made for it", "controlnet")
    if None not in (model.text_width, net.text_width) and model.text_width != net.text_width:
        told = f"was made for a model that reads text {net.text_width} wide ({net.family})"
        raise Problem(f"{told}, this one reads {model.text_width}", "controlnet")
    if net.pooled_width and model.pooled_width and model.pooled_width != net.pooled_width:
        told = f"was made for a model that reads pooled text {net.pooled_width} wide"
        raise Problem(f"{told}, this one reads {model.pooled_width}", "controlnet")
    if None not in (model.widths, net.widths) and model.widths != net.widths:
        theirs, ours = (", ".join(map(str, side or ())) for side in (net.widths, model.widths))
        told = f"was made for a model with layers {theirs} wide"
        raise Problem(f"{told}, those of this one are {ours}", "controlnet")


def _sees(model: ModelFacts, net: ControlNetFacts, vae: VaeFacts | None) -> None:
    """Refuse a ControlNet that is shown latents without the autoencoder that makes them."""
    if not net.encodes:
        return
    if vae is None:
        told = f"is needed: ControlNets of {net.family} are shown latents of their picture"
        raise Problem(f"{told}. Wire the model's VAE", "vae")
    if None not in (vae.space, model.space) and vae.space != model.space:
        raise Problem(f"is in the space {vae.space}, the model works in {model.space}", "vae")

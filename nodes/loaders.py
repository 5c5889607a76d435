"""Nodes that bring models in.

What they put on wires are handles: weights are loaded by whoever uses them first.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NamedTuple

from nodes.core import Choice, Context, File, Model, Problem, Slider, TextEncoder, Vae, node
from nodes.core.context import Host
from nodes.core.facts import ModelFacts, TextFacts, VaeFacts
from nodes.core.types import Lora
from nodes.diffusion.describe import describe
from nodes.diffusion.loading import look
from nodes.diffusion.lora import with_lora
from nodes.diffusion.lora_file import read_lora, suit
from nodes.diffusion.recognise import PREDICTIONS, Found, recognise
from nodes.diffusion.unchanged import while_unchanged


class LoadedModel(NamedTuple):
    """The three parts of a checkpoint."""

    model: Model
    text_encoder: TextEncoder
    vae: Vae


@node
def load_model(
    model: Annotated[str, File("model")],
    prediction: Annotated[str, Choice(PREDICTIONS)] = "auto",
    *,
    context: Context,
) -> LoadedModel:
    """Open a model: its denoiser, its text encoder and its autoencoder.

    The name is that of a folder or file under a model folder, without the ending. `prediction` is
    for single files, which do not say what their model predicts; `auto` is right for nearly all.
    """
    parts = describe(context.model_path(model), prediction, context.host.scratch / "digests.json")
    if parts.model is None or parts.text_encoder is None or parts.vae is None:
        raise Problem(_incomplete(model, parts.model, parts.text_encoder, parts.vae), "model")
    return LoadedModel(parts.model, parts.text_encoder, parts.vae)


@load_model.facts
def _model_facts(
    model: str | None, prediction: str | None, host: Host
) -> tuple[ModelFacts, TextFacts, VaeFacts] | dict[str, object]:
    if model is None or prediction is None:
        return {}
    found = _found(host, "model", model, prediction)
    if found.model is None or found.text is None or found.space is None:
        raise Problem(_incomplete(model, found.model, found.text, found.space), "model")
    return (
        found.model,
        found.text,
        VaeFacts(found.space.name, found.space.channels, found.space.factor),
    )


@node
def load_vae(vae: Annotated[str, File("vae")], *, context: Context) -> Vae:
    """Open an autoencoder by itself, or that of another model, to use in place of a model's own."""
    found = describe(
        context.model_path(vae, "vae"), "auto", context.host.scratch / "digests.json"
    ).vae
    if found is None:
        raise Problem(f"{vae} has no autoencoder in it", "vae")
    return found


@load_vae.facts
def _vae_facts(vae: str | None, host: Host) -> VaeFacts | None:
    if vae is None:
        return None
    space = _found(host, "vae", vae, "auto").space
    if space is None:
        raise Problem(f"{vae} has no autoencoder in it", "vae")
    return VaeFacts(space.name, space.channels, space.factor)


class Changed(NamedTuple):
    """What a LoRA lies over."""

    model: Model
    text_encoder: TextEncoder


@node
def load_lora(
    model: Model,
    text_encoder: TextEncoder,
    lora: Annotated[str, File("lora")],
    strength: Annotated[float, Slider(-4, 4, 0.05)] = 1.0,
    *,
    context: Context,
) -> Changed:
    """Lay a LoRA over a model: a small file that adds a style or a subject to what it knows.

    At 1 it is as strong as it was trained, at 0 it changes nothing, below 0 it leads away. Several
    may follow one another.
    """
    with _told_of("lora"):
        file = context.model_path(lora, "lora")
        laid = Lora(str(file), context.host.digest("lora", lora), strength)
        changed, encoder, left_out = with_lora(model, text_encoder, laid)
    if left_out:
        context.notice(f"{len(left_out):,} parts of {lora} fit nothing here: {left_out[0]} …")
    return Changed(changed, encoder)


@load_lora.facts
def _lora_facts(
    model: ModelFacts | None, text_encoder: TextFacts | None, lora: str | None, host: Host
) -> tuple[ModelFacts, TextFacts]:
    if lora is not None:
        with _told_of("lora"):
            suit(_lora_at(host.find("lora", lora)), model or ModelFacts())
    return model or ModelFacts(), text_encoder or TextFacts()


def _found(host: Host, kind: str, name: str, prediction: str) -> Found:
    """What a name stands for, by headers and configs. What is wrong is told of the input."""
    with _told_of(kind):
        return _whole(host.find(kind, name), prediction, kind)


@while_unchanged
def _whole(path: Path, prediction: str, kind: str) -> Found:
    """What lies at a path, of which all weights that are needed for that kind are there."""
    found = recognise(path, prediction)
    for part in found.family.classes.keys() & found.configs.keys():
        if kind != "vae" or part == "vae":
            look(found, part)
    return found


_lora_at = while_unchanged(read_lora)


@contextmanager
def _told_of(port: str) -> Iterator[None]:
    """A problem in here is one of this input."""
    try:
        yield
    except Problem as problem:
        raise Problem(problem.message, problem.port or port, problem.node, problem.fix) from problem


def _incomplete(name: str, model: object, text: object, vae: object) -> str:
    missing = [
        part
        for part, there in (("denoiser", model), ("text encoder", text), ("autoencoder", vae))
        if there is None
    ]
    return f"{name} has no {' and no '.join(missing)} in it" + (
        ": open it with load_vae" if vae is not None else ""
    )

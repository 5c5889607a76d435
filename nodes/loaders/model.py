"""Whole models, and what of them comes by itself."""

from typing import Annotated, NamedTuple

from nodes.core import Choice, Context, File, Model, Problem, TextEncoder, Vae, node
from nodes.core.context import Host
from nodes.core.facts import ModelFacts, TextFacts, VaeFacts
from nodes.diffusion.describe import describe
from nodes.diffusion.recognise import PREDICTIONS

from .look import found_at

Prediction = Annotated[str, Choice(PREDICTIONS)]


class LoadedModel(NamedTuple):
    """The three parts of a checkpoint."""

    model: Model
    text_encoder: TextEncoder
    vae: Vae


@node
def load_model(
    model: Annotated[str, File("model")], prediction: Prediction = "auto", *, context: Context
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
    found = found_at(host, "model", model, prediction)
    if found.model is None or found.text is None or found.space is None:
        raise Problem(_incomplete(model, found.model, found.text, found.space), "model")
    return (
        found.model,
        found.text,
        VaeFacts(found.space.name, found.space.channels, found.space.factor),
    )


@node
def load_denoiser(
    model: Annotated[str, File("model")], prediction: Prediction = "auto", *, context: Context
) -> Model:
    """Open only the denoiser of a model: for files that hold nothing else, and for mixing.

    Its text encoders and its autoencoder come from load_text_encoder and load_vae.
    """
    digests = context.host.scratch / "digests.json"
    found = describe(context.model_path(model), prediction, digests).model
    if found is None:
        raise Problem(f"{model} has no denoiser in it", "model")
    return found


@load_denoiser.facts
def _denoiser_facts(model: str | None, prediction: str | None, host: Host) -> ModelFacts | None:
    if model is None or prediction is None:
        return None
    found = found_at(host, "model", model, prediction)
    if found.model is None:
        raise Problem(f"{model} has no denoiser in it", "model")
    return found.model


def _incomplete(name: str, model: object, text: object, vae: object) -> str:
    missing = [
        part
        for part, there in (("denoiser", model), ("text encoder", text), ("autoencoder", vae))
        if there is None
    ]
    ways = {"load_denoiser": model, "load_text_encoder": text, "load_vae": vae}
    others = " or ".join(way for way, there in ways.items() if there is not None)
    return f"{name} has no {' and no '.join(missing)} in it" + (
        f": open it with {others}" if others else ""
    )

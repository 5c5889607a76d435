"""LoRAs."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, NamedTuple

from nodes.core import Context, File, Model, Slider, TextEncoder, node
from nodes.core.context import Host
from nodes.core.facts import ModelFacts, TextFacts
from nodes.core.types import Lora, Weights
from nodes.diffusion.lora import laid, with_lora
from nodes.diffusion.lora_family import suit
from nodes.diffusion.lora_file import read_lora
from nodes.diffusion.unchanged import mark_of, while_unchanged

from .look import told_of


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
    with told_of("lora"):
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
        with told_of("lora"):
            file = _lora_at(host.find("lora", lora))
            suit(file, model or ModelFacts())
            if model and text_encoder and model.weights and text_encoder.weights:
                laid(file, _now(model.weights), _now(text_encoder.weights))
    return model or ModelFacts(), text_encoder or TextFacts()


def _now(weights: Weights) -> Weights:
    """As they are on disk at this moment, which shapes are remembered by."""
    return replace(weights, digest=str(hash(mark_of(Path(weights.path)))))


_lora_at = while_unchanged(read_lora)

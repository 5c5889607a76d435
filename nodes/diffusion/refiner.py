"""The SDXL refiner: a U-Net for the last part of SDXL's steps, in its space (Podell et al., 2023).

Conditioning: `text` is the last state but one of OpenCLIP-bigG alone, `pooled` its projected
embedding; no prompt is "" encoded. In place of a target size the U-Net is told how much people like
the picture: 6 for the prompt, 2.5 for what it is led away from.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from nodes.core.facts import ModelFacts, TextFacts
from nodes.core.types import Conditioning

from . import ldm, openclip, sdxl
from .family import Config
from .header import Header
from .known import known

if TYPE_CHECKING:
    from torch import Tensor

    from .text import Prompter

NAME = "SDXL refiner"
TEXT = "conditioner.embedders.0.model."


def in_folder(configs: dict[str, Config]) -> bool:
    """Its U-Net is told a pooled text and five numbers."""
    return sdxl.numbers_told(configs) == 5


def in_file(header: Header) -> bool:
    """A U-Net as SDXL's, and OpenCLIP as the first and only text encoder."""
    return sdxl.is_unet(header) and any(name.startswith(TEXT) for name in header.tensors)


def configs(header: Header) -> dict[str, Config]:
    """A config for each part the file holds, and the scheduler's."""
    found = {
        "scheduler": known("refiner", "scheduler"),
        "pipeline": known("refiner", "pipeline"),
        "text_encoder_2": openclip.config(header, TEXT, known("sdxl", "text_encoder_2")),
    }
    if any(name.startswith(ldm.VAE) for name in header.tensors):
        found["vae"] = ldm.vae_config(header, known("sdxl", "vae"))
    pooled = found["text_encoder_2"]["projection_dim"]
    return found | {"unet": sdxl.unet_config(header, pooled, known("refiner", "unet"), 5)}


def rename(part: str, state: dict[str, Tensor], config: Config) -> dict[str, Tensor]:
    """The module's names for the tensors of a single file."""
    if part == "text_encoder_2":
        return openclip.projected(state, TEXT, config["num_hidden_layers"])
    return sdxl.rename(part, state, config)


def facts(configs: dict[str, Config]) -> ModelFacts:
    """What the U-Net works on and reads."""
    return replace(sdxl.facts(configs, ids=5), family=NAME)


def reads(configs: dict[str, Config]) -> TextFacts:
    """The encoder's width, and its projection."""
    text = configs["text_encoder_2"]
    return TextFacts(NAME, text["hidden_size"], text["projection_dim"])


def encode(prompter: Prompter, texts: list[str]) -> Conditioning:
    """The encoder's last state but one, and what it pools."""
    return Conditioning(*prompter.clip("text_encoder_2", texts, layer=1), families=(NAME,))


FAMILY = replace(
    sdxl.FAMILY,
    name=NAME,
    pipelines=("StableDiffusionXLImg2ImgPipeline",),
    classes={part: kind for part, kind in sdxl.FAMILY.classes.items() if part != "text_encoder"},
    in_folder=in_folder,
    in_file=in_file,
    configs=configs,
    rename=rename,
    facts=facts,
    reads=reads,
    predict=partial(sdxl.predict, scored=True),
    encode=encode,
    told=("sizes", "score"),
    tree="refiner",
)

"""SD 2.x: the U-Net of SD 1.x with linear projections, reading OpenCLIP's text, often predicting v.

Conditioning: `text` is the last hidden state of an encoder that is saved without its last layer.
A single file does not say what it predicts; `auto` takes v, as the 768 pixel models do.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nodes.core.facts import ModelFacts, TextFacts
from nodes.core.types import Conditioning

from . import ldm, openclip, sd1
from .family import Config
from .header import Header
from .known import known

if TYPE_CHECKING:
    from torch import Tensor

    from .text import Prompter

NAME = "SD 2.x"
TEXT = "cond_stage_model.model."


def in_folder(configs: dict[str, Config]) -> bool:
    """Its text encoder is OpenCLIP, or without one its attention lies behind linear layers."""
    return sd1.reads_text_only(configs) and not sd1.in_folder(configs)


def in_file(header: Header) -> bool:
    """Cross-attention behind linear layers, no label embedding, no other family's text encoder."""
    others = ("cond_stage_model.transformer.", "conditioner.", f"{ldm.UNET}label_emb.")
    return ldm.projections(header) == {2} and not any(
        name.startswith(others) for name in header.tensors
    )


def configs(header: Header) -> dict[str, Config]:
    """A config for each part the file holds, and the scheduler's. A head is 64 wide."""
    unet = ldm.unet_config(header, known("sd2", "unet"))
    heads = [max(width // 64, 1) for width in unet["block_out_channels"]]
    found = {"unet": unet | {"attention_head_dim": heads}, "scheduler": known("sd2", "scheduler")}
    if any(name.startswith(ldm.VAE) for name in header.tensors):
        found["vae"] = ldm.vae_config(header, known("sd1", "vae"))
    if any(name.startswith(TEXT) for name in header.tensors):
        found["text_encoder"] = text_config(header)
    return found


def text_config(header: Header) -> Config:
    """The text encoder's sizes. Its last layer is in the file and not used."""
    config = openclip.config(header, TEXT, known("sd2", "text_encoder"))
    return config | {
        "num_hidden_layers": config["num_hidden_layers"] - 1,
        "projection_dim": known("sd2", "text_encoder")["projection_dim"],
    }


def rename(part: str, state: dict[str, Tensor], config: Config) -> dict[str, Tensor]:
    """The module's names for the tensors of a single file."""
    if part != "text_encoder":
        return sd1.rename(part, state, config)
    return openclip.renamed(state, TEXT, config["num_hidden_layers"])


def facts(configs: dict[str, Config]) -> ModelFacts:
    """What the U-Net works on and reads."""
    return replace(sd1.facts(configs), family=NAME)


def reads(configs: dict[str, Config]) -> TextFacts:
    """OpenCLIP's width; nothing is pooled."""
    return replace(sd1.reads(configs), family=NAME)


def encode(prompter: Prompter, texts: list[str]) -> Conditioning:
    """The encoder's last hidden state, without a mask, as the pipeline's encode_prompt."""
    return replace(sd1.encode(prompter, texts), families=(NAME,))


FAMILY = replace(
    sd1.FAMILY,
    name=NAME,
    in_folder=in_folder,
    in_file=in_file,
    configs=configs,
    rename=rename,
    facts=facts,
    reads=reads,
    encode=encode,
    tokenizers={"text_encoder": {"pad_token": "!"}},
    tree="sd2",
)

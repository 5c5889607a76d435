"""SD 2.x: the U-Net of SD 1.x with linear projections, reading OpenCLIP's text, often predicting v.

Conditioning: `text` is the last hidden state of an encoder that is saved without its last layer.
A single file does not say what it predicts; `auto` takes v, as the 768 pixel models do.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nodes.core.facts import ModelFacts
from nodes.core.types import Conditioning

from . import ldm, sd1
from .family import Config
from .header import Header

if TYPE_CHECKING:
    from torch import Tensor

    from .text import Prompter

NAME = "SD 2.x"
CONFIGS = Path(__file__).parent / "configs" / "sd2"
TEXT = "cond_stage_model.model."
NAMES = {
    "token_embedding.weight": "embeddings.token_embedding.weight",
    "positional_embedding": "embeddings.position_embedding.weight",
    "ln_final.": "final_layer_norm.",
    "transformer.resblocks.": "encoder.layers.",
    ".ln_1.": ".layer_norm1.",
    ".ln_2.": ".layer_norm2.",
    ".mlp.c_fc.": ".mlp.fc1.",
    ".mlp.c_proj.": ".mlp.fc2.",
    ".attn.": ".self_attn.",
}


@cache
def known(part: str) -> Config:
    """The config that every SD 2.x has for `part`, from our tree."""
    file = "scheduler_config.json" if part == "scheduler" else "config.json"
    config: Config = json.loads((CONFIGS / part / file).read_text())
    return config


def in_folder(configs: dict[str, Config]) -> bool:
    """Its text encoder is OpenCLIP, or without one its attention lies behind linear layers."""
    return not sd1.in_folder(configs)


def in_file(header: Header) -> bool:
    """Cross-attention behind linear layers, no label embedding, no other family's text encoder."""
    others = ("cond_stage_model.transformer.", "conditioner.", f"{ldm.UNET}label_emb.")
    return ldm.projections(header) == {2} and not any(
        name.startswith(others) for name in header.tensors
    )


def configs(header: Header) -> dict[str, Config]:
    """A config for each part the file holds, and the scheduler's. A head is 64 wide."""
    unet = ldm.unet_config(header, known("unet"))
    heads = [max(width // 64, 1) for width in unet["block_out_channels"]]
    found = {"unet": unet | {"attention_head_dim": heads}, "scheduler": known("scheduler")}
    if any(name.startswith(ldm.VAE) for name in header.tensors):
        found["vae"] = ldm.vae_config(header, sd1.known("vae"))
    if any(name.startswith(TEXT) for name in header.tensors):
        found["text_encoder"] = text_config(header)
    return found


def text_config(header: Header) -> Config:
    """The text encoder's sizes. Its last layer is in the file and not used."""
    vocabulary, width = ldm.shape(header, f"{TEXT}token_embedding.weight")
    layers = ldm.numbers(header, re.escape(TEXT) + r"transformer\.resblocks\.(\d+)\.")
    return known("text_encoder") | {
        "vocab_size": vocabulary,
        "hidden_size": width,
        "num_attention_heads": max(width // 64, 1),
        "num_hidden_layers": len(layers) - 1,
        "intermediate_size": ldm.shape(header, f"{TEXT}transformer.resblocks.0.mlp.c_fc.weight")[0],
        "max_position_embeddings": ldm.shape(header, f"{TEXT}positional_embedding")[0],
    }


def rename(part: str, state: dict[str, Tensor], config: Config) -> dict[str, Tensor]:
    """The module's names for the tensors of a single file."""
    if part != "text_encoder":
        return sd1.rename(part, state, config)
    renamed: dict[str, Tensor] = {}
    for name, tensor in state.items():
        layer = re.search(r"resblocks\.(\d+)\.", name)
        unused = layer and int(layer[1]) >= config["num_hidden_layers"]
        if name.startswith(TEXT) and not unused:
            renamed |= _text(name.removeprefix(TEXT), tensor)
    return renamed


def _text(name: str, tensor: Tensor) -> dict[str, Tensor]:
    """One of OpenCLIP's tensors as CLIP has it: queries, keys and values are stacked there."""
    if name in ("logit_scale", "text_projection"):
        return {}
    for theirs, ours in NAMES.items():
        name = name.replace(theirs, ours)
    stacked = re.fullmatch(r"(.*)in_proj_(weight|bias)", name)
    if not stacked:
        return {name: tensor}
    parts = zip("qkv", tensor.chunk(3), strict=True)
    return {f"{stacked[1]}{letter}_proj.{stacked[2]}": part for letter, part in parts}


def facts(configs: dict[str, Config]) -> ModelFacts:
    """What the U-Net works on and reads."""
    return replace(sd1.facts(configs), family=NAME)


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
    encode=encode,
    tokenizer={"pad_token": "!"},
)

"""OpenCLIP's text encoder in single files: its names and sizes, and ours for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import ldm
from .family import Config
from .header import Header

if TYPE_CHECKING:
    from torch import Tensor

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


def config(header: Header, start: str, known: Config) -> Config:
    """`known` with the width, depth and vocabulary of the encoder whose names begin with `start`.

    A head is 64 wide.
    """
    vocabulary, width = ldm.shape(header, f"{start}token_embedding.weight")
    layers = ldm.numbers(header, re.escape(start) + r"transformer\.resblocks\.(\d+)\.")
    projection = ldm.shape(header, f"{start}text_projection")
    return known | {
        "vocab_size": vocabulary,
        "hidden_size": width,
        "num_attention_heads": max(width // 64, 1),
        "num_hidden_layers": len(layers),
        "intermediate_size": ldm.shape(header, f"{start}transformer.resblocks.0.mlp.c_fc.weight")[
            0
        ],
        "max_position_embeddings": ldm.shape(header, f"{start}positional_embedding")[0],
        "projection_dim": projection[1] if projection else known["projection_dim"],
    }


def renamed(state: dict[str, Tensor], start: str, layers: int) -> dict[str, Tensor]:
    """The tensors of the first `layers` layers, and of what is around them, by CLIP's names."""
    found: dict[str, Tensor] = {}
    for name, tensor in state.items():
        layer = re.search(r"resblocks\.(\d+)\.", name)
        if name.startswith(start) and not (layer and int(layer[1]) >= layers):
            found |= _one(name.removeprefix(start), tensor)
    return found


def projected(state: dict[str, Tensor], start: str, layers: int) -> dict[str, Tensor]:
    """The same for an encoder beside its projection."""
    found = {f"text_model.{name}": value for name, value in renamed(state, start, layers).items()}
    return found | {"text_projection.weight": state[f"{start}text_projection"].T}


def _one(name: str, tensor: Tensor) -> dict[str, Tensor]:
    """One tensor: queries, keys and values are stacked there."""
    if name in ("logit_scale", "text_projection"):
        return {}
    for theirs, ours in NAMES.items():
        name = name.replace(theirs, ours)
    stacked = re.fullmatch(r"(.*)in_proj_(weight|bias)", name)
    if not stacked:
        return {name: tensor}
    parts = zip("qkv", tensor.chunk(3), strict=True)
    return {f"{stacked[1]}{letter}_proj.{stacked[2]}": part for letter, part in parts}

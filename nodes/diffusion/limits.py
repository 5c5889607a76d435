"""What a model's configs may ask for: told before anything is built from them. No torch."""

from __future__ import annotations

import math
from typing import Any

from nodes.core.problem import Problem

from .family import Config

LARGEST = 2**20
DEEPEST = 256
LONGEST = 16  # levels of a network
SIZES = {
    "attention_head_dim": LARGEST,
    "block_out_channels": LARGEST,
    "caption_projection_dim": LARGEST,
    "cross_attention_dim": LARGEST,
    "d_ff": LARGEST,
    "d_kv": LARGEST,
    "d_model": LARGEST,
    "decoder_block_out_channels": LARGEST,
    "encoder_attention_heads": LARGEST,
    "encoder_block_out_channels": LARGEST,
    "encoder_ffn_dim": LARGEST,
    "encoder_layers": DEEPEST,
    "head_dim": LARGEST,
    "hidden_size": LARGEST,
    "in_channels": LARGEST,
    "intermediate_size": LARGEST,
    "joint_attention_dim": LARGEST,
    "latent_channels": LARGEST,
    "layers_per_block": DEEPEST,
    "max_position_embeddings": LARGEST,
    "norm_num_groups": LARGEST,
    "num_attention_heads": LARGEST,
    "num_decoder_blocks": DEEPEST,
    "num_encoder_blocks": DEEPEST,
    "num_heads": LARGEST,
    "num_hidden_layers": DEEPEST,
    "num_layers": DEEPEST,
    "num_single_layers": DEEPEST,
    "num_train_timesteps": LARGEST,
    "num_vq_embeddings": LARGEST,
    "out_channels": LARGEST,
    "patch_size": 64,
    "pooled_projection_dim": LARGEST,
    "pos_embed_max_size": 1024,
    "sample_size": 16384,
    "transformer_layers_per_block": DEEPEST,
    "vocab_size": LARGEST,
    "vq_embed_dim": LARGEST,
}
CODE = ("auto_map", "trust_remote_code", "custom_pipelines")
LISTS = (
    "block_out_channels",
    "decoder_block_out_channels",
    "down_block_types",
    "encoder_block_out_channels",
    "num_decoder_blocks",
    "num_encoder_blocks",
    "up_block_types",
)
# What a folder may wish for: (types, least, most); of names any.
WISHES: dict[str, tuple[tuple[type, ...], float, float]] = {
    "steps": ((int,), 1, 1000),
    "guidance": ((int, float), 0, 30),
    "sampler": ((str,), 0, 0),
    "schedule": ((str,), 0, 0),
    "width": ((int,), 8, 16384),
    "height": ((int,), 8, 16384),
}


def check_config(config: Config) -> Config:
    """The config. Raises Problem for sizes that no model has, numbers no latent is scaled by, and
    code it would bring.
    """
    for name in CODE:
        if config.get(name):
            told = f"A config asks to run code that came with the model ({name})"
            raise Problem(f"{told}: that is never done.")
    for name, most in SIZES.items():
        for size in _flat(config.get(name)):
            if type(size) is not int or not 1 <= size <= most:
                _refuse(name, size, f"a whole number from 1 to {most:,}")
    for name in LISTS:
        if isinstance(config.get(name), list) and len(config[name]) > LONGEST:
            _refuse(name, f"{len(config[name])} long", f"{LONGEST} long at most")
    for name in ("scaling_factor", "shift_factor"):
        value, least = config.get(name) or 1.0, 0 if name == "scaling_factor" else -math.inf
        if not (isinstance(value, int | float) and least < value < math.inf):
            _refuse(name, value, "a finite number" + " above 0" * (least == 0))
    return config


def check_wishes(wishes: Config, place: str) -> Config:
    """The wishes of a folder, its file at `place`. Raises Problem for what it cannot want."""
    for name, value in wishes.items():
        kinds, least, most = WISHES.get(name, ((), 0, 0))
        if type(value) not in kinds:
            raise Problem(f"{place} says something of {name} that is not understood.")
        if not isinstance(value, str) and not least <= value <= most:
            raise Problem(f"{place} says {name} {_shown(value)}; it is from {least} to {most}.")
    return {name: float(value) if name == "guidance" else value for name, value in wishes.items()}


def _flat(value: Any) -> list[Any]:
    """The sizes in a size or in lists of them; what is not said is none."""
    if isinstance(value, list):
        return [size for each in value for size in _flat(each)]
    return [] if value is None else [value]


def _refuse(name: str, value: Any, wanted: str) -> None:
    raise Problem(f"A config of this model says {name} is {_shown(value)}; it is {wanted}.")


def _shown(value: Any) -> str:
    try:
        return " ".join(str(value).split())[:40]
    except ValueError:  # Python writes no whole number of thousands of digits
        return "too large to write"

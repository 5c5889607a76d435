"""SD3 in single files: its authors' names and diffusers' own, with or without other parts."""

from __future__ import annotations

import math
import re
from collections.abc import Container
from typing import TYPE_CHECKING

from . import ldm, sd1, t5
from .family import Alias, Config
from .header import Header
from .known import known

if TYPE_CHECKING:
    from torch import Tensor

STARTS = ("model.diffusion_model.", "")
TEXTS = {
    "text_encoder": "text_encoders.clip_l.transformer.",
    "text_encoder_2": "text_encoders.clip_g.transformer.",
    "text_encoder_3": "text_encoders.t5xxl.transformer.",
}
OTHERS = (ldm.VAE, "text_encoders.")
AUTHORS = "joint_blocks.0.x_block.attn.qkv.weight"
DIFFUSERS = "pos_embed.proj.weight"
JOINED = "transformer_blocks.0.attn.add_q_proj.weight"
# the authors' names → diffusers', of what lies outside the blocks
OUTSIDE = {
    "x_embedder.proj": "pos_embed.proj",
    "t_embedder.mlp.0": "time_text_embed.timestep_embedder.linear_1",
    "t_embedder.mlp.2": "time_text_embed.timestep_embedder.linear_2",
    "y_embedder.mlp.0": "time_text_embed.text_embedder.linear_1",
    "y_embedder.mlp.2": "time_text_embed.text_embedder.linear_2",
    "context_embedder": "context_embedder",
    "final_layer.linear": "proj_out",
    "final_layer.adaLN_modulation.1": "norm_out.linear",
}
# of a block; where several stand, the weight is that of all of them one after another
BLOCK = {
    "x_block.adaLN_modulation.1": ("norm1.linear",),
    "x_block.attn.qkv": ("attn.to_q", "attn.to_k", "attn.to_v"),
    "x_block.attn.ln_q": ("attn.norm_q",),
    "x_block.attn.ln_k": ("attn.norm_k",),
    "x_block.attn.proj": ("attn.to_out.0",),
    "x_block.attn2.qkv": ("attn2.to_q", "attn2.to_k", "attn2.to_v"),
    "x_block.attn2.ln_q": ("attn2.norm_q",),
    "x_block.attn2.ln_k": ("attn2.norm_k",),
    "x_block.attn2.proj": ("attn2.to_out.0",),
    "x_block.mlp.fc1": ("ff.net.0.proj",),
    "x_block.mlp.fc2": ("ff.net.2",),
    "context_block.adaLN_modulation.1": ("norm1_context.linear",),
    "context_block.attn.qkv": ("attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj"),
    "context_block.attn.ln_q": ("attn.norm_added_q",),
    "context_block.attn.ln_k": ("attn.norm_added_k",),
    "context_block.attn.proj": ("attn.to_add_out",),
    "context_block.mlp.fc1": ("ff_context.net.0.proj",),
    "context_block.mlp.fc2": ("ff_context.net.2",),
}


def in_file(header: Header) -> bool:
    """Blocks of two streams behind a table of places, by either way of naming."""
    return _start(header.tensors) is not None


def configs(header: Header) -> dict[str, Config]:
    """A config for each part the file holds, and the scheduler's."""
    found = {"transformer": transformer_config(header), "scheduler": known("sd3", "scheduler")}
    if any(name.startswith(ldm.VAE) for name in header.tensors):
        found["vae"] = ldm.vae_config(header, known("sd3", "vae"))
    usual = {"text_encoder": known("sd1", "text_encoder")}
    usual |= {"text_encoder_2": known("sdxl", "text_encoder_2")}
    for part, start in TEXTS.items():
        if not any(name.startswith(start) for name in header.tensors):
            continue
        if part == "text_encoder_3":
            found[part] = t5.config(header, start, known("t5", "text_encoder"))
        else:
            found[part] = _clip_config(header, start, usual[part])
    return found


def _clip_config(header: Header, start: str, usual: Config) -> Config:
    """What is pooled is projected to its own width where the file has no projection."""
    config = ldm.clip_config(header, usual, start)
    projection = ldm.shape(header, f"{start}text_projection.weight")
    return config | {"projection_dim": (projection or (config["hidden_size"],))[0]}


def transformer_config(header: Header) -> Config:
    """The transformer's sizes, as the shapes of its weights tell them.

    Where no norm of a head tells how wide one is, it is the usual 64.
    """
    start = _start(header.tensors) or ""
    theirs = f"{start}{AUTHORS}" in header.tensors

    def sizes(name: str) -> tuple[int, ...]:
        return ldm.shape(header, f"{start}{name if theirs else OUTSIDE[name]}.weight")

    width, channels, patch, _ = sizes("x_embedder.proj")
    places = ldm.shape(header, start + ("pos_embed" if theirs else "pos_embed.pos_embed"))[1]
    first = "joint_blocks.{}.x_block." if theirs else "transformer_blocks.{}."
    norm = ldm.shape(header, f"{start}{first.format(0)}attn.{'ln' if theirs else 'norm'}_q.weight")
    blocks = re.escape(f"{start}{first}").replace(r"\{\}", r"(\d+)")
    head = norm[0] if norm else min(width, 64)
    return known("sd3", "transformer") | {
        "attention_head_dim": head,
        "caption_projection_dim": sizes("context_embedder")[0],
        "dual_attention_layers": sorted(ldm.numbers(header, rf"{blocks}attn2\.")),
        "in_channels": channels,
        "joint_attention_dim": sizes("context_embedder")[1],
        "num_attention_heads": width // head,
        "num_layers": len(ldm.numbers(header, blocks)),
        "out_channels": sizes("final_layer.linear")[0] // patch**2,
        "patch_size": patch,
        "pooled_projection_dim": sizes("y_embedder.mlp.0")[1],
        "pos_embed_max_size": math.isqrt(places),
        "qk_norm": "rms_norm" if norm else None,
    }


def rename(part: str, state: dict[str, Tensor], config: Config) -> dict[str, Tensor]:
    """The module's names for the tensors of a single file."""
    if part in TEXTS:
        return _text(part, state, config)
    if part == "vae":
        return sd1.rename(part, state, config)
    start = _start(state) or ""
    own = {name.removeprefix(start): value for name, value in state.items() if _of(name, start)}
    if DIFFUSERS in own:
        return own
    renamed = {"pos_embed.pos_embed": own.pop("pos_embed")}
    last = config["num_layers"] - 1
    for name, tensor in own.items():
        layer, _, kind = name.rpartition(".")
        layers = own_layers(layer)
        pieces = tensor.chunk(len(layers))
        if is_swapped(layer, last):
            pieces = (_swapped(tensor),)
        renamed |= {f"{ours}.{kind}": piece for ours, piece in zip(layers, pieces, strict=True)}
    return renamed


def own_layers(layer: str) -> tuple[str, ...]:
    """diffusers' layers that are one in the authors' layout, itself where it is none of theirs."""
    block = re.fullmatch(r"joint_blocks\.(\d+)\.(.+)", layer)
    if block and block[2] in BLOCK:
        return tuple(f"transformer_blocks.{block[1]}.{ours}" for ours in BLOCK[block[2]])
    return (OUTSIDE.get(layer, layer),)


def alias(layer: str, config: Config) -> Alias:
    """What a layer of theirs with underscores for dots is of ours, as LoRAs name them."""
    block = re.fullmatch(r"joint_blocks_(\d+)_(.+)", layer)
    table: Container[str] = BLOCK if block else OUTSIDE
    wanted = block[2] if block else layer
    name = next((name for name in (*BLOCK, *OUTSIDE) if name.replace(".", "_") == wanted), "")
    if name not in table:
        return Alias((layer,))
    theirs = f"joint_blocks.{block[1]}.{name}" if block else name
    ours = tuple(own.replace(".", "_") for own in own_layers(theirs))
    return Alias(ours, is_swapped(theirs, config["num_layers"] - 1))


def is_swapped(layer: str, last: int) -> bool:
    """Whether a shift and a scale come out of a layer, which diffusers has the other way round."""
    ends = ("final_layer", f"joint_blocks.{last}.context_block")
    return layer in [f"{end}.adaLN_modulation.1" for end in ends]


def _swapped(tensor: Tensor) -> Tensor:
    import torch

    return torch.cat(tensor.chunk(2)[::-1])


def _start(names: Container[str]) -> str | None:
    """What the transformer's names begin with, None where there is none."""
    for start in STARTS:
        own = f"{start}{DIFFUSERS}" in names and f"{start}{JOINED}" in names
        if f"{start}{AUTHORS}" in names or own:
            return start
    return None


def _of(name: str, start: str) -> bool:
    return name.startswith(start) and not name.startswith(OTHERS)


def _text(part: str, state: dict[str, Tensor], config: Config) -> dict[str, Tensor]:
    """The tensors of a text encoder; a CLIP that brings no projection has none of its own."""
    import torch

    start = TEXTS[part]
    own = {n.removeprefix(start): value for n, value in state.items() if n.startswith(start)}
    own.pop("logit_scale", None)
    if part != "text_encoder_3" and "text_projection.weight" not in own:
        own["text_projection.weight"] = torch.eye(config["hidden_size"])
    return own

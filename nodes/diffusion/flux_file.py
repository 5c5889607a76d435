"""FLUX.1 in single files: its authors' names and diffusers' own, with or without other parts."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import TYPE_CHECKING

from . import ldm, sd1, t5
from .family import Alias, Config
from .header import Header
from .known import known

if TYPE_CHECKING:
    from torch import Tensor

# where its parts begin in the files people have
STARTS = ("", "model.diffusion_model.", "transformer.")
VAE, CLIP, T5 = "vae.", "text_encoders.clip_l.transformer.", "text_encoders.t5xxl.transformer."
AUTHORS = "double_blocks.0.img_attn.norm.query_norm.scale"
DIFFUSERS = "transformer_blocks.0.attn.norm_added_q.weight"
SWAPPED = "final_layer.adaLN_modulation.1"
# the authors' names → diffusers', of what lies outside the blocks
OUTSIDE = {
    "img_in": "x_embedder",
    "txt_in": "context_embedder",
    "time_in.in_layer": "time_text_embed.timestep_embedder.linear_1",
    "time_in.out_layer": "time_text_embed.timestep_embedder.linear_2",
    "vector_in.in_layer": "time_text_embed.text_embedder.linear_1",
    "vector_in.out_layer": "time_text_embed.text_embedder.linear_2",
    "guidance_in.in_layer": "time_text_embed.guidance_embedder.linear_1",
    "guidance_in.out_layer": "time_text_embed.guidance_embedder.linear_2",
    "final_layer.linear": "proj_out",
    SWAPPED: "norm_out.linear",
}
# of a double block; where several stand, the weight is that of all of them one after another
DOUBLE = {
    "img_mod.lin": ("norm1.linear",),
    "txt_mod.lin": ("norm1_context.linear",),
    "img_attn.qkv": ("attn.to_q", "attn.to_k", "attn.to_v"),
    "txt_attn.qkv": ("attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj"),
    "img_attn.norm.query_norm": ("attn.norm_q",),
    "img_attn.norm.key_norm": ("attn.norm_k",),
    "txt_attn.norm.query_norm": ("attn.norm_added_q",),
    "txt_attn.norm.key_norm": ("attn.norm_added_k",),
    "img_attn.proj": ("attn.to_out.0",),
    "txt_attn.proj": ("attn.to_add_out",),
    "img_mlp.0": ("ff.net.0.proj",),
    "img_mlp.2": ("ff.net.2",),
    "txt_mlp.0": ("ff_context.net.0.proj",),
    "txt_mlp.2": ("ff_context.net.2",),
}
SINGLE = {
    "modulation.lin": ("norm.linear",),
    "linear1": ("attn.to_q", "attn.to_k", "attn.to_v", "proj_mlp"),
    "linear2": ("proj_out",),
    "norm.query_norm": ("attn.norm_q",),
    "norm.key_norm": ("attn.norm_k",),
}


STREAMS = {
    "double": ("transformer_blocks", DOUBLE),
    "single": ("single_transformer_blocks", SINGLE),
}
BLOCK = re.compile(r"(double|single)_blocks\.(\d+)\.(.+)\.(\w+)")


def in_file(header: Header) -> bool:
    """Blocks of two streams and of one and a pooled text, by either way of naming."""
    start = _start(header.tensors)
    told = ("vector_in.in_layer.weight", "time_text_embed.text_embedder.linear_1.weight")
    return start is not None and any(f"{start}{name}" in header.tensors for name in told)


def configs(header: Header) -> dict[str, Config]:
    """A config for each part the file holds, and the scheduler's."""
    transformer = transformer_config(header)
    found = {"transformer": transformer, "scheduler": levels(transformer)}
    if any(name.startswith(VAE) for name in header.tensors):
        found["vae"] = ldm.vae_config(header, known("flux", "vae"))
    if any(name.startswith(CLIP) for name in header.tensors):
        found["text_encoder"] = ldm.clip_config(header, known("sd1", "text_encoder"), CLIP)
    if any(name.startswith(T5) for name in header.tensors):
        found["text_encoder_2"] = t5.config(header, T5, known("t5", "text_encoder"))
    return found


def transformer_config(header: Header) -> Config:
    """The transformer's sizes, as the shapes of its weights tell them."""
    start = _start(header.tensors)
    theirs = f"{start}{AUTHORS}" in header.tensors

    def sizes(name: str) -> tuple[int, ...]:
        own = name if theirs else OUTSIDE[name]
        return ldm.shape(header, f"{start}{own}.weight")

    def blocks(ours: str, authors: str) -> int:
        name = re.escape(f"{start}{authors if theirs else ours}.")
        return len(ldm.numbers(header, name + r"(\d+)\."))

    width, channels = sizes("img_in")
    head = ldm.shape(header, f"{start}{AUTHORS if theirs else DIFFUSERS}")[0]
    return known("flux", "transformer") | {
        "attention_head_dim": head,
        "axes_dims_rope": axes(head),
        "guidance_embeds": bool(sizes("guidance_in.in_layer")),
        "in_channels": channels,
        "joint_attention_dim": sizes("txt_in")[1],
        "num_attention_heads": width // head,
        "num_layers": blocks("transformer_blocks", "double_blocks"),
        "num_single_layers": blocks("single_transformer_blocks", "single_blocks"),
        "out_channels": sizes("final_layer.linear")[0],
        "pooled_projection_dim": sizes("vector_in.in_layer")[1],
    }


def axes(head: int) -> list[int]:
    """How a head is shared out: an eighth for the text, the rest for rows and columns, all even."""
    text = next(n for n in range(head // 8, head) if n % 2 == 0 and (head - n) % 4 == 0)
    return [text, (head - text) // 2, (head - text) // 2]


def levels(transformer: Config) -> Config:
    """The scheduler's config: schnell's levels do not move with the size."""
    still = {"shift": 1.0, "use_dynamic_shifting": False}
    return known("flux", "scheduler") | ({} if transformer.get("guidance_embeds") else still)


def rename(part: str, state: dict[str, Tensor], config: Config) -> dict[str, Tensor]:
    """The module's names for the tensors of a single file. None of them is copied."""
    if part == "vae":
        return sd1.rename(part, state, config)
    if part != "transformer":
        return _text(state, CLIP if part == "text_encoder" else T5)
    start = _start(state) or ""
    own = {name.removeprefix(start): value for name, value in state.items() if _of(name, start)}
    if DIFFUSERS in own:
        return own
    width = config["num_attention_heads"] * config["attention_head_dim"]
    renamed: dict[str, Tensor] = {}
    for name, tensor in own.items():
        renamed |= _one(name, tensor, width)
    return renamed


def alias(layer: str, config: Config) -> Alias:
    """What a layer of theirs with underscores for dots is of ours, as LoRAs name them."""
    block = re.fullmatch(r"(double|single)_blocks_(\d+)_(.+)", layer)
    if not block:
        names = {theirs.replace(".", "_"): theirs for theirs in OUTSIDE}
        theirs = names.get(layer, "")
        return Alias((OUTSIDE.get(theirs, layer).replace(".", "_"),), theirs == SWAPPED)
    which, number, wanted = block.groups()
    streams, layers = STREAMS[which]
    ours = next((own for name, own in layers.items() if name.replace(".", "_") == wanted), ())
    names_of_ours = tuple(f"{streams}.{number}.{own}".replace(".", "_") for own in ours)
    return Alias(names_of_ours or (layer,))


def _start(names: Container[str]) -> str | None:
    """What the transformer's names begin with, None where there is none."""
    ways = (AUTHORS, DIFFUSERS)
    return next((start for start in STARTS for way in ways if f"{start}{way}" in names), None)


def _of(name: str, start: str) -> bool:
    return name.startswith(start) and not name.startswith((VAE, "text_encoders."))


def _text(state: dict[str, Tensor], start: str) -> dict[str, Tensor]:
    """The tensors of a text encoder; CLIP's projection is not used."""
    own = {name.removeprefix(start): v for name, v in state.items() if name.startswith(start)}
    unused = ("text_projection.", "logit_scale")
    return {n.removeprefix("text_model."): v for n, v in own.items() if not n.startswith(unused)}


def _one(name: str, tensor: Tensor, width: int) -> dict[str, Tensor]:
    """One tensor under diffusers' names, of which there are several where layers lie together."""
    import torch

    inside = BLOCK.fullmatch(name)
    if not inside:
        layer, _, kind = name.rpartition(".")
        if layer == SWAPPED and tensor.numel() > 1:  # shift and scale, there the other way round
            tensor = torch.cat(tensor.chunk(2)[::-1])
        return {f"{OUTSIDE.get(layer, layer)}.{kind}": tensor}
    which, number, layer, kind = inside.groups()
    streams, table = STREAMS[which]
    layers = table.get(layer, (layer,))
    kind = "weight" if kind == "scale" else kind
    first = [width] * (len(layers) - 1)
    if tensor.numel() == 1:  # a number for all of them
        pieces = (tensor,) * len(layers)
    else:
        pieces = tensor.split([*first, len(tensor) - sum(first)])
    return {
        f"{streams}.{number}.{own}.{kind}": piece for own, piece in zip(layers, pieces, strict=True)
    }

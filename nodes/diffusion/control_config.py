"""The config of a ControlNet in a single file: what the shapes of its tensors tell.

Names are diffusers'. What shapes do not tell (heads, how wide the numbers are that it is told) is
what all of its family have.
"""

from __future__ import annotations

import math

from . import ldm
from .control_names import START
from .family import Config
from .flux_file import axes
from .header import Header
from .known import known
from .ldm import numbers, shape

UNET, FLUX = "controlnet_cond_embedding.conv_in.weight", "controlnet_x_embedder.weight"
SD3 = "pos_embed_input.proj.weight"
SIZES = 256  # the numbers SDXL stands for each of the six that it is told
HEAD = 64


def file_config(header: Header) -> Config | None:
    """The config of a file with diffusers' names; None for one that is no ControlNet."""
    ways = {UNET: _unet, FLUX: _flux, SD3: _sd3}
    return next((way(header) for mark, way in ways.items() if mark in header.tensors), None)


def alone(header: Header) -> bool:
    """Whether a file is a ControlNet and nothing else, by either way of naming."""
    marks = (UNET, FLUX, SD3, *(f"{start}zero_convs.0.0.weight" for start in ("", START)))
    whole = f"{ldm.UNET}input_blocks.0.0.weight" in header.tensors
    return not whole and any(mark in header.tensors for mark in marks)


def blocks(header: Header, name: str) -> int:
    """How many there are of a list of layers."""
    return len(numbers(header, rf"{name}\.(\d+)\."))


def _unet(header: Header) -> Config:
    levels = range(blocks(header, "down_blocks"))
    widths = [shape(header, f"down_blocks.{n}.resnets.0.conv1.weight")[0] for n in levels]
    deep = [blocks(header, rf"down_blocks\.{n}\.attentions\.0\.transformer_blocks") for n in levels]
    crossed = [bool(depth) for depth in deep]
    middle = blocks(header, r"mid_block\.attentions\.0\.transformer_blocks")
    deep[-1] = deep[-1] or middle
    text = next(e.shape[1] for n, e in header.tensors.items() if n.endswith("attn2.to_k.weight"))
    linear = any(
        len(entry.shape) == 2
        for name, entry in header.tensors.items()
        if name.endswith("attentions.0.proj_in.weight")
    )
    config = known("sd2" if linear else "sd1", "unet")
    kept = ("act_fn", "flip_sin_to_cos", "freq_shift", "norm_eps", "norm_num_groups")
    return {name: config[name] for name in kept if name in config} | {
        "_class_name": "ControlNetModel",
        "in_channels": shape(header, "conv_in.weight")[1],
        "block_out_channels": widths,
        "layers_per_block": blocks(header, r"down_blocks\.0\.resnets"),
        "down_block_types": ["CrossAttnDownBlock2D" if c else "DownBlock2D" for c in crossed],
        "mid_block_type": "UNetMidBlock2DCrossAttn" if middle else "UNetMidBlock2D",
        "transformer_layers_per_block": [depth or 1 for depth in deep],
        "cross_attention_dim": text,
        "use_linear_projection": linear,
        "attention_head_dim": [max(width // HEAD, 1) for width in widths] if linear else 8,
        **_hint(header),
        **_told(header),
    }


def _hint(header: Header) -> Config:
    """How the picture that it is shown is made smaller: each second layer is wider."""
    start = "controlnet_cond_embedding"
    first = shape(header, f"{start}.conv_in.weight")
    wider = range(1, blocks(header, rf"{start}\.blocks"), 2)
    after = [shape(header, f"{start}.blocks.{number}.weight")[0] for number in wider]
    return {
        "conditioning_channels": first[1],
        "conditioning_embedding_out_channels": [first[0], *after],
    }


def _told(header: Header) -> Config:
    told = shape(header, "add_embedding.linear_1.weight")
    if not told:
        return {}
    return {
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": SIZES if told[1] > 6 * SIZES else None,
        "projection_class_embeddings_input_dim": told[1],
    }


def _sd3(header: Header) -> Config:
    width, seen, patch, _ = shape(header, "pos_embed_input.proj.weight")
    own = shape(header, "pos_embed.proj.weight")
    places = shape(header, "pos_embed.pos_embed")
    text = shape(header, "context_embedder.weight")
    norm = shape(header, "transformer_blocks.0.attn.norm_q.weight")
    head = norm[0] if norm else HEAD
    side = math.isqrt(places[1]) if places else 192
    channels = own[1] if own else seen - seen % 16
    return {
        "_class_name": "SD3ControlNetModel",
        "sample_size": min(side * patch, 128),
        "patch_size": patch,
        "in_channels": channels,
        "extra_conditioning_channels": seen - channels,
        "num_layers": blocks(header, "transformer_blocks"),
        "attention_head_dim": head,
        "num_attention_heads": width // head,
        "joint_attention_dim": text[1] if text else None,
        "caption_projection_dim": text[0] if text else width,
        "pooled_projection_dim": shape(header, "time_text_embed.text_embedder.linear_1.weight")[1],
        "out_channels": channels,
        "pos_embed_max_size": side,
        "dual_attention_layers": sorted(numbers(header, r"transformer_blocks\.(\d+)\.attn2\.")),
        "qk_norm": "rms_norm" if norm else None,
        "use_pos_embed": bool(own),
        "force_zeros_for_pooled_projection": bool(own),  # those with places of their own
    }


def _flux(header: Header) -> Config:
    width, channels = shape(header, "x_embedder.weight")
    single = "single_transformer_blocks.0.attn.norm_q.weight"
    head = (shape(header, "transformer_blocks.0.attn.norm_q.weight") or shape(header, single))[0]
    modes = shape(header, "controlnet_mode_embedder.weight")
    hint = shape(header, "input_hint_block.conv_out.weight")
    text = "time_text_embed.text_embedder.linear_1.weight"
    told = "time_text_embed.guidance_embedder.linear_1.weight" in header.tensors
    return {
        "_class_name": "FluxControlNetModel",
        "patch_size": 2 if hint else 1,
        "in_channels": channels,
        "num_layers": blocks(header, "transformer_blocks"),
        "num_single_layers": blocks(header, "single_transformer_blocks"),
        "attention_head_dim": head,
        "num_attention_heads": width // head,
        "joint_attention_dim": shape(header, "context_embedder.weight")[1],
        "pooled_projection_dim": shape(header, text)[1],
        "guidance_embeds": told,
        "axes_dims_rope": axes(head),
        "num_mode": modes[0] if modes else None,
        "conditioning_embedding_channels": hint[0] if hint else None,
    }

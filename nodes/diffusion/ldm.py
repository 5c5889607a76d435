"""The layout of single files from the latent-diffusion code: its keys, and the sizes they tell.

Keys start with `model.diffusion_model.` (U-Net), `first_stage_model.` (autoencoder) and
`cond_stage_model.transformer.` (CLIP). Widths, depths and levels are read from the tensors' shapes;
what shapes cannot tell (heads, groups, activations) is the family's own config.
"""

from __future__ import annotations

import re
from typing import Any

from .header import Header
from .space import VQ

UNET = "model.diffusion_model."
VAE = "first_stage_model."
CLIP = "cond_stage_model.transformer."


def shape(header: Header, name: str) -> tuple[int, ...]:
    """The shape of a tensor, () where there is none of that name."""
    entry = header.tensors.get(name)
    return entry.shape if entry else ()


def numbers(header: Header, pattern: str) -> set[int]:
    """Every number that stands where `pattern` has its group."""
    found = (re.match(pattern, name) for name in header.tensors)
    return {int(match[1]) for match in found if match}


def projections(header: Header) -> set[int]:
    """How many sides the weights before cross-attention have: 4 convolutions, 2 linear layers."""
    crossed = any(name.endswith("attn2.to_k.weight") for name in header.tensors)
    if not crossed or f"{UNET}input_blocks.0.0.weight" not in header.tensors:
        return set()
    return {
        len(entry.shape)
        for name, entry in header.tensors.items()
        if name.startswith(UNET) and name.endswith(".1.proj_in.weight")
    }


def unet_config(header: Header, known: dict[str, Any]) -> dict[str, Any]:
    """`known` with the U-Net's widths, levels and cross-attention as the file has them."""
    blocks = sorted(numbers(header, re.escape(UNET) + r"input_blocks\.(\d+)\."))
    downs = [n for n in blocks if shape(header, f"{UNET}input_blocks.{n}.0.op.weight")]
    ends = [*downs, blocks[-1] + 1]
    layers = ends[0] - 1
    last = [end - 1 for end in ends]
    widths = [shape(header, f"{UNET}input_blocks.{n}.0.in_layers.2.weight")[0] for n in last]
    crossed = [bool(numbers(header, rf"{re.escape(UNET)}input_blocks\.({n})\.1\.")) for n in last]
    text = next(
        entry for name, entry in header.tensors.items() if name.endswith("attn2.to_k.weight")
    )
    return known | {
        "in_channels": shape(header, f"{UNET}input_blocks.0.0.weight")[1],
        "out_channels": shape(header, f"{UNET}out.2.weight")[0],
        "block_out_channels": widths,
        "layers_per_block": layers,
        "cross_attention_dim": text.shape[1],
        "down_block_types": [
            "CrossAttnDownBlock2D" if cross else "DownBlock2D" for cross in crossed
        ],
        "up_block_types": [
            "CrossAttnUpBlock2D" if cross else "UpBlock2D" for cross in crossed[::-1]
        ],
    }


def depths(header: Header, unet: dict[str, Any]) -> list[int]:
    """How many transformer blocks there are at every level of the U-Net, 1 where there are none.

    Where the last level has none, its number is that of the middle.
    """
    step = unet["layers_per_block"] + 1
    found = []
    for level in range(len(unet["block_out_channels"])):
        start = re.escape(f"{UNET}input_blocks.{1 + level * step}.1.transformer_blocks.")
        found.append(len(numbers(header, start + r"(\d+)\.")))
    middle = re.escape(f"{UNET}middle_block.1.transformer_blocks.")
    found[-1] = found[-1] or len(numbers(header, middle + r"(\d+)\."))
    return [depth or 1 for depth in found]


def vae_config(header: Header, known: dict[str, Any]) -> dict[str, Any]:
    """`known` with the autoencoder's widths and levels as the file has them."""
    starts = (VAE, "vae.", "")
    start = next(one for one in starts if f"{one}decoder.conv_in.weight" in header.tensors)
    levels = sorted(numbers(header, re.escape(start) + r"encoder\.down\.(\d+)\."))
    widths = [shape(header, f"{start}encoder.down.{n}.block.0.conv1.weight")[0] for n in levels]
    layers = len(numbers(header, re.escape(start) + r"encoder\.down\.0\.block\.(\d+)\."))
    return known | {
        "block_out_channels": widths,
        "layers_per_block": layers,
        "latent_channels": shape(header, f"{start}decoder.conv_in.weight")[1],
        "down_block_types": _blocks(header, rf"{re.escape(start)}encoder\.down", len(widths)),
        "up_block_types": _blocks(header, rf"{re.escape(start)}decoder\.up", len(widths))[::-1],
        **codebook(header, start),
    }


def _blocks(header: Header, level: str, count: int) -> list[str]:
    """The kind of each level, by whether it has attention."""
    kind = "DownEncoderBlock2D" if level.endswith("down") else "UpDecoderBlock2D"
    attends = numbers(header, level + r"\.(\d+)\.attn\.")
    return [f"Attn{kind}" if n in attends else kind for n in range(count)]


def codebook(header: Header, start: str) -> dict[str, Any]:
    """What the config of an autoencoder says of its codebook; nothing where it has none."""
    vectors = shape(header, f"{start}quantize.embedding.weight")
    if not vectors:
        return {}
    return {"_class_name": VQ, "num_vq_embeddings": vectors[0], "vq_embed_dim": vectors[1]}


def clip_config(header: Header, known: dict[str, Any], place: str = CLIP) -> dict[str, Any]:
    """`known` with the width, depth and vocabulary of the text encoder at `place` in the file."""
    start = next(
        name
        for name in header.tensors
        if name.startswith(place) and name.endswith("token_embedding.weight")
    )
    start = start.removesuffix("embeddings.token_embedding.weight")
    vocabulary, width = shape(header, f"{start}embeddings.token_embedding.weight")
    return known | {
        "vocab_size": vocabulary,
        "hidden_size": width,
        "max_position_embeddings": shape(header, f"{start}embeddings.position_embedding.weight")[0],
        "intermediate_size": shape(header, f"{start}encoder.layers.0.mlp.fc1.weight")[0],
        "num_hidden_layers": len(numbers(header, re.escape(start) + r"encoder\.layers\.(\d+)\.")),
        "num_attention_heads": _heads(width, known["num_attention_heads"]),
    }


def _heads(width: int, usual: int) -> int:
    """Shapes do not tell heads: the family's count, or the next smaller that divides the width."""
    return next(heads for heads in range(usual, 0, -1) if width % heads == 0)

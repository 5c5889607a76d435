"""Single files that are an autoencoder: what their shapes tell, and the names in them.

There are three layouts: that of the latent-diffusion authors, of KL and VQ autoencoders alike;
diffusers' names for the same; and diffusers' names for small autoencoders.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import ldm
from .family import Config
from .header import Header
from .known import known
from .space import TINY

if TYPE_CHECKING:
    from torch import Tensor

STARTS = (ldm.VAE, "vae.", "")


def config(header: Header) -> Config | None:
    """The config of the autoencoder that a file is; None where it is none."""
    usual = known("sd1", "vae")
    if any(name.startswith(ldm.UNET) for name in header.tensors):
        return None
    if any(f"{start}decoder.up.0.block.0.conv1.weight" in header.tensors for start in STARTS):
        return ldm.vae_config(header, usual)
    if "decoder.up_blocks.0.resnets.0.conv1.weight" in header.tensors:
        return _large(header, usual)
    ends = ("encoder.layers.0.weight", "decoder.layers.0.weight")
    return _small(header) if all(end in header.tensors for end in ends) else None


def _large(header: Header, usual: Config) -> Config:
    """`usual` with the widths and levels of an autoencoder under diffusers' names."""
    levels = sorted(ldm.numbers(header, r"encoder\.down_blocks\.(\d+)\."))
    first = "encoder.down_blocks.{}.resnets.0.conv1.weight"
    return usual | {
        "block_out_channels": [ldm.shape(header, first.format(n))[0] for n in levels],
        "layers_per_block": len(ldm.numbers(header, r"encoder\.down_blocks\.0\.resnets\.(\d+)\.")),
        "latent_channels": ldm.shape(header, "decoder.conv_in.weight")[1],
        "down_block_types": _blocks(header, "encoder.down_blocks", "DownEncoderBlock2D", levels),
        "up_block_types": _blocks(header, "decoder.up_blocks", "UpDecoderBlock2D", levels),
        "use_quant_conv": "quant_conv.weight" in header.tensors,
        "use_post_quant_conv": "post_quant_conv.weight" in header.tensors,
        **ldm.codebook(header, ""),
    }


def _blocks(header: Header, place: str, kind: str, levels: list[int]) -> list[str]:
    attends = ldm.numbers(header, re.escape(place) + r"\.(\d+)\.attentions\.")
    return [f"Attn{kind}" if level in attends else kind for level in levels]


def _small(header: Header) -> Config:
    """Levels of a small autoencoder begin with a convolution, which blocks follow."""
    encodes, decodes = (_runs(header, part) for part in ("encoder", "decoder"))
    widths, others = (
        [ldm.shape(header, f"{part}.layers.{first}.weight")[0] for first, _ in runs[:-1]]
        for part, runs in (("encoder", encodes), ("decoder", decodes))
    )
    return {
        "_class_name": TINY,
        "in_channels": ldm.shape(header, "encoder.layers.0.weight")[1],
        "out_channels": ldm.shape(header, f"decoder.layers.{decodes[-1][0]}.weight")[0],
        "latent_channels": ldm.shape(header, "decoder.layers.0.weight")[1],
        "encoder_block_out_channels": widths,
        "decoder_block_out_channels": others,
        "num_encoder_blocks": [blocks for _, blocks in encodes[:-1]],
        "num_decoder_blocks": [blocks for _, blocks in decodes[:-1]],
    }


def _runs(header: Header, part: str) -> list[tuple[int, int]]:
    """The number of each convolution of its own, and how many blocks are behind it."""
    place = re.escape(part) + r"\.layers\.(\d+)\."
    own = sorted(ldm.numbers(header, place + "weight"))
    blocks = ldm.numbers(header, place + r"conv\.0\.weight")
    ends = [*own[1:], max(own) + 1]
    return [
        (first, sum(first < block < end for block in blocks))
        for first, end in zip(own, ends, strict=True)
    ]


def renamed(state: dict[str, Tensor], config: Config) -> dict[str, Tensor]:
    """The module's names for the tensors of a file in the layout of the authors."""
    from diffusers.loaders import single_file_utils as single

    found = single.convert_ldm_vae_checkpoint(state, config=dict(config))
    made = {name: value for name, value in found.items() if ".attn." not in name}
    start = next(s for s in STARTS if f"{s}decoder.conv_in.weight" in state)
    top = len(config["block_out_channels"]) - 1
    for name, value in state.items():
        inner = name.removeprefix(start)
        if inner == "quantize.embedding.weight":
            made[inner] = value
        elif match := ATTENTION.fullmatch(inner):
            half, level, number, layer, kind = match.groups()
            level = int(level) if half == "encoder.down" else top - int(level)
            made[f"{half}_blocks.{level}.attentions.{number}.{LAYERS[layer]}.{kind}"] = (
                value.flatten(1) if value.dim() > 2 else value
            )
    return made


ATTENTION = re.compile(
    r"(encoder\.down|decoder\.up)\.(\d+)\.attn\.(\d+)\.(norm|q|k|v|proj_out)\.(weight|bias)"
)
LAYERS = {"norm": "group_norm", "q": "to_q", "k": "to_k", "v": "to_v", "proj_out": "to_out.0"}

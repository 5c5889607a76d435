"""Tiny autoencoders of other kinds than KL: with a codebook (VQ), and small ones for previews.

Folders as `save_pretrained` writes them, single files by their authors' names and by diffusers'.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderTiny, VQModel
from safetensors.torch import save_file

from tests.tiny_ldm import ldm_vae


def vq(attends: bool = False, **other: Any) -> VQModel:
    """A codebook of 64 vectors of 4 numbers, factor 8; `attends`: its last level has attention."""
    kind = "Attn" if attends else ""
    torch.manual_seed(0)
    made = VQModel(
        **{
            "block_out_channels": (32, 32, 32, 32),
            "down_block_types": ("DownEncoderBlock2D",) * 3 + (f"{kind}DownEncoderBlock2D",),
            "up_block_types": (f"{kind}UpDecoderBlock2D",) + ("UpDecoderBlock2D",) * 3,
            "layers_per_block": 1,
            "latent_channels": 4,
            "num_vq_embeddings": 64,
            "sample_size": 64,
            **other,
        }
    ).eval()
    torch.nn.init.normal_(made.quantize.embedding.weight)  # it begins with vectors that are alike
    return made


def small(channels: int = 4) -> AutoencoderTiny:
    """A small autoencoder of factor 8, as TAESD is."""
    torch.manual_seed(1)
    return AutoencoderTiny(
        encoder_block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 8, 8, 8),
        num_encoder_blocks=(1, 2, 1, 1),
        num_decoder_blocks=(1, 2, 1, 1),
        latent_channels=channels,
    ).eval()


def authors_file(path: str | Path, module: VQModel, start: str = "") -> Path:
    """One file of it by the names of its authors, with weights of its training beside it."""
    state = {f"{start}{name}": value.contiguous() for name, value in ldm_vae(module).items()}
    save_file(state | {"loss.discriminator.main.0.bias": torch.zeros(3)}, path)
    return Path(path)


def plain_file(path: str | Path, module: VQModel | AutoencoderTiny) -> Path:
    """One file of it by diffusers' names."""
    save_file({name: value.contiguous() for name, value in module.state_dict().items()}, path)
    return Path(path)

"""Tiny SD3 models with random weights: folders as the pipeline saves them, and single files.

`3` is SD3, `3.5` has normed queries and a second attention in its first block, `moving` has levels
that follow the size as well. Without `t5` they read both CLIPs alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    FlowMatchEulerDiscreteScheduler,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
)
from safetensors.torch import save_file
from torch import Tensor
from transformers import CLIPTextConfig, CLIPTextModelWithProjection

from nodes.diffusion.sd3_file import BLOCK, OUTSIDE, TEXTS
from nodes.diffusion.tokens import usual_t5
from tests import tiny_t5
from tests.tiny import TOKENS, tokenizer
from tests.tiny_ldm import ldm_vae

WIDTH = 112
WORDS = 32128  # as many as the tokenizer of single files has, and more
LATER = {"qk_norm": "rms_norm", "dual_attention_layers": (0,)}
KINDS: dict[str, dict[str, Any]] = {"3": {}, "3.5": LATER, "moving": LATER}


def transformer(kind: str = "3") -> SD3Transformer2DModel:
    """Two blocks of two heads, on 8 x 8 patches at most; both CLIPs are 96 wide."""
    return SD3Transformer2DModel(
        sample_size=8,
        num_layers=2,
        attention_head_dim=64 if kind == "3" else 16,
        num_attention_heads=1 if kind == "3" else 2,
        joint_attention_dim=WIDTH,
        caption_projection_dim=64 if kind == "3" else 32,
        pooled_projection_dim=96,
        pos_embed_max_size=8,
        **KINDS[kind],
    ).eval()


def vae() -> AutoencoderKL:
    """An autoencoder of 16 channels and factor 8, without the convolutions around the latent."""
    return AutoencoderKL(
        sample_size=64,
        block_out_channels=(32, 32, 32, 32),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1,
        latent_channels=16,
        norm_num_groups=32,
        scaling_factor=1.5305,
        shift_factor=0.0609,
        use_quant_conv=False,
        use_post_quant_conv=False,
    ).eval()


def clip(width: int, hidden_act: str, heads: int) -> CLIPTextModelWithProjection:
    """Three layers that read 16 tokens, with a projection as wide as they are."""
    config = CLIPTextConfig(
        vocab_size=49408,
        hidden_size=width,
        intermediate_size=64,
        num_hidden_layers=3,
        num_attention_heads=heads,
        hidden_act=hidden_act,
        max_position_embeddings=TOKENS,
        bos_token_id=0,
        eos_token_id=2,
        pad_token_id=1,
        projection_dim=width,
    )
    return CLIPTextModelWithProjection(config).eval()


def pipeline(kind: str = "3", t5: str | None = "small", seed: int = 0) -> StableDiffusion3Pipeline:
    """The stock pipeline over tiny random parts. `t5`: its words are a few or the `usual` ones."""
    torch.manual_seed(seed)
    words = tiny_t5.VOCABULARY if t5 == "small" else WORDS
    levels = {"use_dynamic_shifting": True} if kind == "moving" else {"shift": 3.0}
    cuts = tiny_t5.tokenizer() if t5 == "small" else usual_t5()
    return StableDiffusion3Pipeline(
        transformer=transformer(kind),
        vae=vae(),
        text_encoder=clip(32, "quick_gelu", 8),
        text_encoder_2=clip(64, "gelu", 16),
        text_encoder_3=tiny_t5.encoder(WIDTH, words) if t5 else None,
        tokenizer=tokenizer(),
        tokenizer_2=tokenizer(second=True),
        tokenizer_3=cuts if t5 else None,
        scheduler=FlowMatchEulerDiscreteScheduler(**levels),
    )


def folder(path: str | Path, kind: str = "3", t5: str | None = "small", seed: int = 0) -> Path:
    """Write a model folder at `path` and return it."""
    pipeline(kind, t5, seed).save_pretrained(path)
    return Path(path)


def single_file(
    path: str | Path, kind: str = "3", t5: str | None = "usual", texts: bool = True, seed: int = 0
) -> Path:
    """Write the weights `folder` has as one file in the layout of SD3's authors."""
    parts = pipeline(kind, t5, seed)
    state = {f"model.diffusion_model.{k}": v for k, v in authors(parts.transformer).items()}
    state |= {f"first_stage_model.{k}": v for k, v in ldm_vae(parts.vae).items()}
    for part, start in TEXTS.items():
        module = getattr(parts, part)
        if texts and part == "text_encoder_3" and module:
            state |= tiny_t5.single(module, start)
        elif texts and module:
            state |= {f"{start}{k}": v for k, v in module.state_dict().items()}
    save_file({name: value.contiguous() for name, value in state.items()}, path)
    return Path(path)


def authors(module: SD3Transformer2DModel) -> dict[str, Tensor]:
    """A transformer's weights by their authors' names."""
    ours, last = module.state_dict(), module.config.num_layers - 1
    state = {"pos_embed": ours["pos_embed.pos_embed"]}
    for theirs, name in OUTSIDE.items():
        state |= _stacked(ours, theirs, [name])
    for number in range(last + 1):
        for theirs, names in BLOCK.items():
            within = [f"transformer_blocks.{number}.{name}" for name in names]
            state |= _stacked(ours, f"joint_blocks.{number}.{theirs}", within)
    for end in ("final_layer", f"joint_blocks.{last}.context_block"):
        for kind in ("weight", "bias"):
            name = f"{end}.adaLN_modulation.1.{kind}"
            state[name] = torch.cat(state[name].chunk(2)[::-1])
    return state


def _stacked(ours: dict[str, Tensor], theirs: str, names: list[str]) -> dict[str, Tensor]:
    return {
        f"{theirs}.{kind}": torch.cat([ours[f"{name}.{kind}"] for name in names])
        for kind in ("weight", "bias")
        if f"{names[0]}.{kind}" in ours
    }

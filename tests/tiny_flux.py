"""Tiny FLUX.1 models with random weights: folders as its pipelines save them, and single files.

dev is told its guidance, schnell is not and its levels stay where they are, Fill sees a picture.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    FlowMatchEulerDiscreteScheduler,
    FluxFillPipeline,
    FluxPipeline,
    FluxTransformer2DModel,
)
from safetensors.torch import load_file, save_file

from nodes.diffusion.tokens import usual_t5
from tests import tiny_t5
from tests.tiny import text_encoder, tokenizer
from tests.tiny_ldm import ldm_vae

MOVING = {"use_dynamic_shifting": True, "base_shift": 0.5, "max_shift": 1.15, "shift": 3.0}
CHANNELS = 16
WORDS = 32128  # T5's own, as the tokenizer of single files has them, and more
TOLD = {"dev": True, "schnell": False, "fill": True}


def transformer(kind: str = "dev") -> FluxTransformer2DModel:
    """One block of two streams and two of one, two heads of 16."""
    latent = CHANNELS * 4
    seen = latent + 64 * 4 if kind == "fill" else 0
    return FluxTransformer2DModel(
        patch_size=1,
        in_channels=latent + seen,
        out_channels=latent if seen else None,
        num_layers=1,
        num_single_layers=2,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=tiny_t5.WIDTH,
        pooled_projection_dim=32,
        axes_dims_rope=(4, 6, 6),
        guidance_embeds=TOLD[kind],
    ).eval()


def vae() -> AutoencoderKL:
    """An autoencoder of 16 channels and factor 8, without the convolutions around the latent."""
    return AutoencoderKL(
        sample_size=64,
        block_out_channels=(32, 32, 32, 32),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1,
        latent_channels=CHANNELS,
        norm_num_groups=32,
        scaling_factor=0.3611,
        shift_factor=0.1159,
        use_quant_conv=False,
        use_post_quant_conv=False,
    ).eval()


def pipeline(kind: str = "dev", seed: int = 0) -> Any:
    """The stock pipeline of `dev`, `schnell` or `fill` over tiny random parts."""
    torch.manual_seed(seed)
    moves = MOVING if TOLD[kind] else {"shift": 1.0}
    made = FluxFillPipeline if kind == "fill" else FluxPipeline
    return made(
        transformer=transformer(kind),
        vae=vae(),
        text_encoder=text_encoder(),
        text_encoder_2=tiny_t5.encoder(vocabulary=WORDS),
        tokenizer=tokenizer(),
        tokenizer_2=usual_t5(),
        scheduler=FlowMatchEulerDiscreteScheduler(**moves),
    )


def folder(path: str | Path, kind: str = "dev", seed: int = 0) -> Path:
    """Write a model folder at `path` and return it."""
    pipeline(kind, seed).save_pretrained(path)
    return Path(path)


def authors(module: FluxTransformer2DModel) -> dict[str, torch.Tensor]:
    """A transformer's weights by the names of its authors, layers of one input in one."""
    found: dict[str, torch.Tensor] = {}
    state = dict(module.state_dict())
    for kind in ("weight", "bias"):
        shift_last = state.pop(f"norm_out.linear.{kind}").chunk(2)
        found[f"final_layer.adaLN_modulation.1.{kind}"] = torch.cat([shift_last[1], shift_last[0]])
        for number in range(module.config.num_layers):
            for ours, theirs in (("to_{}", "img"), ("add_{}_proj", "txt")):
                place = f"transformer_blocks.{number}.attn."
                parts = [state.pop(f"{place}{ours.format(one)}.{kind}") for one in "qkv"]
                found[f"double_blocks.{number}.{theirs}_attn.qkv.{kind}"] = torch.cat(parts)
        for number in range(module.config.num_single_layers):
            place = f"single_transformer_blocks.{number}."
            layers = ("attn.to_q", "attn.to_k", "attn.to_v", "proj_mlp")
            parts = [state.pop(f"{place}{layer}.{kind}") for layer in layers]
            found[f"single_blocks.{number}.linear1.{kind}"] = torch.cat(parts)
    return found | {_authors_name(name): value for name, value in state.items()}


def _authors_name(name: str) -> str:
    single = name.startswith("single")
    own = "" if single else "img_attn."
    words = {
        "single_transformer_blocks": "single_blocks",
        "transformer_blocks": "double_blocks",
        "time_text_embed.timestep_embedder": "time_in",
        "time_text_embed.text_embedder": "vector_in",
        "time_text_embed.guidance_embedder": "guidance_in",
        "linear_1": "in_layer",
        "linear_2": "out_layer",
        "x_embedder": "img_in",
        "context_embedder": "txt_in",
        "norm1.linear": "img_mod.lin",
        "norm1_context.linear": "txt_mod.lin",
        "norm.linear": "modulation.lin",
        "attn.norm_q.weight": "norm.query_norm.scale"
        if single
        else "img_attn.norm.query_norm.scale",
        "attn.norm_k.weight": f"{own}norm.key_norm.scale",
        "attn.norm_added_q.weight": "txt_attn.norm.query_norm.scale",
        "attn.norm_added_k.weight": "txt_attn.norm.key_norm.scale",
        "attn.to_out.0": "img_attn.proj",
        "attn.to_add_out": "txt_attn.proj",
        "ff.net.0.proj": "img_mlp.0",
        "ff.net.2": "img_mlp.2",
        "ff_context.net.0.proj": "txt_mlp.0",
        "ff_context.net.2": "txt_mlp.2",
        "proj_out": "linear2" if single else "final_layer.linear",
    }
    for ours, theirs in words.items():
        name = name.replace(ours, theirs)
    return name


def single_file(path: str | Path, kind: str = "dev", layout: str = "whole", seed: int = 0) -> Path:
    """Write the weights `folder` has as one file.

    layout: `whole` with all parts, as people merge them; `authors`, `prefixed` and `diffusers` are
    the transformer by itself.
    """
    parts = pipeline(kind, seed)
    ours = dict(parts.transformer.state_dict())
    state = ours if layout == "diffusers" else authors(parts.transformer)
    if layout in ("whole", "prefixed"):
        state = {f"model.diffusion_model.{name}": value for name, value in state.items()}
    if layout == "whole":
        clip, first = parts.text_encoder.state_dict(), "text_encoders.clip_l.transformer."
        state |= {f"vae.{name}": value for name, value in ldm_vae(parts.vae).items()}
        state |= {f"{first}text_model.{name}": value for name, value in clip.items()}
        state |= {f"{first}text_projection.weight": torch.eye(32)}
        state |= tiny_t5.single(parts.text_encoder_2, "text_encoders.t5xxl.transformer.")
    save_file({name: value.contiguous() for name, value in state.items()}, path)
    return Path(path)


def eighths(path: Path, to: Path, beside: str = "") -> Path:
    """Write the matrices of a file in 8 bits; `beside` names the number each is multiplied by."""
    state = {}
    for name, value in load_file(path).items():
        state[name] = value
        if value.dim() == 2 and name.endswith(".weight") and "norm" not in name:
            scale = value.abs().max() / 448 if beside else torch.ones(())
            state[name] = (value / scale).to(torch.float8_e4m3fn)
            if beside:
                state[name.removesuffix(".weight") + beside] = scale
    save_file(state, to)
    return to

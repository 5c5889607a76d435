"""Tiny models with random weights, real in every other way: folders and single files of SD 1.x.

`folder(path)` writes what `StableDiffusionPipeline.save_pretrained` writes, `single_file(path)` one
safetensors file in the layout of the latent-diffusion code. The same seed gives the same weights.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
    PNDMScheduler,
    StableDiffusionPipeline,
    UNet2DConditionModel,
)
from safetensors.torch import save_file
from torch import Tensor
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from nodes.core.types import Latent
from nodes.diffusion.sd1 import CONFIGS
from nodes.diffusion.text import clip_vocabulary

STABLE = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "num_train_timesteps": 1000,
}
SCHEDULERS: dict[str, tuple[Any, dict[str, Any]]] = {
    "pndm": (PNDMScheduler, {"skip_prk_steps": True, "set_alpha_to_one": False, "steps_offset": 1}),
    "ddim": (DDIMScheduler, {"clip_sample": False, "set_alpha_to_one": False, "steps_offset": 1}),
    "euler": (EulerDiscreteScheduler, {"steps_offset": 1}),
    "euler_leading": (EulerDiscreteScheduler, {"timestep_spacing": "leading", "steps_offset": 1}),
    "euler_ancestral": (EulerAncestralDiscreteScheduler, {}),
    "dpm": (DPMSolverMultistepScheduler, {}),
    "zero_snr": (
        DDIMScheduler,
        {"clip_sample": False, "rescale_betas_zero_snr": True, "timestep_spacing": "trailing"},
    ),
    "flow": (
        DPMSolverMultistepScheduler,
        {"use_flow_sigmas": True, "prediction_type": "flow_prediction", "flow_shift": 1.0},
    ),
}
TOKENS = 16
PROMPT = "a red sailboat at sunset"


def unet(levels: tuple[int, ...] = (32, 64), text_width: int = 32) -> UNet2DConditionModel:
    """A U-Net of `levels` widths with cross-attention on all but the last."""
    last = len(levels) - 1
    return UNet2DConditionModel(
        sample_size=8,
        block_out_channels=levels,
        layers_per_block=1,
        cross_attention_dim=text_width,
        down_block_types=("CrossAttnDownBlock2D",) * last + ("DownBlock2D",),
        up_block_types=("UpBlock2D",) + ("CrossAttnUpBlock2D",) * last,
        attention_head_dim=8,
        norm_num_groups=32,
    ).eval()


def vae(scaling_factor: float = 0.18215) -> AutoencoderKL:
    """An autoencoder of 4 channels and factor 8."""
    return AutoencoderKL(
        sample_size=64,
        block_out_channels=(32, 32, 32, 32),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=32,
        scaling_factor=scaling_factor,
    ).eval()


def text_encoder(width: int = 32) -> CLIPTextModel:
    """A CLIP text encoder of two layers that reads 16 tokens of the real vocabulary."""
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=49408,
            hidden_size=width,
            intermediate_size=width * 2,
            num_hidden_layers=2,
            num_attention_heads=8,
            max_position_embeddings=TOKENS,
            bos_token_id=0,
            eos_token_id=2,
            pad_token_id=1,
            projection_dim=width,
        )
    ).eval()


def tokenizer() -> CLIPTokenizer:
    """CLIP's own tokenizer, cut at 16 tokens."""
    vocabulary, merges = clip_vocabulary(CONFIGS / "tokenizer" / "merges.txt.gz")
    return CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=TOKENS)


def pipeline(
    scheduler: str = "pndm",
    prediction: str | None = None,
    scaling_factor: float = 0.18215,
    seed: int = 0,
) -> StableDiffusionPipeline:
    """The stock pipeline over tiny random parts."""
    torch.manual_seed(seed)
    kind, options = SCHEDULERS[scheduler]
    said = {"prediction_type": prediction} if prediction else {}
    return StableDiffusionPipeline(
        vae=vae(scaling_factor),
        text_encoder=text_encoder(),
        tokenizer=tokenizer(),
        unet=unet(),
        scheduler=kind(**(STABLE | options | said)),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def folder(
    path: str | Path,
    scheduler: str = "pndm",
    prediction: str | None = None,
    scaling_factor: float = 0.18215,
    seed: int = 0,
    own: dict[str, Any] | None = None,
) -> Path:
    """Write a model folder at `path` and return it. `own` becomes its latentwire.json."""
    path = Path(path)
    pipeline(scheduler, prediction, scaling_factor, seed).save_pretrained(path)
    if own is not None:
        (path / "latentwire.json").write_text(json.dumps(own))
    return path


def single_file(path: str | Path, seed: int = 0) -> Path:
    """Write the weights `folder` has as one file in the latent-diffusion layout and return it."""
    path, parts = Path(path), pipeline(seed=seed)
    state = {
        **{f"model.diffusion_model.{k}": v for k, v in ldm_unet(parts.unet).items()},
        **{f"first_stage_model.{k}": v for k, v in ldm_vae(parts.vae).items()},
        **{
            f"cond_stage_model.transformer.text_model.{k}": v
            for k, v in parts.text_encoder.state_dict().items()
        },
    }
    save_file({name: value.contiguous() for name, value in state.items()}, path)
    return path


def ldm_unet(module: UNet2DConditionModel) -> dict[str, Tensor]:
    """A U-Net's weights by their latent-diffusion names."""
    layers = module.config.layers_per_block + 1
    levels = len(module.config.block_out_channels)
    return {_unet_name(name, layers, levels): value for name, value in module.state_dict().items()}


def _unet_name(name: str, layers: int, levels: int) -> str:
    fixed = {
        "time_embedding.linear_1.": "time_embed.0.",
        "time_embedding.linear_2.": "time_embed.2.",
        "conv_in.": "input_blocks.0.0.",
        "conv_norm_out.": "out.0.",
        "conv_out.": "out.2.",
        "mid_block.resnets.0.": "middle_block.0.",
        "mid_block.attentions.0.": "middle_block.1.",
        "mid_block.resnets.1.": "middle_block.2.",
    }
    for level in range(levels):
        for layer in range(layers):
            down, up = 1 + level * layers + layer, level * layers + layer
            fixed[f"down_blocks.{level}.resnets.{layer}."] = f"input_blocks.{down}.0."
            fixed[f"down_blocks.{level}.attentions.{layer}."] = f"input_blocks.{down}.1."
            fixed[f"up_blocks.{level}.resnets.{layer}."] = f"output_blocks.{up}.0."
            fixed[f"up_blocks.{level}.attentions.{layer}."] = f"output_blocks.{up}.1."
        fixed[f"down_blocks.{level}.downsamplers.0.conv."] = (
            f"input_blocks.{(level + 1) * layers}.0.op."
        )
        place = 2 if level else 1
        fixed[f"up_blocks.{level}.upsamplers.0.conv."] = (
            f"output_blocks.{(level + 1) * layers - 1}.{place}.conv."
        )
    start = next(start for start in fixed if name.startswith(start))
    rest = name.removeprefix(start)
    return fixed[start] + (_resnet(rest) if "resnets" in start else rest)


def _resnet(rest: str) -> str:
    names = {
        "norm1": "in_layers.0",
        "conv1": "in_layers.2",
        "time_emb_proj": "emb_layers.1",
        "norm2": "out_layers.0",
        "conv2": "out_layers.3",
        "conv_shortcut": "skip_connection",
    }
    first, _, last = rest.partition(".")
    return f"{names[first]}.{last}"


def ldm_vae(module: AutoencoderKL) -> dict[str, Tensor]:
    """An autoencoder's weights by their latent-diffusion names, attention as 1x1 convolutions."""
    top = len(module.config.block_out_channels) - 1
    state = {}
    for name, value in module.state_dict().items():
        old = re.sub(r"up_blocks\.(\d+)", lambda m: f"up.{top - int(m[1])}", name)
        old = re.sub(r"down_blocks\.(\d+)", r"down.\1", old)
        old = re.sub(r"mid_block\.resnets\.(\d)", lambda m: f"mid.block_{int(m[1]) + 1}", old)
        old = old.replace("mid_block.attentions.0", "mid.attn_1").replace("resnets", "block")
        old = old.replace("downsamplers.0", "downsample").replace("upsamplers.0", "upsample")
        old = old.replace("conv_shortcut", "nin_shortcut").replace("conv_norm_out", "norm_out")
        if "attn_1" in old:
            for ours, theirs in {"group_norm": "norm", "to_out.0": "proj_out", "to_": ""}.items():
                old = old.replace(ours, theirs)
            value = value[:, :, None, None] if value.dim() == 2 else value
        state[old] = value
    return state


def blank(batch: int = 1, width: int = 64, height: int = 64) -> Latent:
    """A latent that is a size in pixels and nothing else."""
    return Latent(torch.zeros(batch, 0, height, width))


def finish(steps: Generator[Any, None, Any]) -> Any:
    """What a generator returns in the end."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value

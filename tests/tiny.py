"""Tiny models with random weights, real in every other way: folders and single files of SD 1.x.

`folder(path)` writes what `StableDiffusionPipeline.save_pretrained` writes, `single_file(path)` one
safetensors file in the layout of the latent-diffusion code. The same seed gives the same weights.
"""

from __future__ import annotations

import json
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
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from nodes.core.types import Latent
from nodes.diffusion.known import CONFIGS
from nodes.diffusion.tokens import clip_vocabulary
from tests.tiny_ldm import ldm_clip, ldm_unet, ldm_vae, second_clip

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
    "turbo": (EulerAncestralDiscreteScheduler, {"timestep_spacing": "trailing"}),
    "lightning": (EulerDiscreteScheduler, {"timestep_spacing": "trailing"}),
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


def unet(second: bool = False) -> UNet2DConditionModel:
    """A U-Net of two levels with cross-attention on the first; `second` as SD 2.x has it."""
    options = {"attention_head_dim": (1, 1), "use_linear_projection": True} if second else {}
    return UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(32, 64),
        layers_per_block=1,
        cross_attention_dim=32,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        norm_num_groups=32,
        **({"attention_head_dim": 8} | options),
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


def text_encoder(second: bool = False) -> CLIPTextModel:
    """A text encoder of two layers that reads 16 tokens of CLIP's own vocabulary."""
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=49408,
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=1 if second else 8,
            hidden_act="gelu" if second else "quick_gelu",
            max_position_embeddings=TOKENS,
            bos_token_id=0,
            eos_token_id=2,
            pad_token_id=1,
            projection_dim=32,
        )
    ).eval()


def tokenizer(second: bool = False) -> CLIPTokenizer:
    """CLIP's own tokenizer, cut at 16 tokens."""
    vocabulary, merges = clip_vocabulary(CONFIGS / "sd1" / "tokenizer" / "merges.txt.gz")
    pad = {"pad_token": "!"} if second else {}
    return CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=TOKENS, **pad)


def pipeline(
    scheduler: str = "pndm",
    prediction: str | None = None,
    scaling_factor: float = 0.18215,
    seed: int = 0,
    second: bool = False,
) -> StableDiffusionPipeline:
    """The stock pipeline over tiny random parts of SD 1.x, or of SD 2.x (`second`)."""
    torch.manual_seed(seed)
    kind, options = SCHEDULERS[scheduler]
    said = {"prediction_type": prediction} if prediction else {}
    return StableDiffusionPipeline(
        vae=vae(scaling_factor),
        text_encoder=text_encoder(second),
        tokenizer=tokenizer(second),
        unet=unet(second),
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
    second: bool = False,
) -> Path:
    """Write a model folder at `path` and return it. `own` becomes its latentwire.json."""
    path = Path(path)
    pipeline(scheduler, prediction, scaling_factor, seed, second).save_pretrained(path)
    if own is not None:
        (path / "latentwire.json").write_text(json.dumps(own))
    return path


def single_file(path: str | Path, seed: int = 0, second: bool = False) -> Path:
    """Write the weights `folder` has as one file in the latent-diffusion layout and return it."""
    path, parts = Path(path), pipeline(seed=seed, second=second)
    text = parts.text_encoder.state_dict()
    state = {
        **{f"model.diffusion_model.{k}": v for k, v in ldm_unet(parts.unet).items()},
        **{f"first_stage_model.{k}": v for k, v in ldm_vae(parts.vae).items()},
        **(second_clip(text) if second else ldm_clip(text)),
    }
    save_file({name: value.contiguous() for name, value in state.items()}, path)
    return path


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

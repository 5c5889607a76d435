"""A tiny SDXL with random weights: a folder as its pipeline saves it, and one file as people share.

Its U-Net is told a pooled text and sizes, and has two transformer blocks at its second level.
"""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import StableDiffusionXLPipeline, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from tests.tiny import SCHEDULERS, STABLE, TOKENS, tokenizer, vae
from tests.tiny_ldm import ldm_unet, ldm_vae, open_clip

SCALE = 0.13025


def unet() -> UNet2DConditionModel:
    """Cross-attention at the second level only, as SDXL leaves it out at the first."""
    return UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(32, 64),
        layers_per_block=1,
        cross_attention_dim=96,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        norm_num_groups=32,
        attention_head_dim=(1, 1),
        transformer_layers_per_block=(1, 2),
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=32 + 6 * 8,
    ).eval()


def text(width: int, hidden_act: str, heads: int) -> CLIPTextConfig:
    """A text encoder of three layers that reads 16 tokens."""
    return CLIPTextConfig(
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
        projection_dim=32,
    )


def pipeline(
    scheduler: str = "euler_leading", seed: int = 0, zeros: bool = True
) -> StableDiffusionXLPipeline:
    """The stock pipeline over tiny random parts. `zeros`: they stand for no prompt."""
    torch.manual_seed(seed)
    kind, options = SCHEDULERS[scheduler]
    return StableDiffusionXLPipeline(
        vae=vae(SCALE),
        text_encoder=CLIPTextModel(text(32, "quick_gelu", 8)).eval(),
        text_encoder_2=CLIPTextModelWithProjection(text(64, "gelu", 1)).eval(),
        tokenizer=tokenizer(),
        tokenizer_2=tokenizer(second=True),
        unet=unet(),
        scheduler=kind(**(STABLE | options)),
        force_zeros_for_empty_prompt=zeros,
        add_watermarker=False,
    )


def folder(
    path: str | Path, scheduler: str = "euler_leading", seed: int = 0, zeros: bool = True
) -> Path:
    """Write a model folder at `path` and return it."""
    pipeline(scheduler, seed, zeros).save_pretrained(path)
    return Path(path)


def single_file(path: str | Path, seed: int = 0) -> Path:
    """Write the weights `folder` has as one file in the layout of SDXL's authors."""
    return write(path, state(pipeline(seed=seed)))


def write(path: str | Path, tensors: dict[str, torch.Tensor]) -> Path:
    """Write them as one file and return it."""
    save_file({name: value.contiguous() for name, value in tensors.items()}, path)
    return Path(path)


def state(parts: StableDiffusionXLPipeline) -> dict[str, torch.Tensor]:
    """The weights by the names of SDXL's authors."""
    first = parts.text_encoder.state_dict()
    return {
        **{f"model.diffusion_model.{k}": v for k, v in ldm_unet(parts.unet).items()},
        **{f"first_stage_model.{k}": v for k, v in ldm_vae(parts.vae).items()},
        **{f"conditioner.embedders.0.transformer.text_model.{k}": v for k, v in first.items()},
        **second("conditioner.embedders.1.model.", parts.text_encoder_2),
    }


def second(start: str, encoder: CLIPTextModelWithProjection) -> dict[str, torch.Tensor]:
    """OpenCLIP's weights beside its projection, by names that begin with `start`."""
    state = encoder.state_dict()
    named = {k.removeprefix("text_model."): v for k, v in state.items() if "projection" not in k}
    projection = state["text_projection.weight"].T
    return {f"{start}{k}": v for k, v in open_clip(named).items()} | {
        f"{start}text_projection": projection,
        f"{start}logit_scale": torch.zeros(()),
    }

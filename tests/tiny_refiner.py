"""A tiny SDXL refiner with random weights: a folder as its pipeline saves it, and one file.

Its U-Net has attention at its second level and in the middle, and is told five numbers.
"""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import StableDiffusionXLImg2ImgPipeline, UNet2DConditionModel
from transformers import CLIPTextModelWithProjection

from tests.tiny import SCHEDULERS, STABLE, tokenizer, vae
from tests.tiny_ldm import ldm_unet, ldm_vae
from tests.tiny_xl import SCALE, second, text, write


def unet() -> UNet2DConditionModel:
    """Cross-attention at the second of three levels, two blocks deep, and in the middle."""
    return UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(32, 64, 64),
        layers_per_block=1,
        cross_attention_dim=64,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        norm_num_groups=32,
        attention_head_dim=(1, 1, 1),
        transformer_layers_per_block=2,
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=32 + 5 * 8,
    ).eval()


def pipeline(scheduler: str = "euler_leading", seed: int = 1) -> StableDiffusionXLImg2ImgPipeline:
    """The stock pipeline over tiny random parts."""
    torch.manual_seed(seed)
    kind, options = SCHEDULERS[scheduler]
    return StableDiffusionXLImg2ImgPipeline(
        vae=vae(SCALE),
        text_encoder=None,
        text_encoder_2=CLIPTextModelWithProjection(text(64, "gelu", 1)).eval(),
        tokenizer=None,
        tokenizer_2=tokenizer(second=True),
        unet=unet(),
        scheduler=kind(**(STABLE | options)),
        requires_aesthetics_score=True,
        force_zeros_for_empty_prompt=False,
        add_watermarker=False,
    )


def folder(path: str | Path, scheduler: str = "euler_leading", seed: int = 1) -> Path:
    """Write a model folder at `path` and return it."""
    pipeline(scheduler, seed).save_pretrained(path)
    return Path(path)


def single_file(path: str | Path, seed: int = 1) -> Path:
    """Write the weights `folder` has as one file in the layout of SDXL's authors."""
    parts = pipeline(seed=seed)
    return write(
        path,
        {
            **{f"model.diffusion_model.{k}": v for k, v in ldm_unet(parts.unet).items()},
            **{f"first_stage_model.{k}": v for k, v in ldm_vae(parts.vae).items()},
            **second("conditioner.embedders.0.model.", parts.text_encoder_2),
        },
    )

"""A tiny DeepFloyd IF with random weights: folders of both stages as their pipelines save them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import DDPMScheduler, IFPipeline, IFSuperResolutionPipeline, UNet2DConditionModel

from tests.tiny_t5 import WIDTH, encoder, tokenizer

COSINE = {"beta_schedule": "squaredcos_cap_v2"}
BOUND = {"thresholding": True, "dynamic_thresholding_ratio": 0.95}
UNUSED = {"safety_checker": None, "feature_extractor": None, "watermarker": None}


def unet(second: bool = False) -> UNet2DConditionModel:
    """A U-Net of two levels that reads text at the second; stage two is shown a picture as well."""
    more: dict[str, Any] = {"class_embed_type": "timestep", "sample_size": 32} if second else {}
    return UNet2DConditionModel(
        layers_per_block=1,
        block_out_channels=(32, 64),
        down_block_types=("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
        mid_block_type="UNetMidBlock2DSimpleCrossAttn",
        up_block_types=("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"),
        in_channels=6 if second else 3,
        out_channels=6,
        cross_attention_dim=32,
        encoder_hid_dim=WIDTH,
        attention_head_dim=8,
        addition_embed_type="text",
        addition_embed_type_num_heads=2,
        cross_attention_norm="group_norm",
        resnet_time_scale_shift="scale_shift",
        act_fn="gelu",
        **({"sample_size": 16} | more),
    ).eval()


def scheduler(most: float) -> DDPMScheduler:
    """A cosine's noise, a variance that is learned, and x0 held to what pictures can be."""
    return DDPMScheduler(**COSINE, **BOUND, sample_max_value=most, variance_type="learned_range")


def pipeline(seed: int = 0) -> IFPipeline:
    """The stock pipeline of the first stage over tiny random parts."""
    torch.manual_seed(seed)
    return IFPipeline(
        tokenizer=tokenizer(),
        text_encoder=encoder(),
        unet=unet(),
        scheduler=scheduler(1.5),
        requires_safety_checker=False,
        **UNUSED,
    )


def enlarger(seed: int = 1, text: bool = True) -> IFSuperResolutionPipeline:
    """That of the second stage, with the first one's text encoder, or without any."""
    first = pipeline() if text else None
    torch.manual_seed(seed)
    return IFSuperResolutionPipeline(
        tokenizer=first and first.tokenizer,
        text_encoder=first and first.text_encoder,
        unet=unet(second=True),
        scheduler=scheduler(1.0),
        image_noising_scheduler=DDPMScheduler(**COSINE),
        requires_safety_checker=False,
        **UNUSED,
    )


def folder(path: str | Path, seed: int = 0) -> Path:
    """Write a model folder of the first stage at `path` and return it."""
    pipeline(seed).save_pretrained(path)
    return Path(path)


def second_folder(path: str | Path, seed: int = 1, text: bool = True) -> Path:
    """Write one of the second stage."""
    enlarger(seed, text).save_pretrained(path)
    return Path(path)

"""A tiny LDM with random weights: a folder as its pipeline saves it, its authors' single file."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

import torch
from diffusers import DDIMScheduler, LDMTextToImagePipeline, PNDMScheduler, UNet2DConditionModel
from diffusers.pipelines.latent_diffusion.pipeline_latent_diffusion import (
    LDMBertConfig,
    LDMBertModel,
)
from safetensors.torch import save_file
from transformers import BertTokenizer

from tests.tiny import unet, vae
from tests.tiny_ldm import ldm_unet, ldm_vae
from tests.tiny_vq import vq

BETAS = {"beta_start": 0.0015, "beta_end": 0.0195, "beta_schedule": "scaled_linear"}
SCHEDULERS: dict[str, tuple[Any, dict[str, Any]]] = {
    "ddim": (DDIMScheduler, {"clip_sample": False}),
    "pndm": (PNDMScheduler, {"skip_prk_steps": True}),
}
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def tokenizer() -> BertTokenizer:
    """Words are spelled: each letter is one token."""
    letters = string.ascii_lowercase
    words = [*SPECIAL, *letters, *(f"##{letter}" for letter in letters), ",", ".", "sailboat"]
    return BertTokenizer(vocab={word: place for place, word in enumerate(words)})


def bert() -> LDMBertModel:
    """Two layers that read 77 tokens."""
    return LDMBertModel(
        LDMBertConfig(
            vocab_size=64,
            encoder_layers=2,
            encoder_ffn_dim=64,
            encoder_attention_heads=2,
            head_dim=16,
            d_model=32,
            init_std=0.5,
        )
    ).eval()


def pipeline(scheduler: str = "ddim", kl: bool = False, seed: int = 0) -> Any:
    """The stock pipeline over tiny random parts; `kl`: its autoencoder has no codebook."""
    kind, options = SCHEDULERS[scheduler]
    coder = vq()
    torch.manual_seed(seed)
    denoiser: UNet2DConditionModel = unet()
    return LDMTextToImagePipeline(
        vqvae=vae() if kl else coder,
        bert=bert(),
        tokenizer=tokenizer(),
        unet=denoiser,
        scheduler=kind(**(BETAS | options)),
    )


def folder(path: str | Path, scheduler: str = "ddim", kl: bool = False) -> Path:
    """Write a model folder at `path` and return it."""
    pipeline(scheduler, kl).save_pretrained(path)
    return Path(path)


def single_file(path: str | Path, kl: bool = False) -> Path:
    """Write the U-Net and the autoencoder that `folder` has as their authors did, with a BERT."""
    parts = pipeline(kl=kl)
    state = {
        **{f"model.diffusion_model.{k}": v for k, v in ldm_unet(parts.unet).items()},
        **{f"first_stage_model.{k}": v for k, v in ldm_vae(parts.vqvae).items()},
        "cond_stage_model.transformer.token_emb.weight": torch.zeros(64, 32),
    }
    save_file({name: value.contiguous() for name, value in state.items()}, path)
    return Path(path)

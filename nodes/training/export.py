"""The averaged weights as a folder that StableDiffusionPipeline loads."""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import DPMSolverMultistepScheduler, StableDiffusionPipeline

from nodes.training import tokens
from nodes.training.autoencoder import load_autoencoder
from nodes.training.denoiser import load_denoiser
from nodes.training.text_encoder import load_text_encoder


def scheduler() -> DPMSolverMultistepScheduler:
    return DPMSolverMultistepScheduler(
        use_flow_sigmas=True, prediction_type="flow_prediction", flow_shift=1.0, steps_offset=1
    )


def assemble(work: Path) -> StableDiffusionPipeline:
    """The parts from their checkpoints; without a decoder's, the autoencoder as it is."""
    words = tokens.tokenizer()
    better = work / "decoder.pt"
    autoencoder = load_autoencoder(better if better.exists() else work / "autoencoder.pt")
    scale = torch.load(work / "latents.pt", weights_only=True, mmap=True)["scale"]
    autoencoder.register_to_config(scaling_factor=round(scale, 5))
    return StableDiffusionPipeline(
        vae=autoencoder,
        text_encoder=load_text_encoder(words, work / "text-encoder.pt"),
        tokenizer=words,
        unet=load_denoiser(work / "denoiser.pt"),
        scheduler=scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def export(work: Path, folder: Path) -> None:
    """Write the stock folder in half precision."""
    pipeline = assemble(work)
    for network in (pipeline.vae, pipeline.text_encoder, pipeline.unet):
        network.half()
    pipeline.save_pretrained(folder)

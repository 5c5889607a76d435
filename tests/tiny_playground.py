"""A tiny Playground v2.5 with random weights: SDXL's parts, scaled and scheduled as it has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import (
    EDMDPMSolverMultistepScheduler,
    EDMEulerScheduler,
    StableDiffusionXLPipeline,
)

from tests import tiny_xl

SCHEDULERS: dict[str, Any] = {"edm": EDMEulerScheduler, "edm_dpm": EDMDPMSolverMultistepScheduler}
MEAN, STD = [-1.6574, 1.886, -1.383, 2.5155], [8.4927, 5.9022, 6.5498, 5.2299]


def pipeline(scheduler: str = "edm_dpm", seed: int = 2) -> StableDiffusionXLPipeline:
    """The stock pipeline over tiny random parts."""
    parts = tiny_xl.pipeline(seed=seed).components
    parts["vae"].register_to_config(latents_mean=MEAN, latents_std=STD, scaling_factor=0.5)
    made = {"scheduler": SCHEDULERS[scheduler]()}
    return StableDiffusionXLPipeline(**(parts | made), add_watermarker=False)


def folder(path: str | Path, scheduler: str = "edm_dpm", seed: int = 2) -> Path:
    """Write a model folder at `path` and return it."""
    pipeline(scheduler, seed).save_pretrained(path)
    return Path(path)


def single_file(path: str | Path, seed: int = 2) -> Path:
    """Write the weights `folder` has as one file, which brings its scaling along."""
    told = {"edm_mean": torch.tensor(MEAN), "edm_std": torch.tensor(STD)}
    return tiny_xl.write(path, tiny_xl.state(pipeline(seed=seed)) | told)

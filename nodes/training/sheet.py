"""A sheet of pictures of the sixteen prompts, to be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline
from PIL import Image, ImageDraw

from nodes.training.prompts import PROMPTS

COLUMNS, CAPTION = 4, 16


def pictures(
    folder: Path, prompts: Sequence[str], guidance: float, steps: int, seed: int
) -> list[Image.Image]:
    """One picture for each prompt, each from its own noise."""
    pipeline = StableDiffusionPipeline.from_pretrained(
        folder, local_files_only=True, safety_checker=None, torch_dtype=torch.float32
    )
    pipeline.set_progress_bar_config(disable=True)
    noise = [torch.Generator().manual_seed(seed + index) for index in range(len(prompts))]
    return pipeline(
        list(prompts), guidance_scale=guidance, num_inference_steps=steps, generator=noise
    ).images


def sheet(images: list[Image.Image], prompts: Sequence[str], zoom: int = 2) -> Image.Image:
    width, height = images[0].width * zoom, images[0].height * zoom
    rows = -(-len(images) // COLUMNS)
    page = Image.new("RGB", (COLUMNS * width, rows * (height + CAPTION)), "white")
    pen = ImageDraw.Draw(page)
    for index, (image, prompt) in enumerate(zip(images, prompts, strict=True)):
        left, top = index % COLUMNS * width, index // COLUMNS * (height + CAPTION)
        page.paste(image.resize((width, height), Image.Resampling.LANCZOS), (left, top))
        pen.text((left + 4, top + height + 2), prompt[:46], fill="black")
    return page


def save_sheet(work: Path, folder: Path, guidance: float, steps: int, seed: int) -> None:
    """Draw the sixteen prompts with an exported model."""
    file = work / f"sheet-{guidance:g}-{steps}-{seed}.png"
    sheet(pictures(folder, PROMPTS, guidance, steps, seed), PROMPTS).save(file)

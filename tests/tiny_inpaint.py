"""Tiny models that fill holes: U-Nets of nine channels as SD 1.x and SDXL have them, FLUX.1 Fill.

`theirs` runs their own pipeline on a picture and a mask. Where it would draw from around what its
autoencoder sees, it is given the mean, as our nodes take it without a seed.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from diffusers import (
    FluxFillPipeline,
    StableDiffusionInpaintPipeline,
    StableDiffusionXLInpaintPipeline,
    UNet2DConditionModel,
)
from safetensors.torch import load_file, save_file
from torch import Tensor

from tests import tiny, tiny_flux, tiny_xl

PIPELINES: dict[str, Any] = {
    "sd1": StableDiffusionInpaintPipeline,
    "xl": StableDiffusionXLInpaintPipeline,
    "flux": FluxFillPipeline,
}
WIDTH, HEIGHT = 64, 96


def folder(path: str | Path, kind: str) -> Path:
    """Write the folder of a model that fills holes, `sd1`, `xl` or `flux`, and return it."""
    if kind == "flux":
        return tiny_flux.folder(path, "fill")
    usual = tiny_xl.pipeline("ddim") if kind == "xl" else tiny.pipeline("ddim")
    parts = usual.components | {"unet": _nine(usual.unet)}
    known = {"requires_safety_checker": False} if kind == "sd1" else {}
    PIPELINES[kind](**parts, **known).save_pretrained(path)
    return Path(path)


def single_file(path: str | Path) -> Path:
    """Write the weights of the `sd1` folder, whose scheduler is another, as one file."""
    usual = tiny.single_file(path)
    name, state = "model.diffusion_model.input_blocks.0.0.weight", load_file(usual)
    nine = _nine(tiny.pipeline("ddim").unet)
    save_file(state | {name: nine.conv_in.weight.detach().clone()}, usual)
    return usual


def _nine(unet: UNet2DConditionModel) -> UNet2DConditionModel:
    """The same U-Net with a wider first layer, as they are made of others."""
    known = {name: value for name, value in unet.config.items() if not name.startswith("_")}
    made = UNet2DConditionModel(**known | {"in_channels": 9})
    state = dict(unet.state_dict())
    first = torch.randn(32, 9, 3, 3, generator=torch.Generator().manual_seed(5)) / 9
    made.load_state_dict(state | {"conv_in.weight": first})
    return made.eval()


def picture(batch: int = 1) -> Tensor:
    """(batch, 3, 96, 64) from 0 to 1."""
    return torch.rand(batch, 3, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(2))


def hole() -> Tensor:
    """(1, 1, 96, 64): a rectangle that does not end where latent values do."""
    mask = torch.zeros(1, 1, HEIGHT, WIDTH)
    mask[..., 20:61, 13:44] = 1
    return mask


def pipeline(path: Path, kind: str) -> Any:
    """The stock pipeline of a folder, its weights copied off the mapped file as ours are."""
    pipe = PIPELINES[kind].from_pretrained(path, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    modules = [part for part in pipe.components.values() if isinstance(part, torch.nn.Module)]
    for module in modules:
        for weight in module.parameters():
            weight.data = weight.data.clone()
    own = pipe.vae.encode
    pipe.vae.encode = lambda image: SimpleNamespace(latents=own(image).latent_dist.mean)
    return pipe


def theirs(pipe: Any, guidance: float, strength: float = 1.0, seeds: tuple[int, ...] = (7,)) -> Any:
    """What the pipeline makes of `picture` and `hole` in five steps, with a generator for each."""
    streams = [torch.Generator().manual_seed(seed) for seed in seeds]
    return pipe(
        tiny.PROMPT,
        image=picture(),
        mask_image=hole(),
        num_images_per_prompt=len(seeds),
        width=WIDTH,
        height=HEIGHT,
        strength=strength,
        num_inference_steps=5,
        guidance_scale=guidance,
        generator=streams if len(seeds) > 1 else streams[0],
        output_type="pt",
    ).images

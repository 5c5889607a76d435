"""One tiny model of every family that makes pictures from words, in one model folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from tests import (
    tiny,
    tiny_bert,
    tiny_flux,
    tiny_if,
    tiny_pixart,
    tiny_playground,
    tiny_refiner,
    tiny_sd3,
    tiny_xl,
)

# name in the folder → (family, its stock pipeline)
MODELS: dict[str, tuple[str, Callable[[], Any]]] = {
    "one": ("SD 1.x", tiny.pipeline),
    "two": ("SD 2.x", lambda: tiny.pipeline(second=True)),
    "xl": ("SDXL", tiny_xl.pipeline),
    "refiner": ("SDXL refiner", tiny_refiner.pipeline),
    "playground": ("Playground v2.5", tiny_playground.pipeline),
    "pixart": ("PixArt-Sigma", tiny_pixart.pipeline),
    "alpha": ("PixArt-Alpha", lambda: tiny_pixart.pipeline(alpha=True)),
    "three": ("SD3", tiny_sd3.pipeline),
    "dev": ("FLUX.1", tiny_flux.pipeline),
    "schnell": ("FLUX.1", lambda: tiny_flux.pipeline("schnell")),
    "pixels": ("DeepFloyd IF", tiny_if.pipeline),
    "ldm": ("LDM", tiny_bert.pipeline),
}
FAMILY = {name: family for name, (family, _) in MODELS.items()}


def write(folder: Path) -> Path:
    """Every model in a folder of its name, and a LoRA for its denoiser: `lora-NAME`."""
    for name, (_, make) in MODELS.items():
        pipe = make()
        pipe.save_pretrained(folder / name)
        write_lora(folder / f"lora-{name}.safetensors", pipe)
    return folder


def write_lora(path: Path, pipe: Any) -> None:
    """Changes of every key and value of the denoiser's attention, of rank 2."""
    part = "transformer" if getattr(pipe, "transformer", None) is not None else "unet"
    torch.manual_seed(5)
    state = {}
    for name, layer in getattr(pipe, part).named_modules():
        if name.endswith(("to_k", "to_v", "add_k_proj")):
            outer, inner = layer.weight.shape
            state[f"{part}.{name}.lora_A.weight"] = torch.randn(2, inner)
            state[f"{part}.{name}.lora_B.weight"] = torch.randn(outer, 2)
    save_file(state, path)

"""Tiny ControlNets with random weights, which act: folders, and single files of both namings.

They are made from the denoisers of the tiny models, as people make them, with what starts as zero
filled with random numbers.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    ControlNetModel,
    FluxControlNetModel,
    SD3ControlNetModel,
)
from safetensors.torch import save_file
from torch import Tensor, nn

from tests import tiny, tiny_flux, tiny_sd3, tiny_xl
from tests.tiny_ldm import _unet_name

HINT = (8, 16, 16, 32)


def net(kind: str = "sd1", seed: int = 0) -> Any:
    """A ControlNet for the tiny model of a kind: `sd1`, `sd2`, `xl`, `sd3`, `flux` …"""
    torch.manual_seed(seed + 100)
    if kind in ("sd1", "sd2", "xl"):
        unet = {"sd1": tiny.unet, "sd2": lambda: tiny.unet(second=True), "xl": tiny_xl.unet}[kind]()
        made: Any = ControlNetModel.from_unet(unet, conditioning_embedding_out_channels=HINT)
    elif kind.startswith("sd3"):
        made = _sd3(kind)
    else:
        made = _flux(kind)
    return filled(made)


def _sd3(kind: str) -> SD3ControlNetModel:
    """`sd3_large` has no places of its own and reads no words."""
    transformer = tiny_sd3.transformer("3" if kind == "sd3" else "3.5")
    large = {"use_pos_embed": False, "joint_attention_dim": None}
    large |= {"force_zeros_for_pooled_projection": False, "qk_norm": None}
    config = dict(transformer.config) | {"num_layers": 1, "dual_attention_layers": ()}
    return SD3ControlNetModel.from_config(config | (large if kind == "sd3_large" else {}))


def _flux(kind: str) -> FluxControlNetModel:
    """`flux_untold` is not told the guidance, `flux_union` what kind of picture it is shown, and
    `flux_pixels` sees these as they are.
    """
    config = dict(tiny_flux.transformer("schnell" if kind == "flux_untold" else "dev").config)
    more: dict[str, dict[str, Any]] = {
        "flux_union": {"num_mode": 3},
        "flux_pixels": {"conditioning_embedding_channels": 16, "patch_size": 2},
    }
    layers = {"num_layers": 1, "num_single_layers": 1}
    return FluxControlNetModel.from_config(config | layers | more.get(kind, {}))


def filled(module: nn.Module) -> nn.Module:
    """The same with random numbers where all are zero."""
    for weight in module.parameters():
        if not weight.any():
            nn.init.normal_(weight, std=0.2)
    return module.eval()


def folder(path: str | Path, kind: str = "sd1", seed: int = 0) -> Path:
    """Write a ControlNet as diffusers saves it and return its folder."""
    net(kind, seed).save_pretrained(path)
    return Path(path)


def single_file(
    path: str | Path, kind: str = "sd1", seed: int = 0, start: str | None = None
) -> Path:
    """Write it as one file: with diffusers' names, or its authors' after `start`."""
    made = net(kind, seed)
    state = made.state_dict()
    if start is not None:
        state = {f"{start}{name}": value for name, value in authors(made).items()}
    save_file({name: value.contiguous() for name, value in state.items()}, path)
    return Path(path)


def authors(module: Any) -> dict[str, Tensor]:
    """A U-Net's ControlNet by the names of its authors."""
    layers = module.config.layers_per_block + 1
    crossed = [False] * len(module.config.block_out_channels)
    last = 2 * len(module.controlnet_cond_embedding.blocks) + 2
    found = {}
    for name, value in module.state_dict().items():
        if name.startswith("controlnet_down_blocks."):
            name = re.sub(r"controlnet_down_blocks\.(\d+)", r"zero_convs.\1.0", name)
        elif name.startswith("controlnet_mid_block."):
            name = name.replace("controlnet_mid_block", "middle_block_out.0")
        elif name.startswith("controlnet_cond_embedding."):
            name = _hint(name.removeprefix("controlnet_cond_embedding."), last)
        else:
            name = _unet_name(name, layers, crossed)
        found[name] = value
    return found


def _hint(name: str, last: int) -> str:
    layer, _, kind = name.rpartition(".")
    place = {"conv_in": 0, "conv_out": last}.get(layer)
    if place is None:
        place = 2 * int(layer.removeprefix("blocks.")) + 2
    return f"input_hint_block.{place}.{kind}"

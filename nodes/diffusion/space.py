"""The latent space of an autoencoder, from its config."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from nodes.core.problem import Problem
from nodes.core.types import LatentSpace

PIXELS = LatentSpace("pixels", 3, 1)
# scale, and each channel's mean and spread
PLAYGROUND = (0.5, (-1.6574, 1.886, -1.383, 2.5155), (8.4927, 5.9022, 6.5498, 5.2299))
# channels, pixels along a side, scale, shift
NAMES = {
    (4, 8, 0.18215, 0.0): "SD 1.x",
    (4, 8, 0.13025, 0.0): "SDXL",
    (16, 8, 1.5305, 0.0609): "SD3",
    (16, 8, 0.3611, 0.1159): "FLUX.1",
}
SPACES = {
    name: LatentSpace(name, channels, factor, scale, shift)
    for (channels, factor, scale, shift), name in NAMES.items()
} | {"Playground v2.5": LatentSpace("Playground v2.5", 4, 8, PLAYGROUND[0], 0.0, *PLAYGROUND[1:])}


def named(name: str, own: LatentSpace) -> LatentSpace:
    """The space of that name for an autoencoder whose own one does not say how it is scaled."""
    known, factor = SPACES[name], own.factor
    if not known.mean and factor != known.factor:
        name = _name(known.channels, factor, known.scale, known.shift)
    return replace(known, name=name, factor=factor)


def space_of(vae: dict[str, Any]) -> LatentSpace:
    """The space an AutoencoderKL config describes. Common ones have names, others their numbers."""
    channels = int(vae.get("latent_channels", 4))
    factor = 2 ** (len(vae["block_out_channels"]) - 1)
    scale = float(vae.get("scaling_factor") or 1.0)
    shift = float(vae.get("shift_factor") or 0.0)
    mean, std = (_each(vae, name) for name in ("latents_mean", "latents_std"))
    if not (mean and std):  # diffusers wants both
        return LatentSpace(_name(channels, factor, scale, shift), channels, factor, scale, shift)
    name = f"kl {channels}x{factor} scale {scale:g} mean {mean[0]:g} …"
    if (scale, mean, std) == PLAYGROUND:
        name = "Playground v2.5"
    if {len(mean), len(std)} != {channels}:
        raise Problem(f"Its latents have {channels} channels, their means are {len(mean)}.")
    if not all(0 < value < math.inf for value in std):
        raise Problem("A config of this model says latents_std 0, or what is no spread.")
    return LatentSpace(name, channels, factor, scale, shift, mean, std)


def _each(vae: dict[str, Any], name: str) -> tuple[float, ...]:
    return tuple(float(value) for value in vae.get(name) or ())


def _name(channels: int, factor: int, scale: float, shift: float) -> str:
    known = NAMES.get((channels, factor, scale, shift))
    return known or f"kl {channels}x{factor} scale {scale:g}" + (
        f" shift {shift:g}" if shift else ""
    )

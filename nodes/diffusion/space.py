"""The latent space of an autoencoder, from its config."""

from __future__ import annotations

from typing import Any

from nodes.core.types import LatentSpace

PIXELS = LatentSpace("pixels", 3, 1)
# channels, pixels along a side, scale, shift
NAMES = {
    (4, 8, 0.18215, 0.0): "SD 1.x",
    (4, 8, 0.13025, 0.0): "SDXL",
    (16, 8, 1.5305, 0.0609): "SD3",
    (16, 8, 0.3611, 0.1159): "FLUX.1",
}


def space_of(vae: dict[str, Any]) -> LatentSpace:
    """The space an AutoencoderKL config describes. Common ones have names, others their numbers."""
    channels = int(vae.get("latent_channels", 4))
    factor = 2 ** (len(vae["block_out_channels"]) - 1)
    scale = float(vae.get("scaling_factor") or 1.0)
    shift = float(vae.get("shift_factor") or 0.0)
    mean, std = (_each(vae, name) for name in ("latents_mean", "latents_std"))
    name = _name(channels, factor, scale, shift)
    if mean:
        name = f"kl {channels}x{factor} scale {scale:g} mean {mean[0]:g} …"
    return LatentSpace(name, channels, factor, scale, shift, mean, std)


def _each(vae: dict[str, Any], name: str) -> tuple[float, ...]:
    return tuple(float(value) for value in vae.get(name) or ())


def _name(channels: int, factor: int, scale: float, shift: float) -> str:
    known = NAMES.get((channels, factor, scale, shift))
    return known or f"kl {channels}x{factor} scale {scale:g}" + (
        f" shift {shift:g}" if shift else ""
    )

"""The latent space of an autoencoder, from its config."""

from __future__ import annotations

from typing import Any

from nodes.core.types import LatentSpace

# channels, pixels along a side, scale, shift
NAMES = {(4, 8, 0.18215, 0.0): "SD 1.x", (4, 8, 0.13025, 0.0): "SDXL"}


def space_of(vae: dict[str, Any]) -> LatentSpace:
    """The space an AutoencoderKL config describes. Common ones have names, others their numbers."""
    channels = int(vae.get("latent_channels", 4))
    factor = 2 ** (len(vae["block_out_channels"]) - 1)
    scale = float(vae.get("scaling_factor") or 1.0)
    shift = float(vae.get("shift_factor") or 0.0)
    return LatentSpace(_name(channels, factor, scale, shift), channels, factor, scale, shift)


def _name(channels: int, factor: int, scale: float, shift: float) -> str:
    known = NAMES.get((channels, factor, scale, shift))
    return known or f"kl {channels}x{factor} scale {scale:g}" + (
        f" shift {shift:g}" if shift else ""
    )

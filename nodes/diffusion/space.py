"""The latent space of an autoencoder, from its config."""

from __future__ import annotations

from typing import Any

from nodes.core.types import LatentSpace


def space_of(vae: dict[str, Any]) -> LatentSpace:
    """The space an AutoencoderKL config describes. Common ones have names, others their numbers."""
    channels = int(vae.get("latent_channels", 4))
    factor = 2 ** (len(vae["block_out_channels"]) - 1)
    scale = float(vae.get("scaling_factor") or 1.0)
    shift = float(vae.get("shift_factor") or 0.0)
    return LatentSpace(_name(channels, factor, scale, shift), channels, factor, scale, shift)


def _name(channels: int, factor: int, scale: float, shift: float) -> str:
    if (channels, factor, scale, shift) == (4, 8, 0.18215, 0.0):
        return "SD 1.x"
    return f"kl {channels}x{factor} scale {scale:g}" + (f" shift {shift:g}" if shift else "")

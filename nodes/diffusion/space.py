"""The latent space of an autoencoder, from its config.

Autoencoders of two kinds write latents: those of KL (Kingma & Welling, 2013) a mean and a spread,
those of VQ (van den Oord et al., 2017) what is next to a vector of their codebook. Small ones
(AutoencoderTiny) were taught the space of another and write it as models have it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from nodes.core.problem import Problem
from nodes.core.types import LatentSpace

KL, VQ, TINY = "AutoencoderKL", "VQModel", "AutoencoderTiny"
AUTOENCODERS = (KL, VQ, TINY)
OF = "latent_space"  # in the config of a small autoencoder: the name of the space it was taught
USUAL_SCALE = 0.18215  # of diffusers' classes, where a config says none
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
    """The space an autoencoder's config describes. Common ones have names, others their numbers."""
    kind = vae.get("_class_name")
    if kind == VQ:
        return _of_codebook(vae)
    if kind == TINY:
        return _taught(vae, numbers_of(vae))
    channels = int(vae.get("latent_channels", 4))
    factor = _factor(vae)
    scale = float(vae.get("scaling_factor", USUAL_SCALE) or 1.0)
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


def _taught(tiny: dict[str, Any], own: LatentSpace) -> LatentSpace:
    """The space a small autoencoder was taught, where its config has been told which."""
    if OF not in tiny:
        return own
    name = tiny[OF]
    if (channels := SPACES[name].channels) != own.channels:
        told = f"Its small autoencoder has {own.channels} channels"
        raise Problem(f"{told}; the space {name} of its model has {channels}.")
    return named(name, own)


def numbers_of(tiny: dict[str, Any]) -> LatentSpace:
    """What a small autoencoder itself makes of the latents of the space that it was taught."""
    channels, factor = int(tiny.get("latent_channels", 4)), 2 ** (len(_blocks(tiny)) - 1)
    scale, shift = (float(tiny.get(f"{name}_factor") or 0.0) for name in ("scaling", "shift"))
    return LatentSpace(f"small {channels}x{factor}", channels, factor, scale or 1.0, shift)


def _blocks(tiny: dict[str, Any]) -> list[int]:
    return list(tiny.get("num_decoder_blocks") or (3, 3, 3, 1))


def _of_codebook(vae: dict[str, Any]) -> LatentSpace:
    """Latents are as wide as the vectors of the codebook."""
    channels = int(vae.get("vq_embed_dim") or vae.get("latent_channels", 3))
    factor, scale = _factor(vae), float(vae.get("scaling_factor", USUAL_SCALE) or 1.0)
    return LatentSpace(f"vq {channels}x{factor} scale {scale:g}", channels, factor, scale)


def _factor(vae: dict[str, Any]) -> int:
    return int(2 ** (len(vae.get("block_out_channels", (64,))) - 1))


def _each(vae: dict[str, Any], name: str) -> tuple[float, ...]:
    return tuple(float(value) for value in vae.get(name) or ())


def _name(channels: int, factor: int, scale: float, shift: float) -> str:
    known = NAMES.get((channels, factor, scale, shift))
    return known or f"kl {channels}x{factor} scale {scale:g}" + (
        f" shift {shift:g}" if shift else ""
    )

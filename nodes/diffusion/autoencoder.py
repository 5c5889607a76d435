"""Pictures to latents and back through an autoencoder; models of pixels have none."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import Tensor

from nodes.core.problem import Problem
from nodes.core.types import Image, Latent, LatentSpace

from .tiles import Tile, blended, tiles

Made = TypeVar("Made")


@dataclass(frozen=True, eq=False)
class Autoencoder:
    """An autoencoder in use, and the space its latents live in. Pixels have no module.

    `own`: what the module itself makes of latents, where it was taught to write them as models
    have them. `times`: its pipeline multiplies by one over the scale where others divide by it.
    """

    module: Any
    space: LatentSpace
    device: torch.device
    own: LatentSpace | None = None
    times: bool = False


def encode(vae: Autoencoder, image: Image, seed: int | None = None, tile: int = 0) -> Latent:
    """The latent of each picture, each encoded by itself. See `encoding`."""
    return _finished(encoding(vae, image, seed, tile))


def encoding(
    vae: Autoencoder, image: Image, seed: int | None = None, tile: int = 0
) -> Generator[tuple[int, int], None, Latent]:
    """Encode piece by piece: yields (pieces done, pieces in all) and returns the Latent.

    It is the posterior's mean, or with a seed a sample of it, where the autoencoder has a
    posterior: those with a codebook and small ones write one latent. A size that the space's
    factor does not divide is cropped evenly on both sides: `cropped`. Tiles are those of
    `decoding`; what is blended is the posterior, so that a sample is drawn once, over the whole
    picture.
    """
    pixels, factor = cropped(vae, image).values, vae.space.factor
    height, width = pixels.shape[2] // factor, pixels.shape[3] // factor
    plan, latents, done = _plan(height, width, tile, factor), [], 0
    for number, one in enumerate(pixels.split(1)):
        pieces: list[tuple[Tile, Tensor]] = []
        for place in plan:
            pieces.append((place, _posterior(vae, place.times(factor).cut(one))))
            done += 1
            yield done, len(plan) * len(pixels)
        posterior = blended(pieces, height, width)
        latents.append(_drawn(vae, posterior, None if seed is None else seed + number))
    return Latent(torch.cat(latents), vae.space)


def encode_together(vae: Autoencoder, image: Image) -> Tensor:
    """The latents (B, C, H, W) of pictures of a size the factor divides, encoded in one call."""
    return _drawn(vae, _posterior(vae, image.values), None)


def decode(vae: Autoencoder, latent: Latent, tile: int = 0) -> Image:
    """The pictures (B, 3, H, W) of a latent, on the CPU, each decoded by itself. See `decoding`."""
    return _finished(decoding(vae, latent, tile))


def decoding(
    vae: Autoencoder, latent: Latent, tile: int = 0
) -> Generator[tuple[int, int], None, Image]:
    """`decode` piece by piece: yields (pieces done, pieces in all) and returns the Image.

    `tile` is the side of a tile in pixels, 0 for whole pictures. Tiles overlap by a quarter and are
    blended linearly. Attention and norms see one tile at a time, so tiles change a picture a little
    everywhere, not only at their seams.
    """
    if latent.space != vae.space:
        raise Problem(_misfit(vae, latent), port="latent")
    height, width = latent.values.shape[2:]
    plan, pictures, done = _plan(height, width, tile, vae.space.factor), [], 0
    for one in latent.values.split(1):
        pieces: list[tuple[Tile, Tensor]] = []
        for place in plan:
            pieces.append((place, _decode(vae, place.cut(one))))
            done += 1
            yield done, len(plan) * len(latent.values)
        pictures.append(blended(pieces, height, width, vae.space.factor))
    values = torch.cat(pictures)
    return Image((values / 2 + 0.5).clamp(0, 1).cpu())


def cropped(vae: Autoencoder, image: Image) -> Image:
    """The middle of the pictures, as large as the factor allows; the same where it divides them."""
    factor = vae.space.factor
    height, width = image.values.shape[2:]
    rows, columns = height - height % factor, width - width % factor
    if not rows or not columns:
        raise Problem(
            f"A picture of {width}x{height} is too small: it needs {factor} pixels a side."
        )
    if (rows, columns) == (height, width):
        return image
    top, left = (height - rows) // 2, (width - columns) // 2
    return Image(image.values[:, :, top : top + rows, left : left + columns])


def _misfit(vae: Autoencoder, latent: Latent) -> str:
    if latent.space is None:
        return "A blank latent has no picture yet: sample it first."
    return f"This latent is in the space {latent.space.name}; the VAE decodes {vae.space.name}."


def _plan(height: int, width: int, tile: int, factor: int) -> list[Tile]:
    return tiles(height, width, max(tile // factor, 8) if tile else max(height, width))


def _finished(steps: Generator[tuple[int, int], None, Made]) -> Made:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            made: Made = end.value
            return made


def _posterior(vae: Autoencoder, pixels: Tensor) -> Tensor:
    """Mean and log variance (1, 2 C, H, W); of pixels themselves, and of what has no posterior
    its only latent (1, C, H, W).
    """
    if vae.module is None:
        return pixels.to(vae.device) * 2 - 1
    with torch.no_grad():
        out = vae.module.encode(pixels.to(vae.device) * 2 - 1)
    found: Tensor = out.latents if "latents" in out else out.latent_dist.parameters
    return found


def _drawn(vae: Autoencoder, parameters: Tensor, seed: int | None) -> Tensor:
    if vae.module is None:
        return parameters
    if parameters.shape[1] == vae.space.channels:
        return into(vae.own or vae.space, parameters)
    from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution

    posterior = DiagonalGaussianDistribution(parameters)
    drawn = None if seed is None else torch.Generator().manual_seed(seed)
    z = posterior.sample(drawn) if drawn else posterior.mean
    return into(vae.space, z)


def _decode(vae: Autoencoder, latent: Tensor) -> Tensor:
    if vae.module is None:
        return latent
    with torch.no_grad():
        z = _read(vae, latent.to(vae.device))
        picture: Tensor = vae.module.decode(z, return_dict=False)[0]
    return picture


def _read(vae: Autoencoder, latent: Tensor) -> Tensor:
    """What the module reads for a latent."""
    return latent * (1 / vae.space.scale) if vae.times else out_of(vae.own or vae.space, latent)


def into(space: LatentSpace, z: Tensor) -> Tensor:
    """The latent for what an autoencoder wrote (B, C, H, W), in the order diffusers computes it."""
    if not space.mean:
        return (z - space.shift) * space.scale
    mean, std = _by_channel(space, z)
    return (z - mean) * space.scale / std


def out_of(space: LatentSpace, latent: Tensor) -> Tensor:
    """What an autoencoder reads for a latent (B, C, H, W), in the order diffusers computes it."""
    if not space.mean:
        return latent / space.scale + space.shift
    mean, std = _by_channel(space, latent)
    return latent * std / space.scale + mean


def _by_channel(space: LatentSpace, z: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation (1, C, 1, 1)."""
    mean, std = (torch.tensor(v).view(1, -1, 1, 1).to(z) for v in (space.mean, space.std))
    return mean, std

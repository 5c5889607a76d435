"""The autoencoder: 8 by 8 pixels become four numbers and come back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from diffusers import AutoencoderKL
from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution
from torch import Tensor
from torch.nn import functional

from nodes.training.loop import load_average
from nodes.training.pictures import CELL, Pictures

CHANNELS = (12, 24, 48, 96)


def new_autoencoder(channels: tuple[int, ...] = CHANNELS) -> AutoencoderKL:
    """A small one; it starts almost certain of its latents, which learns far faster."""
    levels = len(channels)
    model = AutoencoderKL(
        block_out_channels=channels,
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        layers_per_block=1,
        norm_num_groups=4,
        mid_block_add_attention=False,
        latent_channels=4,
        scaling_factor=1.0,
    )
    with torch.no_grad():
        model.quant_conv.bias[4:] = -6.0
    return model


def load_autoencoder(file: Path) -> AutoencoderKL:
    model = new_autoencoder()
    load_average(model, file)
    return model


@dataclass
class Teacher:
    """Whitened principal components of the patches: something to imitate at first."""

    mean: Tensor
    rows: Tensor

    @classmethod
    def of(cls, pictures: Tensor) -> Teacher:
        patches = functional.unfold(pictures, CELL, stride=CELL).transpose(1, 2).flatten(0, 1)
        mean = patches.mean(0)
        values, vectors = torch.linalg.eigh(torch.cov((patches - mean).T))
        return cls(mean, (vectors[:, -4:] / values[-4:].sqrt()).T.flip(0))

    def __call__(self, pictures: Tensor) -> Tensor:
        patches = functional.unfold(pictures, CELL, stride=CELL) - self.mean[:, None]
        side = pictures.shape[-1] // CELL
        return (self.rows @ patches).unflatten(-1, (-1, side))


def picture_loss(made: Tensor, meant: Tensor) -> Tensor:
    """Absolute error of pixels, and of their differences at three scales (edges)."""
    loss = (made - meant).abs().mean()
    for _ in range(3):
        for axis in (-1, -2):
            loss = loss + 0.5 * (made.diff(dim=axis) - meant.diff(dim=axis)).abs().mean()
        made, meant = functional.avg_pool2d(made, 2), functional.avg_pool2d(meant, 2)
    return loss


class AutoencoderStage:
    """Encoder and decoder together (Kingma and Welling, 2014), with hardly any noise."""

    def __init__(
        self, network: AutoencoderKL, pictures: Pictures, batch: int, size: int, taught: int = 300
    ) -> None:
        self.network, self.pictures = network, pictures
        self.batch, self.size, self.taught = batch, size, taught
        whole = pictures.pixels.shape[1]
        few = pictures.crops(128, whole, torch.Generator().manual_seed(1))
        self.teacher = Teacher.of(few)

    def loss(self, step: int, draw: torch.Generator) -> Tensor:
        crops = self.pictures.crops(self.batch, self.size, draw)
        posterior = encode(self.network, crops)
        latents = posterior.mean + posterior.std * torch.randn(posterior.mean.shape, generator=draw)
        made = self.network.decode(latents).sample
        loss = picture_loss(made, crops) + 1e-4 * posterior.kl().mean() / posterior.mean[0].numel()
        if step < self.taught:
            lesson = (posterior.mean - self.teacher(crops)).abs().mean()
            loss = loss + (1 - step / self.taught) * lesson
        return loss


class DecoderStage:
    """The decoder alone, on slightly noisy latents, so that it forgives the denoiser's."""

    def __init__(self, network: AutoencoderKL, pictures: Pictures, batch: int, size: int) -> None:
        self.network, self.pictures, self.batch, self.size = network, pictures, batch, size
        network.encoder.requires_grad_(False)
        network.quant_conv.requires_grad_(False)

    def loss(self, step: int, draw: torch.Generator) -> Tensor:
        crops = self.pictures.crops(self.batch, self.size, draw)
        with torch.no_grad():
            latents = encode(self.network, crops).mean
        noise = torch.randn(latents.shape, generator=draw)
        amount = 0.1 * torch.rand((self.batch, 1, 1, 1), generator=draw)
        return picture_loss(self.network.decode(latents + amount * noise).sample, crops)


def encode(network: AutoencoderKL, pictures: Tensor) -> DiagonalGaussianDistribution:
    return cast(DiagonalGaussianDistribution, network.encode(pictures).latent_dist)

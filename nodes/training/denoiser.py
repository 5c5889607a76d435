"""The denoiser: a small U-Net that turns noise and a caption into latents."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from torch import Tensor
from transformers import CLIPTextModel, CLIPTokenizer

from nodes.training.autoencoder import encode
from nodes.training.captions import caption
from nodes.training.loop import load_average
from nodes.training.pictures import CELL, Pictures
from nodes.training.scene import Scene
from nodes.training.text_encoder import token_ids

CHANNELS = (48, 96, 160)
EMPTY = 0.1
# A subject covers little of the picture but is most of what a caption is about.
SUBJECT_WEIGHT = 4.0


def new_denoiser(channels: tuple[int, ...] = CHANNELS, side: int = 16) -> UNet2DConditionModel:
    """Words are looked up below the top level only: half the cost, and they agree as well."""
    lower = len(channels) - 1
    model = UNet2DConditionModel(
        sample_size=side,
        block_out_channels=channels,
        down_block_types=("DownBlock2D",) + ("CrossAttnDownBlock2D",) * lower,
        up_block_types=("CrossAttnUpBlock2D",) * lower + ("UpBlock2D",),
        layers_per_block=1,
        norm_num_groups=8,
        cross_attention_dim=128,
        attention_head_dim=4,
    )
    # The plain processor has the faster backward pass on a CPU.
    model.set_attn_processor(AttnProcessor())
    return model


def load_denoiser(file: Path) -> UNet2DConditionModel:
    model = new_denoiser()
    load_average(model, file)
    return model


@dataclass(frozen=True)
class Latents:
    """Pictures as the frozen encoder sees them, with spread one, and where to look."""

    values: Tensor
    weights: Tensor
    scenes: list[Scene]
    scale: float

    @classmethod
    @torch.no_grad()
    def of(cls, pictures: Pictures, autoencoder: AutoencoderKL, count: int) -> Latents:
        pixels = torch.from_numpy(pictures.pixels[:count].copy())
        parts = [
            encode(autoencoder, part.permute(0, 3, 1, 2) / 127.5 - 1).mean
            for part in pixels.split(8)
        ]
        values = torch.cat(parts)
        scale = 1 / values.std().item()
        weights = subject_weights(pictures.boxes[:count], values.shape[-1])
        return cls(values * scale, weights, pictures.scenes, scale)

    def save(self, file: Path) -> None:
        torch.save({"values": self.values, "weights": self.weights, "scale": self.scale}, file)

    @classmethod
    def load(cls, file: Path, scenes: list[Scene]) -> Latents:
        return cls(scenes=scenes, **torch.load(file, weights_only=True))


def subject_weights(boxes: np.ndarray, side: int) -> Tensor:
    """Where a subject is, its weight; elsewhere one; one on average over each picture."""
    weights = torch.ones(len(boxes), 1, side, side)
    for index, few in enumerate(boxes // CELL):
        for left, top, right, bottom in few:
            if right > left:
                weights[index, :, top : bottom + 1, left : right + 1] = SUBJECT_WEIGHT
    return weights / weights.mean((1, 2, 3), keepdim=True)


class DenoiserStage:
    """Flow matching on straight paths (Liu et al., 2022; Lipman et al., 2022)."""

    def __init__(
        self,
        network: UNet2DConditionModel,
        latents: Latents,
        tokenizer: CLIPTokenizer,
        text_encoder: CLIPTextModel,
        batch: int,
    ) -> None:
        self.network, self.latents, self.batch = network, latents, batch
        self.tokenizer, self.text_encoder = tokenizer, text_encoder

    def loss(self, step: int, draw: torch.Generator) -> Tensor:
        picks = torch.randint(len(self.latents.values), (self.batch,), generator=draw)
        clean, weights = self.latents.values[picks], self.latents.weights[picks]
        noise = torch.randn(clean.shape, generator=draw)
        time = torch.rand(self.batch, generator=draw)
        words = self._read([self.latents.scenes[pick] for pick in picks.tolist()], draw)
        noisy = torch.lerp(clean, noise, time.view(-1, 1, 1, 1))
        flow = self.network(noisy, 1000 * time, words).sample
        return (weights * (flow - (noise - clean)).square()).mean()

    @torch.no_grad()
    def _read(self, scenes: list[Scene], draw: torch.Generator) -> Tensor:
        rng = random.Random(int(torch.randint(2**62, (), generator=draw)))
        texts = ["" if rng.random() < EMPTY else caption(scene, rng) for scene in scenes]
        return self.text_encoder(token_ids(self.tokenizer, texts)).last_hidden_state

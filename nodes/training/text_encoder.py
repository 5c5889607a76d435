"""The text encoder, taught alone to know what a caption names, then frozen.

Trained together with the denoiser it forgets everything but sky and ground.
"""

from __future__ import annotations

import random
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from nodes.training.captions import caption
from nodes.training.loop import load_average
from nodes.training.scene import CLASSES, random_scene
from nodes.training.tokens import LENGTH

WIDTH = 128


class Reader(nn.Module):
    """A text encoder, and a linear head for each attribute."""

    def __init__(self, tokenizer: CLIPTokenizer, width: int = WIDTH, layers: int = 4) -> None:
        super().__init__()
        end = tokenizer.eos_token_id
        config = CLIPTextConfig(
            vocab_size=len(tokenizer),
            hidden_size=width,
            intermediate_size=4 * width,
            projection_dim=width,
            num_hidden_layers=layers,
            num_attention_heads=4,
            max_position_embeddings=LENGTH,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=end,
            pad_token_id=end,
        )
        self.encoder = CLIPTextModel(config)
        self.heads = nn.ModuleDict({n: nn.Linear(width, size) for n, size in CLASSES.items()})


def load_text_encoder(tokenizer: CLIPTokenizer, file: Path) -> CLIPTextModel:
    reader = Reader(tokenizer)
    load_average(reader, file)
    return reader.encoder.requires_grad_(False)


def token_ids(tokenizer: CLIPTokenizer, texts: list[str]) -> Tensor:
    return tokenizer(
        texts, padding="max_length", max_length=LENGTH, truncation=True, return_tensors="pt"
    ).input_ids


class TextEncoderStage:
    """Cross entropy of all attributes, read at the end and at one place after it.

    The denoiser looks at every place, so the padding too should know the whole caption.
    """

    def __init__(self, network: Reader, tokenizer: CLIPTokenizer, batch: int) -> None:
        self.network, self.tokenizer, self.batch = network, tokenizer, batch

    def loss(self, step: int, draw: torch.Generator) -> Tensor:
        rng = random.Random(int(torch.randint(2**62, (), generator=draw)))
        scenes = [random_scene(rng) for _ in range(self.batch)]
        ids = token_ids(self.tokenizer, [caption(scene, rng) for scene in scenes])
        states = self.network.encoder(ids).last_hidden_state
        end = (ids == self.tokenizer.eos_token_id).int().argmax(1)
        later = end + (torch.rand(self.batch, generator=draw) * (LENGTH - end)).long()
        rows = torch.arange(self.batch)
        seen = torch.cat([states[rows, end], states[rows, later]])
        loss = torch.zeros(())
        for name, head in self.network.heads.items():
            classes = torch.tensor([scene.classes()[name] for scene in scenes])
            loss = loss + functional.cross_entropy(head(seen), classes.repeat(2))
        return loss


@torch.no_grad()
def accuracy(reader: Reader, tokenizer: CLIPTokenizer, count: int = 1000) -> dict[str, float]:
    """How often each attribute is read rightly, of captions not trained on."""
    rng = random.Random(-1)
    scenes = [random_scene(rng) for _ in range(count)]
    ids = token_ids(tokenizer, [caption(scene, rng) for scene in scenes])
    pooled = reader.encoder(ids).pooler_output
    return {
        name: sum(
            int(guess) == scene.classes()[name]
            for guess, scene in zip(head(pooled).argmax(1), scenes, strict=True)
        )
        / count
        for name, head in reader.heads.items()
    }

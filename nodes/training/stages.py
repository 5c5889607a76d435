"""The stages that train: each reads what earlier ones left in the work folder."""

from __future__ import annotations

from pathlib import Path

from nodes.training.autoencoder import (
    AutoencoderStage,
    DecoderStage,
    load_autoencoder,
    new_autoencoder,
)
from nodes.training.denoiser import DenoiserStage, Latents, new_denoiser
from nodes.training.loop import Plan, Training, load_average
from nodes.training.pictures import load_pictures, load_scenes
from nodes.training.text_encoder import Reader, TextEncoderStage, accuracy, load_text_encoder
from nodes.training.tokens import tokenizer

CROPS = {"steps": 6000, "rate": 1.5e-3, "batch": 16, "size": 64, "seed": 0}


def text_encoder(work: Path, steps: int, rate: float, batch: int, seed: int) -> None:
    """Teach the text encoder what captions name."""
    words = tokenizer()
    reader = Reader(words)
    stage = TextEncoderStage(reader, words, batch)
    Training(stage, Plan(steps, rate, seed=seed), work / "text-encoder.pt").run()
    load_average(reader, work / "text-encoder.pt")
    print(accuracy(reader, words))


def autoencoder(work: Path, steps: int, rate: float, batch: int, size: int, seed: int) -> None:
    """Train the encoder and the decoder together."""
    stage = AutoencoderStage(new_autoencoder(), load_pictures(work), batch, size)
    Training(stage, Plan(steps, rate, seed=seed), work / "autoencoder.pt").run()


def latents(work: Path, count: int) -> None:
    """Freeze the encoder: see the first pictures through it."""
    network = load_autoencoder(work / "autoencoder.pt")
    Latents.of(load_pictures(work), network, count).save(work / "latents.pt")


def decoder(work: Path, steps: int, rate: float, batch: int, size: int, seed: int) -> None:
    """Go on with the decoder alone."""
    network = load_autoencoder(work / "autoencoder.pt").train()
    stage = DecoderStage(network, load_pictures(work), batch, size)
    Training(stage, Plan(steps, rate, seed=seed), work / "decoder.pt").run()


def denoiser(work: Path, steps: int, rate: float, batch: int, seed: int) -> None:
    """Train the U-Net on the frozen encoder's latents."""
    words = tokenizer()
    reader = load_text_encoder(words, work / "text-encoder.pt")
    seen = Latents.load(work / "latents.pt", load_scenes(work))
    stage = DenoiserStage(new_denoiser(), seen, words, reader, batch)
    Training(stage, Plan(steps, rate, seed=seed), work / "denoiser.pt").run()

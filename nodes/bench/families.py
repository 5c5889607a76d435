"""Every family against its stock pipeline: the same picture, loading, seconds a step and memory.

Both sides run on the same random weights, prompt, noise and threads, with the scheduler of the
model's folder (our sampler `model`), so that they do the same work: `max_abs_diff` is 0 where each
latent value is the same to the bit. A step is the slope between a short and a long run, sides take
turns, figures are medians. Loading ends when every weight is in memory, and is compared with
reading the same files by safetensors and nothing else. Memory is the most that a process of its own
holds above what it held before the model, once for each side.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
from contextlib import suppress
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import diffusers
import torch
import transformers
from safetensors import safe_open
from torch import Tensor

from nodes.core.types import Conditioning, Latent
from nodes.diffusion import memory
from nodes.diffusion.denoiser import Denoiser
from nodes.diffusion.describe import describe
from nodes.diffusion.sampling import sample
from nodes.diffusion.text import encode
from nodes.estimate import peak

from .models import medium

PROMPT, SEED, SIDE = "a red sailboat at sunset", 7, 256
STEPS, ROUNDS = (2, 6), 5
PIXELS = 64  # the side of a picture of a model of pixels
GUIDANCE = {"FLUX.1 dev": 3.5, "FLUX.1 schnell": 1.0}
LENGTHS = {"FLUX.1 dev": 512, "FLUX.1 schnell": 256}
FIGURES = (
    ("max_abs_diff", 0.0),
    ("step_ratio_vs_diffusers", 1.0),
    ("peak_bytes_vs_diffusers", 1.0),
    ("load_vs_safetensors", 1.1),
)
GOALS = {f"{name}.{figure}": goal for name in medium.MODELS for figure, goal in FIGURES}


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this bench."""
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--family", choices=medium.MODELS, help="only this one")


def measure(asked: argparse.Namespace) -> dict[str, Any]:
    """The figures of each family by its name."""
    quiet()
    names = [asked.family] if asked.family else list(medium.MODELS)
    with tempfile.TemporaryDirectory() as place:
        return {name: figures(name, Path(place) / name, asked.device) for name in names}


def quiet() -> None:
    """Their bars and warnings are no figures."""
    for library in (diffusers, transformers):
        library.utils.logging.disable_progress_bar()
        library.utils.logging.set_verbosity_error()


def figures(name: str, folder: Path, device: str) -> dict[str, float]:
    """What one family comes to."""
    medium.write(name, folder)
    own, other = (peak_of(side, name, folder, device) for side in (ours_alone, theirs_alone))
    memory.use(device)
    load_s, plain_s = loading(folder)
    here, there = Ours(name, folder), Theirs(name, folder, device)
    difference = float((here.latent(STEPS[0]) - there.latent(STEPS[0])).abs().max())
    rounds = [steps_of(here, there, turn) for turn in range(ROUNDS)]
    step, their_step = (median(column) for column in zip(*rounds, strict=True))
    memory.release()
    return {
        "load_s": round(load_s, 4),
        "load_vs_safetensors": round(load_s / plain_s, 3),
        "step_s": round(step, 5),
        "step_ratio_vs_diffusers": round(step / their_step, 4),
        "peak_bytes": own,
        "peak_bytes_vs_diffusers": round(own / other, 4),
        "max_abs_diff": difference,
    }


class Ours:
    """The nodes' own functions, from the folder to a latent."""

    def __init__(self, name: str, folder: Path) -> None:
        parts = describe(folder, digests=folder.with_suffix(".json"))
        assert parts.model and parts.text_encoder
        self.name, self.model = name, parts.model
        self.prompt: Conditioning = encode(memory.text_encoder(parts.text_encoder), PROMPT)

    def latent(self, steps: int) -> Tensor:
        denoiser: Denoiser = memory.denoiser(self.model)
        blank = Latent(torch.zeros(1, 0, side_of(self.name), side_of(self.name)))
        how = (SEED, steps, GUIDANCE.get(self.name, 5.0), "model", "model")
        run = sample(denoiser, blank, self.prompt, None, *how)
        while True:
            try:
                next(run)
            except StopIteration as end:
                values: Tensor = end.value.values
                return values.cpu()


class Theirs:
    """The pipeline that the folder names."""

    def __init__(self, name: str, folder: Path, device: str) -> None:
        self.name = name
        pipe: Any = diffusers.DiffusionPipeline.from_pretrained(
            folder, local_files_only=True, safety_checker=None, watermarker=None
        )
        pipe.set_progress_bar_config(disable=True)
        for module in pipe.components.values():
            if isinstance(module, torch.nn.Module):
                for weight in module.parameters():  # their place in memory changes the last bits
                    weight.data = weight.data.clone()
        self.pipe = pipe.to(device)

    def latent(self, steps: int) -> Tensor:
        more: dict[str, Any] = {"output_type": "latent"}
        if self.name in LENGTHS:
            more["max_sequence_length"] = LENGTHS[self.name]
        if self.name == "PixArt-Sigma":
            more["use_resolution_binning"] = False
        if self.name == "DeepFloyd IF":
            more["output_type"] = "pt"
        found = self.pipe(
            PROMPT,
            height=side_of(self.name),
            width=side_of(self.name),
            num_inference_steps=steps,
            guidance_scale=GUIDANCE.get(self.name, 5.0),
            generator=torch.Generator().manual_seed(SEED),
            **more,
        ).images.cpu()
        return self._unpacked(found)

    def _unpacked(self, latent: Tensor) -> Tensor:
        """FLUX's pipeline gives its latents as the transformer reads them."""
        if not self.name.startswith("FLUX"):
            return latent
        side = side_of(self.name)
        unpacked: Tensor = self.pipe._unpack_latents(latent, side, side, 8)
        return unpacked


def side_of(name: str) -> int:
    """The pixels along a side of the picture."""
    return PIXELS if name == "DeepFloyd IF" else SIDE


def loading(folder: Path) -> tuple[float, float]:
    """Seconds until our weights are in memory, and those of reading the files: medians, in turns.

    The files' hashes are known already, as they are from the second time a model is used.
    """
    spent: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        memory.release()
        spent.append((_seconds(lambda: load_all(folder)), _seconds(lambda: read_plain(folder))))
    memory.release()
    own, plain = (median(column) for column in zip(*spent, strict=True))
    return own, plain


def load_all(folder: Path) -> None:
    parts = describe(folder, digests=folder.with_suffix(".json"))
    assert parts.model and parts.text_encoder and parts.vae
    memory.text_encoder(parts.text_encoder)
    memory.denoiser(parts.model)
    memory.autoencoder(parts.vae)


def read_plain(folder: Path) -> None:
    kept = []
    for path in sorted(folder.rglob("*.safetensors")):
        with safe_open(path, framework="pt") as file:
            kept += [file.get_tensor(name).clone() for name in file.keys()]  # noqa: SIM118


def steps_of(here: Ours, there: Theirs, turn: int) -> tuple[float, float]:
    """Seconds a step of both sides; who begins changes from round to round."""
    sides = (here, there) if turn % 2 == 0 else (there, here)
    spent = {
        (type(side), steps): _seconds(lambda side=side, steps=steps: side.latent(steps))
        for steps in STEPS
        for side in sides
    }
    short, long = STEPS
    own, other = (
        (spent[kind, long] - spent[kind, short]) / (long - short) for kind in (Ours, Theirs)
    )
    return own, other


def _seconds(work: Any) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def peak_of(side: Any, name: str, folder: Path, device: str) -> int:
    """The most bytes that a process of its own holds for a model, above what it held before."""
    context = multiprocessing.get_context("spawn")
    mine, other = context.Pipe(duplex=False)
    child = context.Process(target=side, args=(other, name, str(folder), device))
    child.start()
    other.close()
    told = 0
    with suppress(EOFError):
        told = mine.recv()
    child.join()
    return told


def ours_alone(answer: Any, name: str, folder: str, device: str) -> None:
    def work() -> None:
        memory.use(device)
        Ours(name, Path(folder)).latent(STEPS[0])

    answer.send(_above(work))


def theirs_alone(answer: Any, name: str, folder: str, device: str) -> None:
    answer.send(_above(lambda: Theirs(name, Path(folder), device).latent(STEPS[0])))


def _above(work: Any) -> int:
    """What it takes at most, by the system's own account."""
    quiet()
    peak.forget()
    before = peak.most()
    work()
    return peak.most() - before

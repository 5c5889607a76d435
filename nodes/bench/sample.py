"""Sampling against diffusers' own pipeline: seconds a step, here and there, and for a picture.

Both sides run in this process on the same weights, prompt and size, with guidance in one batch of
two, with DPM-Solver++(2M): ours as the workflow's `sample` node through check, run, events and
cache, theirs as a call of StableDiffusionPipeline with the scheduler in the model's folder. A step
is the slope between a short and a long run, so what either side does once a run (checks, encoding
a prompt, a schedule) does not count; `picture_seconds` has all of it. Runs take turns, and the
figures are medians. Threads stay as they are.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import diffusers
import torch
import transformers
from diffusers import StableDiffusionPipeline, UNet2DConditionModel

from nodes.catalogue import catalogue
from nodes.core.cache import Cache
from nodes.core.check import check
from nodes.core.run import Run
from nodes.core.workflow import parse
from nodes.diffusion import memory
from nodes.host import MODELS, Local
from nodes.store import DiskStore

STARTER = "starter"
LARGER = "larger"
STEPS = {STARTER: (4, 24), LARGER: (2, 8)}
ROUNDS = {STARTER: 15, LARGER: 7}
LARGER_UNET = {"block_out_channels": (96, 192, 288), "sample_size": 24}
PROMPT = "a red sailboat at sunset"
THINGS = ("house", "tree", "cat")
GUIDANCE = 4.0
GOALS = {"ratio": 1.0, "picture_seconds": 1.0, f"{LARGER}.ratio": 1.0}
Sampling = Callable[[int], None]


def measure() -> dict[str, Any]:
    """The figures of the starter model, and those of a larger one under `larger`."""
    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.disable_progress_bar()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _write_larger(folder / "models" / LARGER)
        ours = Ours(folder)
        figures = {name: _figures(ours, name) for name in STEPS}
        memory.release()
    return figures[STARTER] | {LARGER: figures[LARGER]}


class Ours:
    """Workflows run as the command `run` does, in a folder of their own.

    Every run has a new seed, so nothing that is measured is ever reused.
    """

    def __init__(self, folder: Path) -> None:
        self.host = Local(folder / "out", folder, [folder / "models", MODELS], folder / "data")
        self.host.outputs.make()
        self.nodes = catalogue()
        self.cache = Cache(store=DiskStore(self.host.scratch))
        self.seeds = count(1)

    def run(self, model: str, prompt: str, target: str, **values: Any) -> None:
        """Work out a node of the picture's workflow with the next seed."""
        document = _workflow(model, prompt, values | {"seed": next(self.seeds)})
        plan = check(parse(document), self.nodes, self.host)
        for _ in Run(plan, self.host, self.cache, [target]).events():
            pass


def _workflow(model: str, prompt: str, sampling: dict[str, Any]) -> dict[str, Any]:
    wires = {"model": "model.model", "positive": "prompt.conditioning", "latent": "blank.latent"}
    return {
        "format": "latentwire/1",
        "nodes": {
            "model": {"type": "load_model", "values": {"model": model}},
            "prompt": {
                "type": "encode_text",
                "values": {"text": prompt},
                "wires": {"text_encoder": "model.text_encoder"},
            },
            "blank": {"type": "empty_latent"},
            "sample": {"type": "sample", "values": sampling, "wires": wires},
            "decode": {
                "type": "vae_decode",
                "wires": {"vae": "model.vae", "latent": "sample.latent"},
            },
            "save": {"type": "save_image", "wires": {"image": "decode.image"}},
        },
    }


def _write_larger(folder: Path) -> None:
    """The starter with a wider U-Net of random weights and larger latents."""
    torch.manual_seed(0)
    pipe = _stock(MODELS / STARTER)
    pipe.unet = UNet2DConditionModel.from_config(dict(pipe.unet.config) | LARGER_UNET).eval()
    pipe.save_pretrained(folder)


def _stock(folder: Path) -> StableDiffusionPipeline:
    pipe = StableDiffusionPipeline.from_pretrained(
        folder, dtype=torch.float32, local_files_only=True
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe.to(memory.device())


def _figures(ours: Ours, model: str) -> dict[str, float]:
    here, there = _sides(ours, model)
    for side in (here, there):
        side(STEPS[model][0])  # loads the weights, and whatever else a first call sets up
    rounds = [_round(here, there, STEPS[model], turn) for turn in range(ROUNDS[model])]
    own, other = (median(column) for column in zip(*rounds, strict=True))
    return {
        "seconds_per_step": round(own, 6),
        "diffusers_seconds_per_step": round(other, 6),
        "ratio": round(own / other, 4),
        "picture_seconds": round(median(_pictures(ours, model)), 4),
    }


def _sides(ours: Ours, model: str) -> tuple[Sampling, Sampling]:
    """Ours and theirs: each samples in as many steps as it is told."""
    pipe = _stock(ours.host.find("model", model))
    size = pipe.unet.config.sample_size * pipe.vae_scale_factor

    def here(steps: int) -> None:
        ours.run(model, PROMPT, "sample", steps=steps, guidance=GUIDANCE, sampler="dpmpp_2m")

    def there(steps: int) -> None:
        pipe(
            PROMPT,
            height=size,
            width=size,
            num_inference_steps=steps,
            guidance_scale=GUIDANCE,
            generator=torch.Generator().manual_seed(next(ours.seeds)),
            output_type="latent",
        )

    return here, there


def _round(
    here: Sampling, there: Sampling, steps: tuple[int, int], turn: int
) -> tuple[float, float]:
    """Seconds a step of both sides, measured in turns; who begins changes from round to round."""
    sides = (here, there) if turn % 2 == 0 else (there, here)
    short, long = steps
    spent = {(side, count): _seconds(side, count) for count in steps for side in sides}
    own, other = (
        (spent[side, long] - spent[side, short]) / (long - short) for side in (here, there)
    )
    return own, other


def _seconds(side: Sampling, steps: int) -> float:
    began = perf_counter()
    side(steps)
    return perf_counter() - began


def _pictures(ours: Ours, model: str) -> Iterator[float]:
    """Seconds for a saved picture of the model's own number of steps, each of another prompt."""
    for thing in THINGS:
        began = perf_counter()
        ours.run(model, f"a yellow {thing}", "save")
        yield perf_counter() - began

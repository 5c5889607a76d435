"""Workflows with ControlNets in them, and tiny models of each family for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow

from nodes.catalogue import catalogue
from nodes.core.cache import Cache
from nodes.core.check import check
from nodes.core.problem import Problem, Problems
from nodes.core.run import Run
from nodes.core.workflow import parse
from nodes.host import Local
from tests import tiny, tiny_control, tiny_flux, tiny_sd3, tiny_xl
from tests.examples import node, workflow
from tests.lora_files import write_lora

MAKERS = {
    "sd1": lambda path: tiny.folder(path, "ddim"),
    "sd2": lambda path: tiny.folder(path, "ddim", second=True),
    "xl": tiny_xl.folder,
    "sd3": tiny_sd3.folder,
    "flux": tiny_flux.folder,
}
FAMILIES = {"sd1": "SD 1.x", "sd2": "SD 2.x", "xl": "SDXL", "sd3": "SD3", "flux": "FLUX.1"}


def write_models(folder: Path) -> Path:
    """A model and a ControlNet of each family, a LoRA and pictures."""
    for kind, make in MAKERS.items():
        make(folder / kind)
        tiny_control.single_file(folder / f"net-{kind}.safetensors", kind)
    tiny_control.folder(folder / "union", "flux_union")
    write_lora(folder / "loras" / "ink.safetensors")
    Pillow.effect_noise((64, 64), 90).convert("RGB").save(folder / "noise.png")
    return folder


def document(model: str = "sd1", net: str | None = None, **applied: Any) -> dict[str, Any]:
    vae = {"vae": "@model.vae"} if (net or model) in ("sd3", "flux", "union") else {}
    name = net if net in ("union",) else f"net-{net or model}"
    return workflow(
        model=node("load_model", model=model),
        net=node("load_controlnet", controlnet=name),
        photo=node("load_image", image="noise.png"),
        steered=node(
            "apply_controlnet",
            **(
                {
                    "model": "@model.model",
                    "controlnet": "@net.controlnet",
                    "image": "@photo.image",
                }
                | vae
                | applied
            ),
        ),
        prompt=node("encode_text", text="a boat", text_encoder="@model.text_encoder"),
        blank=node("empty_latent", width=64, height=64),
        sample=node(
            "sample",
            model="@steered.model",
            positive="@prompt.conditioning",
            latent="@blank.latent",
            seed=7,
            steps=3,
            sampler="euler",
            schedule="normal",
            guidance=4.0,
        ),
    )


def host_of(models: Path, place: Path) -> Local:
    return Local(place / "out", models, [models], data=place / "data")


def planned(models: Path, place: Path, document: dict[str, Any]) -> Any:
    return check(parse(document), catalogue(), host_of(models, place))


def refused(models: Path, place: Path, document: dict[str, Any]) -> Problem:
    with pytest.raises((Problem, Problems)) as error:
        planned(models, place, document)
    found: Problem = getattr(error.value, "problems", [error.value])[0]
    return found


def ran(models: Path, place: Path, document: dict[str, Any], wanted: str = "sample") -> Any:
    """The values of the latent that a node gives."""
    cache = Cache()
    run = Run(planned(models, place, document), host_of(models, place), cache, [wanted])
    list(run.events())
    entry = cache.get(run.keys[wanted])
    assert entry
    return entry.outputs[0].values

"""The node load_lora through the front door: what does not fit is refused before weights load."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from nodes.catalogue import catalogue
from nodes.core.cache import Cache
from nodes.core.check import check
from nodes.core.events import Notice
from nodes.core.facts import ModelFacts, TextFacts
from nodes.core.problem import Problem, Problems
from nodes.core.run import Run
from nodes.core.workflow import parse
from nodes.diffusion.lora_family import suit
from nodes.diffusion.lora_file import read_lora
from nodes.host import Local
from tests.lora_files import write_models


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> Path:
    return write_models(tmp_path_factory.mktemp("models"))


def test_layers_the_model_has_not_are_left_out_and_told(models, tmp_path):
    state = load_file(models / "loras" / "ink.safetensors")
    down, up = (next(n for n in state if f"lora_{side}" in n) for side in "AB")
    state["unet.nowhere.lora_A.weight"] = state[down].clone()
    state["unet.nowhere.lora_B.weight"] = state[up].clone()
    save_file(state, models / "loras" / "more.safetensors")
    said = [event for event in run(models, tmp_path, "loras/more") if isinstance(event, Notice)]
    assert [(event.node, "unet nowhere" in event.message) for event in said] == [("lora", True)]


def workflow(lora: str) -> dict[str, Any]:
    wires = {"model": "model.model", "text_encoder": "model.text_encoder"}
    return {
        "format": "latentwire/1",
        "nodes": {
            "model": {"type": "load_model", "values": {"model": "tiny"}},
            "lora": {"type": "load_lora", "values": {"lora": lora}, "wires": wires},
        },
    }


def run(models: Path, place: Path, lora: str) -> list[Any]:
    host = Local(place / "out", place, [models], place / "data")
    plan = check(parse(workflow(lora)), catalogue(), host)
    return list(Run(plan, host, Cache(), ["lora"]).events())


def refused(models: Path, place: Path, lora: str) -> str:
    """The one problem of a run with this LoRA, which is told of its input."""
    with pytest.raises((Problem, Problems)) as error:
        run(models, place, lora)
    problem = getattr(error.value, "problems", [error.value])[0]
    assert (problem.node, problem.port) == ("lora", "lora")
    return str(problem.message)


def save_pair(path: Path, layer: str, down: tuple[int, ...], up: tuple[int, ...]) -> None:
    save_file(
        {f"{layer}.lora_A.weight": torch.ones(down), f"{layer}.lora_B.weight": torch.ones(up)}, path
    )


QUERY = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q"
PAIRS = {
    "wide": (
        QUERY,
        (4, 640),
        (640, 4),
        "to_q is 640 x 640, that of this model (SD 1.x) is 32 x 32; 0 of its 1 layers there fit",
    ),
    "strange": (
        "unet.middle.q",
        (4, 32),
        (32, 4),
        "of the 1 layers it changes none is in this model (SD 1.x, unet and",
    ),
    "flux": (
        "transformer.blocks.0.q",
        (4, 32),
        (32, 4),
        "made for another family: it changes trans",
    ),
    "sdxl": (
        QUERY.replace("attn1.to_q", "attn2.to_k"),
        (4, 2048),
        (32, 4),
        "made for another family (SDXL): it reads text 2,048 wide",
    ),
    "torn": (QUERY, (4, 32), (32, 8), "do not go together"),
    "none": ("a.b", (4, 32), (32, 4), "is no LoRA: its tensors start with a (2)"),
}


@pytest.mark.parametrize("name", PAIRS)
def test_what_does_not_fit_is_refused_with_both_sides(models, tmp_path, name):
    layer, down, up, sentence = PAIRS[name]
    save_pair(models / f"{name}.safetensors", layer, down, up)
    assert sentence in refused(models, tmp_path, name)


def test_other_methods_pickles_folders_and_unknown_names_are_refused(models, tmp_path):
    state = load_file(models / "loras" / "ink.safetensors")
    save_file(state | {f"{QUERY}.dora_scale": torch.ones(32)}, models / "dora.safetensors")
    (models / "old.pt").write_bytes(b"PK\x03\x04" + bytes(64))
    assert "is a DoRA" in refused(models, tmp_path, "dora")
    assert "is a pickle file" in refused(models, tmp_path, "old")
    assert "is a folder" in refused(models, tmp_path, "tiny")
    assert "there is no" in refused(models, tmp_path, "loras/inc")


def test_facts_pass_through_and_an_unknown_model_refuses_nothing(models):
    file = read_lora(models / "loras" / "ink.safetensors")
    suit(file, ModelFacts())
    known = ModelFacts("SD 1.x", text_width=32)
    suit(file, known)
    with pytest.raises(Problem, match="reads text 32 wide"):
        suit(file, replace(known, text_width=768))
    rule = catalogue()["load_lora"].rule
    host = Local(models / "out", models, [models], models / "data")
    assert rule and rule(known, TextFacts("SD 1.x", 32), "loras/ink", host) == (
        known,
        TextFacts("SD 1.x", 32),
    )

"""ControlNets through the front door: what does not go together is refused before a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from nodes.catalogue import catalogue
from nodes.core.facts import ControlNetFacts, ImageFacts, ModelFacts, VaeFacts
from nodes.core.problem import Problem
from nodes.core.workflow import Source
from nodes.diffusion import memory
from server.worker.models import about
from tests import tiny_control
from tests.control_documents import FAMILIES, document, planned, ran, refused, write_models
from tests.examples import node, open_loop, workflow


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> Path:
    return write_models(tmp_path_factory.mktemp("models"))


def opened(**told: Any) -> dict[str, Any]:
    """The sampler of `document` taken apart, with a ControlNet for the second half of the run."""
    made, loop = document(start=0.3), open_loop("sd1", "euler", seed=7, steps=3)
    body = loop["nodes"]["loop"]["body"]
    wired = {name: f"@{source}" for name, source in body["nodes"]["unet"]["wires"].items()}
    body["nodes"]["unet"] = node("unet_denoise", **wired, **told)
    for step in ("schedule", "noise", "loop"):
        loop["nodes"][step]["wires"]["model"] = "steered.model"
    loop["nodes"]["prompt"] = made["nodes"]["prompt"]
    return workflow(**(made["nodes"] | loop["nodes"]))


@pytest.mark.parametrize("kind", FAMILIES)
def test_a_control_net_steers_and_is_of_a_known_family(models, tmp_path, kind):
    document_ = document(kind)
    plan = planned(models, tmp_path, document_)
    facts: Any = plan.facts[Source("net", "controlnet")]
    assert (facts.family, facts.encodes) == (FAMILIES[kind], kind in ("sd3", "flux"))
    assert about(models / f"net-{kind}.safetensors") == ("controlnet", FAMILIES[kind], None)
    steered, plain = (ran(models, tmp_path, document(kind, strength=s)) for s in (1.0, 0.0))
    assert steered.shape == plain.shape and not torch.allclose(steered, plain, atol=0.01)


PAIRS = [(model, net) for model in FAMILIES for net in FAMILIES if model != net]


@pytest.mark.parametrize("model, net", PAIRS)
def test_another_family_is_refused_with_both_sides(models, tmp_path, model, net):
    problem = refused(models, tmp_path, document(model, net))
    told = f"was made for {FAMILIES[net]}, the model is {FAMILIES[model]}: "
    assert (problem.node, problem.port) == ("steered", "controlnet")
    assert problem.message == told + "use one that was made for it"


def test_what_a_control_net_cannot_do_is_refused_before_anything_loads(models, tmp_path):
    def told(document: dict[str, Any]) -> tuple[str | None, str]:
        problem = refused(models, tmp_path, document)
        return problem.port, problem.message

    port, message = told(document("sd3", vae=None))
    assert port == "vae" and message.startswith("is needed: ControlNets of SD3 are shown latents")
    assert told(document(start=0.5, end=0.5)) == (
        "end",
        "is 0.5, the start is 0.5: it ends after it begins",
    )
    port, message = told(document("flux", "union", mode=3))
    assert port == "mode" and "is made for 3 kinds of pictures" in message
    several = document()
    several["nodes"]["photo"] = node("solid_image", width=64, height=64, batch=2)
    port, message = told(several)
    assert (port, message) == (
        "model",
        "is controlled by 2 pictures, the latent has 1: give as many, or one for all",
    )


def test_files_that_are_no_control_net_or_of_a_kind_not_known_say_so(models, tmp_path):
    def told(change: Any) -> str:
        document_ = document()
        document_["nodes"]["net"]["values"]["controlnet"] = change
        problem = refused(models, tmp_path, document_)
        assert (problem.node, problem.port) == ("net", "controlnet")
        return problem.message

    assert "has no config.json, so it is no ControlNet" in told("sd1")
    assert "is no ControlNet: its tensors start with unet (64)" in told("loras/ink")
    tiny_control.folder(models / "pooled", "sd1")
    config = models / "pooled" / "config.json"
    text = config.read_text()
    config.write_text(
        text.replace('"global_pool_conditions": false', '"global_pool_conditions": true')
    )
    assert "it pools globally" in told("pooled")
    config.write_text(text.replace("ControlNetModel", "ControlNetUnionModel"))
    assert "is a ControlNetUnionModel; the ControlNets that are known are of" in told("pooled")
    kind, family, why = about(models / "pooled")
    assert (kind, family) == ("controlnet", None) and why and "ControlNetUnionModel" in why
    opened_ = document("net-sd1")
    problem = refused(models, tmp_path, opened_)
    assert problem.port == "model" and "is a ControlNet: open it with load_controlnet" in str(
        problem.message
    )


def test_sizes_of_one_family_are_told_apart_before_a_run():
    rule = catalogue()["apply_controlnet"].rule
    assert rule

    def told(model: ModelFacts, net: ControlNetFacts, vae: VaeFacts | None = None) -> str:
        with pytest.raises(Problem) as caught:
            rule(model, net, ImageFacts(), 1.0, 0.0, 1.0, vae, 0)
        return str(caught.value.message)

    model = ModelFacts("SD 1.x", text_width=768, widths=(320, 640))
    net = ControlNetFacts("SD 1.x", 768, 0, (320, 640), False, 0)
    assert rule(model, net, ImageFacts(64, 64, 2), 1.0, 0.0, 0.5, None, 0).controls == ((0.0, 0.5),)
    assert rule(None, None, None, 1.0, 0.0, 1.0, None, 0).controls == ((0.0, 1.0),)
    narrow = ControlNetFacts("SD 1.x", 32, 0, (320, 640), False, 0)
    assert told(model, narrow).endswith("reads text 32 wide (SD 1.x), this one reads 768")
    other = ControlNetFacts("SD 1.x", 768, 0, (320, 320), False, 0)
    assert told(model, other).endswith("320, 320 wide, those of this one are 320, 640")
    sees = ControlNetFacts("SD3", encodes=True)
    space = ModelFacts("SD3", space="SD3")
    assert told(space, sees, VaeFacts("SDXL")) == "is in the space SDXL, the model works in SD3"


def test_the_open_loop_gives_the_same_bits_and_asks_where_it_is(models, tmp_path):
    whole = ran(models, tmp_path, document(start=0.3))
    apart = opened(index="@in.index", steps=3)
    assert torch.equal(ran(models, tmp_path, apart, "loop"), whole)
    with pytest.raises(Problem, match="a ControlNet here begins late or ends early") as caught:
        ran(models, tmp_path, opened(), "loop")
    assert caught.value.port == "index"


def test_a_lora_and_a_control_net_lie_over_one_model_in_either_order(models, tmp_path):
    lora = node(
        "load_lora",
        lora="loras/ink",
        model="@model.model",
        text_encoder="@model.text_encoder",
    )
    first = document()
    first["nodes"]["lora"] = lora
    first["nodes"]["steered"]["wires"]["model"] = "lora.model"
    then = document()
    then["nodes"]["lora"] = node(
        "load_lora",
        lora="loras/ink",
        model="@steered.model",
        text_encoder="@model.text_encoder",
    )
    then["nodes"]["sample"]["wires"]["model"] = "lora.model"
    one, other = ran(models, tmp_path, first), ran(models, tmp_path, then)
    assert torch.equal(one, other)
    assert not torch.equal(one, ran(models, tmp_path, document()))


def test_a_picture_of_another_size_is_stretched(models, tmp_path):
    small = document()
    small["nodes"]["blank"] = node("empty_latent", width=96, height=32)
    assert ran(models, tmp_path, small).shape == (1, 4, 4, 12)


def test_with_little_room_for_weights_the_bits_are_the_same(models, tmp_path):
    whole = ran(models, tmp_path, document())
    file = models / "net-sd1.safetensors"
    try:
        memory.use("cpu", budget=int(file.stat().st_size * 1.2))
        assert torch.equal(ran(models, tmp_path, document()), whole)
        assert memory.resident() <= file.stat().st_size * 1.2
    finally:
        memory.use("cpu")


def test_a_control_net_of_other_sizes_in_a_file_that_lacks_some_is_told(models, tmp_path):
    state = load_file(models / "net-sd1.safetensors")
    state.pop("controlnet_mid_block.weight")
    save_file(state, models / "torn.safetensors")
    torn = document()
    torn["nodes"]["net"]["values"]["controlnet"] = "torn"
    with pytest.raises(Problem, match="do not fit its controlnet: they lack controlnet_mid_block"):
        ran(models, tmp_path, torn)

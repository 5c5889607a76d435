"""All families beside one another: one workflow for all, and what of one goes with another."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nodes.catalogue import catalogue
from nodes.core.cache import Cache
from nodes.core.check import check
from nodes.core.problem import Problems
from nodes.core.run import Run
from nodes.core.types import LatentSpace
from nodes.core.workflow import parse
from nodes.diffusion.families import FAMILIES
from nodes.diffusion.header import read_header
from nodes.diffusion.recognise import recognise
from nodes.host import Local
from tests import zoo
from tests.examples import node, workflow

NODES = catalogue()
PAIRS = [pair for pair in product(zoo.MODELS, repeat=2) if pair[0] != pair[1]]


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return zoo.write(tmp_path_factory.mktemp("models"))


@pytest.fixture
def host(models, tmp_path):
    return Local(tmp_path / "out", tmp_path, [models], data=tmp_path / "data")


def from_words(model: str, **other: str) -> dict[str, Any]:
    """The six nodes of a picture; `text`, `vae` or `latent` comes from another model."""
    names = {"text": model, "vae": model} | other
    nodes = {f"m_{name}": node("load_model", model=name) for name in {model, *names.values()}} | {
        "prompt": node(
            "encode_text", text="a red sailboat", text_encoder=f"@m_{names['text']}.text_encoder"
        ),
        "blank": node("empty_latent", width=64, height=64),
        "sample": node(
            "sample",
            steps=2,
            seed=7,
            model=f"@m_{model}.model",
            positive="@prompt.conditioning",
            latent="@blank.latent",
        ),
        "decode": node("vae_decode", vae=f"@m_{names['vae']}.vae", latent="@sample.latent"),
        "save": node("save_image", image="@decode.image"),
    }
    return workflow(**nodes)


def ran(host: Local, document: dict[str, Any]) -> Any:
    """The picture that a workflow saves."""
    plan = check(parse(document), NODES, host)
    list(Run(plan, host, Cache(), ["save"]).events())
    [path] = host.outputs.folder.rglob("*.png")
    pixels = np.asarray(Image.open(path))
    path.unlink()
    return pixels


def refusal(host: Local, document: dict[str, Any]) -> str | None:
    """What a check says of a workflow, on one line, None where it lets it pass."""
    try:
        check(parse(document), NODES, host)
    except Problems as error:
        return "; ".join(f"{p.node}.{p.port} {p.message}" for p in error.problems)
    return None


def space_of(path: Path) -> LatentSpace:
    space = recognise(path).space
    assert space
    return space


def numbers(space: LatentSpace) -> tuple[Any, ...]:
    """What tells spaces apart; a codebook is another space than KL's of the same numbers."""
    quantised = space.name.startswith("vq ")
    return (
        quantised,
        space.channels,
        space.factor,
        space.scale,
        space.shift,
        space.mean,
        space.std,
    )


def test_every_family_that_is_known_is_here():
    assert set(zoo.FAMILY.values()) == set(FAMILIES)


@pytest.mark.parametrize("name", zoo.MODELS)
def test_the_same_workflow_makes_a_picture_with_every_family(host, name):
    pixels = ran(host, from_words(name))
    assert pixels.shape == (64, 64, 3) and pixels.std() > 1


@pytest.mark.parametrize("name", zoo.MODELS)
def test_what_a_folder_holds_is_told_by_its_family(models, name):
    assert recognise(models / name).family.name == zoo.FAMILY[name]


@pytest.mark.parametrize(("model", "other"), PAIRS)
def test_prompts_go_with_models_of_their_own_family_only(host, model, other):
    theirs, ours = zoo.FAMILY[other], zoo.FAMILY[model]
    document = from_words(model, text=other)
    if theirs == ours:
        assert ran(host, document).shape == (64, 64, 3)
        return
    told = refusal(host, document)
    assert told and told.startswith("sample.positive is written for") and ours in told
    assert theirs in told


@pytest.mark.parametrize(("model", "other"), PAIRS)
def test_autoencoders_go_with_latents_of_their_own_space_only(host, models, model, other):
    ours, theirs = (space_of(models / name) for name in (model, other))
    document = from_words(model, vae=other)
    if numbers(ours) == numbers(theirs):
        assert ran(host, document).shape == (64, 64, 3)
        return
    told = refusal(host, document)
    assert told and told.startswith("decode.latent is in the space")
    assert ours.name in told and theirs.name in told and ours.name != theirs.name


@pytest.mark.parametrize(("model", "other"), PAIRS)
def test_pictures_in_the_space_of_another_model_are_not_sampled(host, models, model, other):
    ours, theirs = (space_of(models / name) for name in (model, other))
    document = from_words(model, latent=other)
    document["nodes"] |= {
        "colour": node("solid_image", width=64, height=64),
        "encode": node("vae_encode", image="@colour.image", vae=f"@m_{other}.vae"),
    }
    document["nodes"]["sample"]["wires"]["latent"] = "encode.latent"
    told = refusal(host, document)
    if ours.name == theirs.name:
        assert told is None
        return
    assert told and told.startswith("sample.latent is in the space")
    assert ours.name in told and theirs.name in told


def with_lora(model: str, other: str) -> dict[str, Any]:
    document = from_words(model)
    document["nodes"]["lora"] = node(
        "load_lora",
        lora=f"lora-{other}",
        model=f"@m_{model}.model",
        text_encoder=f"@m_{model}.text_encoder",
    )
    document["nodes"]["sample"]["wires"]["model"] = "lora.model"
    return document


def layers(path: Path, kind: str) -> dict[str, tuple[int, ...]]:
    """The shapes of the layers that a LoRA changes, by its own header or by a denoiser's."""
    if kind == "lora":
        pairs = read_header(path.with_name(f"lora-{path.name}.safetensors")).tensors
        halves = {name.partition(".lora_")[0] for name in pairs}
        return {
            name: (pairs[f"{name}.lora_B.weight"].shape[0], pairs[f"{name}.lora_A.weight"].shape[1])
            for name in halves
        }
    part = next(p for p in ("unet", "transformer") if (path / p).is_dir())
    weights = read_header(path / part / "diffusion_pytorch_model.safetensors").tensors
    return {f"{part}.{n.removesuffix('.weight')}": weights[n].shape for n in weights}


@pytest.mark.parametrize("name", zoo.MODELS)
def test_a_lora_changes_the_picture_of_the_model_it_is_for(host, name):
    plain, changed = ran(host, from_words(name)), ran(host, with_lora(name, name))
    assert changed.shape == plain.shape and not np.array_equal(changed, plain)


@pytest.mark.parametrize(("model", "other"), PAIRS)
def test_a_lora_that_does_not_fit_is_refused_with_both_sides(host, models, model, other):
    ours, theirs = layers(models / model, "model"), layers(models / other, "lora")
    told = refusal(host, with_lora(model, other))
    if theirs.items() <= ours.items():
        assert told is None and ran(host, with_lora(model, other)).shape == (64, 64, 3)
        return
    assert told and told.startswith(f"lora.lora lora-{other}.safetensors was made for another")
    assert zoo.FAMILY[model] in told

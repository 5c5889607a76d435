"""Models put together from parts that lie by themselves."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from safetensors.torch import load_file, save_file

from nodes.catalogue import catalogue
from nodes.core.cache import Cache
from nodes.core.check import check
from nodes.core.problem import Problems
from nodes.core.run import Run
from nodes.core.workflow import parse
from nodes.host import Local
from tests import tiny_t5, tiny_xl
from tests.examples import node, workflow

LOADERS = {
    "model": node("load_denoiser", model="unet"),
    "text": node("load_text_encoder", first="clip_l", second="clip_g", family="SDXL"),
    "vae": node("load_vae", vae="xl_vae", space="SDXL"),
}


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """An SDXL, `xl`, and its parts: `unet` and `second` in folders, the others in files."""
    folder = tmp_path_factory.mktemp("models")
    whole = tiny_xl.folder(folder / "xl")
    shutil.copytree(whole / "unet", folder / "unet")
    for part, name in {"text_encoder": "clip_l", "text_encoder_2": "clip_g"}.items():
        shutil.copy(whole / part / "model.safetensors", folder / f"{name}.safetensors")
    shutil.copy(whole / "vae/diffusion_pytorch_model.safetensors", folder / "xl_vae.safetensors")
    shutil.copytree(whole / "text_encoder_2", folder / "second")
    shared = {k: v for k, v in tiny_t5.encoder().state_dict().items() if "embed_tokens" not in k}
    save_file(shared, folder / "t5.safetensors")
    return folder


def document(loaders: dict[str, Any], text: str = "text", vae: str = "vae") -> dict[str, Any]:
    return workflow(
        **loaders,
        prompt=node("encode_text", text="a red sailboat", text_encoder=f"@{text}.text_encoder"),
        blank=node("empty_latent", width=16, height=16),
        sample=node(
            "sample",
            steps=2,
            seed=3,
            model="@model.model",
            positive="@prompt.conditioning",
            latent="@blank.latent",
        ),
        decode=node("vae_decode", vae=f"@{vae}.vae", latent="@sample.latent"),
        save=node("save_image", image="@decode.image"),
    )


def planned(models: Path, place: Path, given: dict[str, Any]) -> tuple[Any, Local]:
    host = Local(place / "out", place, [models], data=place / "data")
    return check(parse(given), catalogue(), host), host


def picture(models: Path, place: Path, given: dict[str, Any]) -> Any:
    plan, host = planned(models, place, given)
    list(Run(plan, host, Cache(), ["save"]).events())
    saved = next((place / "out").rglob("*.png"))
    return np.asarray(Image.open(saved))


def refused(models: Path, place: Path, **changed: Any) -> str:
    """The one problem that a check of the parts has, once these loaders are others."""
    with pytest.raises(Problems) as error:
        planned(models, place, document(LOADERS | changed))
    [problem] = error.value.problems
    return f"{problem.node}.{problem.port} {problem.message}"


def test_a_model_of_parts_makes_the_picture_of_the_whole(models, tmp_path):
    whole = document({"model": node("load_model", model="xl")}, "model", "model")
    wanted = picture(models, tmp_path / "whole", whole)
    assert np.array_equal(picture(models, tmp_path / "parts", document(LOADERS)), wanted)
    folder = node("load_text_encoder", first="clip_l", second="second")
    folder["values"]["family"] = "SDXL"
    mixed = document(LOADERS | {"text": folder})
    assert np.array_equal(picture(models, tmp_path / "mixed", mixed), wanted)


def test_a_part_of_a_whole_model_stands_for_itself(models, tmp_path):
    text = node("load_text_encoder", first="xl")
    vae = node("load_vae", vae="xl")
    given = document(LOADERS | {"text": text, "vae": vae})
    whole = document({"model": node("load_model", model="xl")}, "model", "model")
    wanted = picture(models, tmp_path / "whole", whole)
    assert np.array_equal(picture(models, tmp_path / "parts", given), wanted)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"first": "clip_l", "family": "SDXL"},
            "text.second is needed: SDXL reads CLIP and CLIP",
        ),
        (
            {"first": "clip_l", "second": "t5", "family": "SDXL"},
            "text.second is t5.safetensors, a T5 text encoder: SDXL reads CLIP and CLIP, "
            "in this order",
        ),
        (
            {"first": "clip_l", "second": "clip_l", "family": "SDXL"},
            "text.second is clip_l.safetensors, which lacks its text_projection: SDXL "
            "reads what it gives",
        ),
        (
            {"first": "clip_l", "second": "clip_g", "family": "SD 1.x"},
            "text.second is one too many: SD 1.x reads 1 text encoder",
        ),
        (
            {"first": "clip_l"},
            "text.family is auto, but clip_l is not a whole model: choose the family that reads it",
        ),
        (
            {"first": "xl_vae", "family": "SD 1.x"},
            "text.first is xl_vae.safetensors, no text encoder by itself: SD 1.x reads CLIP,"
            " in this order",
        ),
    ],
)
def test_text_encoders_that_do_not_make_a_family_are_refused(models, tmp_path, values, sentence):
    assert refused(models, tmp_path, text=node("load_text_encoder", **values)) == sentence


def test_text_encoders_of_another_family_are_refused_with_both_sides(models, tmp_path):
    text = node("load_text_encoder", first="clip_l", family="SD 1.x")
    told = "sample.positive is written for SD 1.x, the model is SDXL"
    assert refused(models, tmp_path, text=text).startswith(told)


def test_a_lone_autoencoder_is_of_the_space_that_is_chosen(models, tmp_path):
    told = refused(models, tmp_path, vae=node("load_vae", vae="xl_vae"))
    spaces = "SDXL, this autoencoder reads SD 1.x"
    assert told.startswith("decode.latent is in the space") and spaces in told
    other = refused(models, tmp_path, vae=node("load_vae", vae="xl_vae", space="FLUX.1"))
    assert other == ("vae.space is FLUX.1, of 16 channels; the autoencoder in xl_vae has 4")


def test_what_a_file_lacks_is_said_with_the_node_for_what_it_has(models, tmp_path):
    given = document({"model": node("load_model", model="unet")}, "model", "model")
    with pytest.raises(Problems) as error:
        planned(models, tmp_path, given)
    told = "unet has no text encoder and no autoencoder in it: open it with load_denoiser"
    assert [problem.message for problem in error.value.problems] == [told]


def test_a_denoiser_is_asked_of_a_file_that_has_one(models, tmp_path):
    model = node("load_denoiser", model="xl_vae")
    assert refused(models, tmp_path, model=model) == "model.model xl_vae has no denoiser in it"


def test_a_part_cut_short_is_told_before_anything_runs(models, tmp_path):
    state = load_file(models / "clip_l.safetensors")
    save_file(state, models / "cut.safetensors")
    whole = (models / "cut.safetensors").read_bytes()
    (models / "cut.safetensors").write_bytes(whole[:-100])
    text = node("load_text_encoder", first="cut", second="clip_g", family="SDXL")
    assert "cut.safetensors is cut short" in refused(models, tmp_path, text=text)

"""Model files and pictures that are missing, broken or do not fit: refused before a run."""

import json
import shutil

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from tests import tiny
from tests.examples import node, picture, workflow
from tests.test_bad_input import refused


@pytest.fixture
def shelf(terminal):
    """A further model folder, to put what is broken in."""
    folder = terminal.folder / "models"
    folder.mkdir()
    return folder


def refusal(terminal, shelf, name, port="model.model"):
    (problem,) = refused(terminal, picture(name), "--models", shelf)
    place, _, sentence = problem.partition(": ")
    assert place == port
    return sentence


def test_a_missing_model_is_refused_with_the_nearest_name(terminal, shelf):
    sentence = refusal(terminal, shelf, "epsilno")
    assert sentence == 'there is no model "epsilno", did you mean epsilon?'


def test_a_missing_path_is_refused(terminal, shelf):
    assert refusal(terminal, shelf, str(shelf / "x")) == f"{shelf / 'x'} does not exist"


def test_a_path_outside_every_model_folder_is_refused(terminal, shelf):
    assert "/etc/passwd is not under a model folder" in refusal(terminal, shelf, "/etc/passwd")


def test_a_name_that_climbs_out_of_its_folder_is_refused(terminal, shelf):
    assert refusal(terminal, shelf, "../x") == 'is "../x", a name may not leave its folder'


@pytest.mark.parametrize("part", [1000, 1_000_000])
def test_a_truncated_file_is_refused(terminal, shelf, models, part):
    whole = (models / "single.safetensors").read_bytes()
    (shelf / "cut.safetensors").write_bytes(whole[:part])
    assert "cut.safetensors is cut short: " in refusal(terminal, shelf, "cut")


def test_truncated_weights_in_a_folder_are_refused(terminal, shelf, models):
    shutil.copytree(models / "epsilon", shelf / "cut")
    weights = shelf / "cut" / "unet" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100_000])
    assert "is cut short: " in refusal(terminal, shelf, "cut")


def test_missing_weights_in_a_folder_are_refused(terminal, shelf, models):
    shutil.copytree(models / "epsilon", shelf / "less")
    (shelf / "less" / "vae" / "diffusion_pytorch_model.safetensors").unlink()
    assert "vae holds no safetensors weights" in refusal(terminal, shelf, "less")


def test_a_file_of_another_format_is_refused(terminal, shelf):
    (shelf / "text.safetensors").write_text("once upon a time, " * 10)
    assert "text.safetensors is not a safetensors file" in refusal(terminal, shelf, "text")


def test_a_file_of_no_known_family_is_refused_with_what_was_seen(terminal, shelf):
    save_file({"llama.a": torch.zeros(1), "llama.b": torch.zeros(1)}, shelf / "odd.safetensors")
    sentence = refusal(terminal, shelf, "odd")
    assert "odd.safetensors is of no known family (SD 1.x" in sentence
    assert "llama (2)" in sentence


@pytest.mark.parametrize("ending", ["ckpt", "pt", "safetensors"])
def test_a_pickle_is_refused_with_the_way_to_convert(terminal, shelf, ending):
    torch.save({"a": torch.zeros(1)}, shelf / f"old.{ending}")
    sentence = refusal(terminal, shelf, "old")
    assert f"old.{ending} is a pickle file" in sentence
    assert f"python3 main.py models convert old.{ending}" in sentence


@pytest.fixture(scope="module")
def wide(tmp_path_factory):
    """A model folder with a model of another family, whose autoencoder is another too."""
    folder = tmp_path_factory.mktemp("wide")
    tiny.folder(folder / "wide", scaling_factor=0.5, second=True)
    return folder


@pytest.mark.parametrize(
    ("inside", "wired", "sentence"),
    [
        ("prompt", "text_encoder", "sample.positive: is written for SD 2.x, the model is SD 1.x"),
        ("decode", "vae", "decode.latent: is in the space "),
    ],
)
def test_parts_of_models_that_do_not_fit_are_refused(terminal, wide, inside, wired, sentence):
    mixed = picture()
    mixed["nodes"]["other"] = node("load_model", model="wide")
    mixed["nodes"][inside]["wires"][wired] = f"other.{wired}"
    (problem,) = refused(terminal, mixed, "--models", wide)
    assert problem.startswith(sentence)


def test_text_of_another_width_is_refused(terminal, shelf, models):
    shutil.copytree(models / "epsilon", shelf / "slim")
    config = shelf / "slim" / "text_encoder" / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"hidden_size": 16}))
    mixed = picture()
    mixed["nodes"]["other"] = node("load_model", model="slim")
    mixed["nodes"]["prompt"]["wires"]["text_encoder"] = "other.text_encoder"
    (problem,) = refused(terminal, mixed, "--models", shelf)
    assert problem.startswith("sample.positive: is 16 wide (written for SD 1.x), the model")


def test_an_encoded_picture_does_not_fit_a_model_of_another_space(terminal, wide):
    Image.new("RGB", (64, 64)).save(terminal.folder / "photo.png")
    mixed = picture()
    mixed["nodes"] |= {
        "other": node("load_vae", vae="wide"),
        "photo": node("load_image", image="photo.png"),
        "blank": node("vae_encode", vae="@other.vae", image="@photo.image"),
    }
    (problem,) = refused(terminal, mixed, "--models", wide)
    assert problem.startswith("sample.latent: is in the space ")


def test_a_blank_latent_cannot_be_decoded(terminal):
    skipped = picture()
    skipped["nodes"]["decode"]["wires"]["latent"] = "blank.latent"
    (problem,) = refused(terminal, skipped)
    assert problem.startswith("decode.latent: is blank")


PICTURES = {
    "missing.png": 'there is no picture "missing.png" beside the workflow',
    "broken.png": "broken.png is no picture that can be read (PNG, JPEG, WEBP)",
    "cut.png": "cut.png is no picture that can be read (PNG, JPEG, WEBP)",
    "wide.png": "wide.png is 20000 × 1 pixels, the limit is 16384 a side",
    "huge.png": "huge.png is 16000 × 16000 pixels, the limit is 16384 a side and 128 million",
    "moving.gif": "moving.gif is no picture that can be read (PNG, JPEG, WEBP)",
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_that_cannot_be_read_is_refused(terminal, name):
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    folder = terminal.folder
    (folder / "broken.png").write_text("no picture")
    Image.fromarray(noise).save(folder / "cut.png")
    (folder / "cut.png").write_bytes((folder / "cut.png").read_bytes()[:20])
    Image.new("1", (20000, 1)).save(folder / "wide.png")
    Image.new("1", (16000, 16000)).save(folder / "huge.png")
    Image.new("RGB", (8, 8)).save(folder / "moving.gif")
    opened = workflow(a=node("load_image", image=name), b=node("save_image", image="@a.image"))
    (problem,) = refused(terminal, opened)
    assert problem.startswith(f"a.image: {PICTURES[name]}")


def test_a_picture_without_a_workflow_is_refused(terminal):
    Image.new("RGB", (8, 8)).save(terminal.folder / "plain.png")
    (problem,) = refused(terminal, terminal.folder / "plain.png")
    assert problem == "plain.png holds no workflow: only pictures made by Latentwire do"

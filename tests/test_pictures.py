"""A saved picture carries its workflow, and a line that other tools read."""

import json

import numpy as np
import pytest
from PIL import Image

from tests.examples import node, picture, workflow

SPOIL = '''
import torch

from nodes.core import Image, node


@node
def spoil(image: Image) -> Image:
    """Values that are no numbers, and some beyond black and white."""
    values = image.values.clone()
    values[0, :2, 0, 0] = torch.nan
    values[0, 0, 0, 1], values[0, 0, 1, 0] = torch.inf, -torch.inf
    return Image(values)
'''


def opened(path):
    with Image.open(path) as image:
        return np.asarray(image), dict(image.info)


def line(terminal, document):
    """The `parameters` of the first picture."""
    return opened(terminal.json(document).pictures[0])[1]["parameters"]


def test_a_picture_run_again_gives_the_same_pixels(terminal, monkeypatch):
    first = terminal.json(picture(), "--set", "prompt.text=a blue house", "--set", "sample.seed=3")
    (path,) = first.pictures
    again = terminal.json(path, "--out", str(terminal.folder / "again"))
    assert "sample" in again.reused
    monkeypatch.setenv("LATENTWIRE_DATA", str(terminal.folder / "elsewhere"))
    fresh = terminal.json(path, "--out", str(terminal.folder / "fresh"))
    assert fresh.reused == set()
    pixels, text = opened(path)
    for other in (*again.pictures, *fresh.pictures):
        assert np.array_equal(opened(other)[0], pixels)
    assert json.loads(text["latentwire"])["nodes"]["prompt"]["values"]["text"] == "a blue house"


def test_the_parameters_line_is_in_the_form_other_tools_read(terminal):
    drawn = picture(text="a red sailboat")
    drawn["nodes"]["no"] = node("encode_text", text="fog", text_encoder="@model.text_encoder")
    drawn["nodes"]["sample"]["wires"]["negative"] = "no.conditioning"
    assert line(terminal, drawn) == (
        "a red sailboat\nNegative prompt: fog\nSteps: 3, Sampler: euler, Schedule type: normal, "
        "CFG scale: 4, Seed: 7, Size: 64x64, Model: epsilon"
    )


@pytest.mark.parametrize("prompt", ["ein Häuschen", "赤い船", 'a "quoted, odd" boat: red'])
def test_a_prompt_in_any_script_stays_as_it_was_typed(terminal, prompt):
    assert line(terminal, picture(text=prompt)).split("\n")[0] == prompt


def test_auto_is_written_as_the_number_it_stood_for(terminal):
    told = line(terminal, picture(steps="auto", guidance="auto", sampler="auto", schedule="auto"))
    assert "auto" not in told
    assert "Steps: 20, Sampler: dpmpp_2m" in told


def test_each_picture_of_a_batch_names_its_own_seed(terminal):
    several = picture(seed=40)
    several["nodes"]["blank"]["values"]["batch"] = 2
    seeds = [opened(p)[1]["parameters"] for p in terminal.json(several).pictures]
    assert ["Seed: 40," in seeds[0], "Seed: 41," in seeds[1]] == [True, True]


def test_a_value_that_comes_by_wire_is_named_too(terminal):
    wired = picture()
    wired["nodes"]["number"] = node("seed", value=123)
    wired["nodes"]["sample"]["wires"]["seed"] = "number.int"
    assert "Seed: 123," in line(terminal, wired)


def test_what_is_wired_to_the_sampler_is_named_in_place_of_its_values(terminal):
    wired = picture(sampler="euler_ancestral", eta=0.5, steps=9)
    wired["nodes"] |= {
        "levels": node("noise_schedule", steps=3, schedule="karras", model="@model.model"),
        "first": node("noise", seed=40),
        "noise": node("vary_noise", seed=90, amount=0.25, noise="@first.noise"),
        "guider": node("guidance", scale=6.0),
    }
    wires = wired["nodes"]["sample"]["wires"]
    wires |= {"sigmas": "levels.sigmas", "noise": "noise.noise", "guider": "guider.guider"}
    wired["nodes"]["blank"]["values"]["batch"] = 2
    second = opened(terminal.json(wired).pictures[1])[1]["parameters"]
    assert second.split("\n")[1] == (
        "Steps: 3, Sampler: euler_ancestral, Schedule type: karras, CFG scale: 6, Seed: 41, "
        "Variation seed: 91, Variation seed strength: 0.25, Eta: 0.5, Size: 64x64, Model: epsilon"
    )


def test_a_scale_that_changes_over_the_run_is_not_named(terminal):
    curved = picture()
    curved["nodes"]["curve"] = node("guidance_curve", curve="0:7, 1:2")
    curved["nodes"]["sample"]["wires"]["guider"] = "curve.guider"
    assert "CFG scale" not in line(terminal, curved)
    curved["nodes"]["curve"] = node("guidance", rescale=0.5)
    assert "CFG scale: 4," in line(terminal, curved)


def test_a_picture_without_a_workflow_says_so(terminal):
    path = terminal.folder / "plain.png"
    Image.new("RGB", (8, 8)).save(path)
    ended = terminal.run(path)
    assert ended.status == 2
    assert ended.problems == ["plain.png holds no workflow: only pictures made by Latentwire do"]


def test_a_picture_saved_inside_a_body_holds_the_whole_workflow(terminal):
    inside = {
        "inputs": {"image": {"type": "Image"}},
        "nodes": {"save": node("save_image", image="@in.image")},
        "outputs": {},
    }
    drawn = picture()
    drawn["nodes"]["save"] = node("group", image="@decode.image") | {"body": inside}
    (path,) = terminal.json(drawn).pictures
    assert terminal.json(path).pictures == [path]


def test_each_turn_of_a_sweep_has_a_line_of_its_own(terminal):
    drawn = picture(steps="auto")
    body = {name: drawn["nodes"].pop(name) for name in ("prompt", "sample", "decode", "save")}
    body["prompt"] = node("encode_text", text="@in.text", text_encoder="@in.encoder")
    body["sample"]["wires"] |= {"model": "in.model", "latent": "in.blank"}
    body["decode"]["wires"]["vae"] = "in.vae"
    inputs = {
        "text": {"type": "str"},
        "encoder": {"type": "TextEncoder"},
        "model": {"type": "Model"},
        "vae": {"type": "Vae"},
        "blank": {"type": "Latent"},
    }
    drawn["nodes"]["each"] = node(
        "for_each",
        over=["text"],
        text=["a boat", "a house"],
        encoder="@model.text_encoder",
        model="@model.model",
        vae="@model.vae",
        blank="@blank.latent",
    ) | {"body": {"inputs": inputs, "nodes": body, "outputs": {}}}
    lines = [opened(path)[1]["parameters"] for path in terminal.json(drawn).pictures]
    assert [line.split("\n")[0] for line in lines] == ["a boat", "a house"]
    assert all("Steps: 20, " in line and line.endswith("Model: epsilon") for line in lines)


def test_a_reused_picture_is_told_of_the_node_that_is_there_now(terminal):
    terminal.json(picture())
    renamed = picture()
    renamed["nodes"]["keep"] = renamed["nodes"].pop("save")
    ended = terminal.json(renamed)
    assert ended.made == set()
    assert [output["node"] for output in ended.report["outputs"]] == ["keep"]


def test_what_is_no_number_is_black_and_said(terminal):
    pack = terminal.folder / "odd"
    pack.mkdir()
    (pack / "spoil.py").write_text(SPOIL)
    drawn = workflow(
        grey=node("solid_image", width=2, height=2),
        spoilt=node("odd/spoil", image="@grey.image"),
        save=node("save_image", image="@spoilt.image"),
    )
    ended = terminal.run(drawn, "--packs", str(pack))
    pixels = np.asarray(Image.open(terminal.out / "picture-0001.png"))
    assert pixels[:, :, 0].tolist() == [[0, 255], [0, 128]]
    told = "values are no numbers, something before overflowed: they are black"
    assert f"save: 2 of the 12 {told}" in ended.err.splitlines()
    assert "Warning" not in ended.err


def test_a_large_workflow_comes_back_out_of_its_picture(terminal):
    noted = picture()
    noted["nodes"]["sample"]["note"] = "long " * 400_000
    (path,) = terminal.json(noted).pictures
    assert terminal.json(path).made == set()


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("n" * 300, "n" * 120 + "-0001.png"),
        ("日" * 100, "日" * 40 + "-0001.png"),
        ("  ", "file-0001.png"),
    ],
)
def test_any_name_becomes_one_that_a_disk_can_hold(terminal, name, file):
    drawn = picture()
    drawn["nodes"]["save"]["values"] = {"name": name}
    assert [path.name for path in terminal.json(drawn).pictures] == [file]


def test_grey_of_sixteen_bits_keeps_its_range(terminal):
    ramp = np.linspace(0, 65535, 64 * 64).astype(np.uint16).reshape(64, 64)
    Image.fromarray(ramp).save(terminal.folder / "grey.png")
    image = terminal.result(workflow(load=node("load_image", image="grey.png")), "load.image")
    assert abs(float(image.values.mean()) - 0.5) < 0.01

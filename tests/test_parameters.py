"""The line of settings that tools keep in pictures: read, written, and read back."""

import shutil

import pytest
import torch
from PIL import Image

from nodes.pictures.line import Line, read_line
from tests.examples import node, picture, workflow

LONG = """a (red:1.2) sailboat, at sunset,
two lines: yes
Negative prompt: blurry, fog: thick,
grey
Steps: 22, Sampler: DPM++ 2M SDE Karras, CFG scale: 6.5, Seed: 1234, Size: 64x96, \
Model hash: 6ce0161689, Model: none such, Clip skip: 2, Lora hashes: "a: 0a1b2c, b, c: 1", \
Hashes: {"vae": "1, 2", "model": "3"}, Version: v1.7.0"""


def test_a_line_is_read_with_its_commas_quotes_and_lines():
    line = read_line(LONG)
    assert line.prompt == "a (red:1.2) sailboat, at sunset,\ntwo lines: yes"
    assert line.negative == "blurry, fog: thick,\ngrey"
    assert line.settings == {
        "Steps": "22",
        "Sampler": "DPM++ 2M SDE Karras",
        "CFG scale": "6.5",
        "Seed": "1234",
        "Size": "64x96",
        "Model hash": "6ce0161689",
        "Model": "none such",
        "Clip skip": "2",
        "Lora hashes": "a: 0a1b2c, b, c: 1",
        "Hashes": '{"vae": "1, 2", "model": "3"}',
        "Version": "v1.7.0",
    }


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", Line()),
        ("a boat", Line("a boat")),
        ("Steps: 4, Seed: 1", Line(settings={"Steps": "4", "Seed": "1"})),
        ("a\nNegative prompt: b", Line("a", "b")),
        ("a\r\nSteps: 4", Line("a", settings={"Steps": "4"})),
        ("Steps: to the sea\nSteps: 4", Line("Steps: to the sea", settings={"Steps": "4"})),
        ('a\nSteps: 4, X: "open', Line("a", settings={"Steps": "4", "X": "open"})),
    ],
)
def test_short_and_broken_lines_are_read_as_far_as_they_go(text, line):
    assert read_line(text) == line


@pytest.mark.parametrize("format", ["png", "webp", "jpeg"])
def test_what_we_write_is_read_back_the_same(terminal, format):
    drawn = picture(text='a "red", boat: 赤\nNegative: none')
    drawn["nodes"]["save"]["values"] = {"format": format}
    drawn["nodes"]["no"] = node("encode_text", text="fog, rain", text_encoder="@model.text_encoder")
    drawn["nodes"]["sample"]["wires"]["negative"] = "no.conditioning"
    (path,) = terminal.json(drawn).pictures
    shutil.copy(path, terminal.folder / path.name)
    opened = workflow(load=node("load_image", image=path.name))
    assert read_line(terminal.result(opened, "load.parameters")) == Line(
        'a "red", boat: 赤\nNegative: none',
        "fog, rain",
        {
            "Steps": "3",
            "Sampler": "euler",
            "Schedule type": "normal",
            "CFG scale": "4",
            "Seed": "7",
            "Size": "64x64",
            "Model": "epsilon",
        },
    )


def test_the_sampler_model_takes_its_own_schedule_where_none_is_chosen(terminal):
    auto = picture(sampler="model", schedule="auto")
    expected = terminal.result(picture(sampler="model", schedule="model"), "decode.image").values
    assert torch.equal(terminal.result(auto, "decode.image").values, expected)
    made = terminal.json(auto).pictures
    with Image.open(made[0]) as drawn:
        assert "Schedule type: model" in drawn.info["parameters"]

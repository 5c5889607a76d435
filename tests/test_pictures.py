"""A saved picture carries its workflow, and a line that other tools read."""

import json

import numpy as np
import pytest
from PIL import Image

from tests.examples import node, picture


def opened(path):
    with Image.open(path) as image:
        return np.asarray(image), dict(image.text)


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


def test_a_picture_without_a_workflow_says_so(terminal):
    path = terminal.folder / "plain.png"
    Image.new("RGB", (8, 8)).save(path)
    ended = terminal.run(path)
    assert ended.status == 2
    assert ended.problems == ["plain.png holds no workflow: only pictures made by Latentwire do"]

"""The workflows in the box run on the model in the box, and are written as the printer writes."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nodes.catalogue import catalogue
from nodes.core.printer import canonical

FOLDER = Path(__file__).parents[1] / "workflows"
FILES = sorted(FOLDER.glob("*.json"))


def pixels(terminal, name):
    (path,) = terminal.json(FOLDER / name).pictures
    return np.asarray(Image.open(path).convert("RGB"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_workflow_is_canonical_and_says_what_it_shows(file):
    text = file.read_text()
    assert canonical(json.loads(text), catalogue()) == text
    assert '"note"' in text


def test_the_open_loop_draws_the_first_picture_to_the_last_bit(terminal):
    first = pixels(terminal, "first-picture.json")
    assert np.array_equal(pixels(terminal, "open-loop.json"), first)
    assert first.std() > 20


def test_the_first_picture_is_a_sunset_with_something_red_in_it(terminal):
    red, green, blue = (
        pixels(terminal, "first-picture.json")[..., i].astype(int) for i in range(3)
    )
    assert red[:50].mean() > blue[:50].mean() + 30
    assert ((red > 150) & (green < 90) & (blue < 90)).mean() > 0.02

"""The workflows in the box run on the model in the box, and are written as the printer writes."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
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


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_workflow_runs_as_it_is_and_saves_a_picture_with_something_in_it(terminal, file):
    drawn = pixels(terminal, file.name)
    assert min(drawn.shape[:2]) >= 128 and drawn.std() > 20


def test_what_lies_outside_the_mask_of_the_inpaint_lesson_stays_as_it_was(terminal):
    file = FOLDER / "inpaint.json"
    before, after, mask = (
        terminal.result(file, source).values
        for source in ("photo.image", "stitch.image", "mask.mask")
    )
    reach = torch.nn.functional.max_pool2d(mask, 2 * 6 + 1, 1, 6)  # and its feather
    assert ((before - after) * (reach == 0)).abs().max() == 0
    assert ((before - after) * mask).abs().mean() > 0.02


def test_the_round_trip_lesson_counts_48_times_fewer_values(terminal):
    assert terminal.result(FOLDER / "vae-round-trip.json", "share.float") == 48
    assert terminal.result(FOLDER / "vae-round-trip.json", "compare.psnr") > 25


def test_the_last_of_every_tenth_step_is_the_whole_run(terminal):
    """Looked at after 40 of 50 steps, the model foresees nearly what comes out."""
    file = FOLDER / "every-tenth-step.json"
    foreseen = terminal.result(file, "each.foreseen")
    last = terminal.result(file, "last.image").values
    apart = [(one.values - last).abs().mean().item() for one in foreseen]
    assert apart == sorted(apart, reverse=True) and apart[-1] < 0.03 < apart[0]


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

"""`--weights`: how much memory weights may take is asked for, and held to, whatever is drawn."""

from __future__ import annotations

import shutil

import pytest
from PIL import Image

from nodes.diffusion import memory
from tests.examples import picture


@pytest.fixture(autouse=True)
def as_before():
    yield
    memory.use("cpu")


def test_a_run_with_less_memory_draws_the_same_picture(terminal):
    (first,) = terminal.json(picture()).pictures
    held = memory.resident()
    whole = Image.open(first).tobytes()
    shutil.rmtree(terminal.folder / "data")  # what was drawn is not to be reused
    ended = terminal.json(picture(), "--weights", f"{held // 3}")
    assert memory.budget() == held // 3
    assert 0 < memory.resident() <= held // 3
    assert "decode" in ended.made and Image.open(ended.pictures[0]).tobytes() == whole


def test_too_little_for_any_run_is_told_with_what_it_takes(terminal):
    ended = terminal.run(picture(), "--weights", "50KB")
    assert ended.status == 1
    assert "may be held of all weights: allow more with --weights " in ended.problems[-1]


@pytest.mark.parametrize("size", ["", "much", "-8GB", "0", "8 apples"])
def test_what_is_no_size_is_refused(terminal, size):
    ended = terminal.main("run", "nothing.json", f"--weights={size}")
    assert ended.status == 2
    assert ended.problems[-1].endswith(f"{size} is no size: 500MB, 8GB … are")

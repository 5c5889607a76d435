"""Pictures for which memory is too short are worked on in tiles, and only they."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from nodes.diffusion import memory
from nodes.diffusion.autoencoder import Autoencoder
from nodes.diffusion.describe import describe
from nodes.diffusion.machine import memory_bytes
from nodes.latent.short import SHORT, fitting, needed
from tests import latents
from tests.tiny import finish


@pytest.fixture(scope="module")
def vae(models) -> Any:
    return describe(models / "epsilon").vae


@pytest.fixture
def context(tmp_path):
    return latents.context(tmp_path)


def refusing(times: int, tried: list[int], error: Exception) -> Any:
    """Work that is refused memory so often, and then says in tiles of which side it was done."""

    def work(coder: Autoencoder, side: int) -> Generator[tuple[int, int], None, int]:
        assert coder.module is not None
        tried.append(side)
        yield 1, 2
        if len(tried) <= times:
            raise error
        return side

    return work


@pytest.mark.parametrize(
    ("times", "wanted"), [(0, [0]), (1, [0, 0]), (2, [0, 0, 512])], ids=["room", "once", "never"]
)
def test_tiles_are_the_last_resort_and_are_said(vae, context, times, wanted):
    tried: list[int] = []
    work = refusing(times, tried, MemoryError())
    assert finish(fitting(work, vae, 64 * 64, 0, context)) == wanted[-1]
    assert tried == wanted
    assert context.notices == ([SHORT] if times == 2 else [])


def test_tiles_that_were_asked_for_are_taken_as_they_are(vae, context):
    tried: list[int] = []
    assert finish(fitting(refusing(0, tried, MemoryError()), vae, 10**12, 64, context)) == 64
    with pytest.raises(MemoryError):
        finish(fitting(refusing(9, tried, MemoryError()), vae, 64, 64, context))
    assert context.notices == []


def test_other_errors_are_not_tried_for_again(vae, context):
    tried: list[int] = []
    with pytest.raises(RuntimeError, match="shape"):
        finish(fitting(refusing(1, tried, RuntimeError("shape")), vae, 64, 0, context))
    assert tried == [0]


def test_a_picture_beyond_the_memory_of_the_machine_is_not_even_begun(vae, context):
    coder = memory.autoencoder(vae)
    pixels = 512 * 512
    while needed(coder, pixels) <= memory_bytes():
        pixels *= 2
    tried: list[int] = []
    assert finish(fitting(refusing(0, tried, MemoryError()), vae, pixels, 0, context)) == 512
    assert tried == [512] and context.notices == [SHORT]

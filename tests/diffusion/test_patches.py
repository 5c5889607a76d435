"""Models that take patches of latent values: sizes that are whole ones, and no others."""

from typing import Any

import pytest
import torch

from nodes.core.problem import Problem
from nodes.core.types import Latent
from nodes.diffusion import memory
from nodes.diffusion.begin import rounding, start
from nodes.diffusion.describe import describe
from nodes.sampling.agree import fitted
from tests import tiny_sd3
from tests.tiny import blank


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """SD3, whose patches are of 2 x 2 values: its denoiser and its handle."""
    handles: Any = describe(tiny_sd3.folder(tmp_path_factory.mktemp("sd3") / "3", t5=None))
    yield memory.denoiser(handles.model), handles.model
    memory.release()


def test_sizes_are_made_whole_patches_and_it_is_said(opened):
    denoiser, model = opened
    told = "79 × 72 pixels are made 64 × 64: sides of this model are multiples of 16"
    assert rounding(blank(1, 79, 72), denoiser) == told
    latent = sampled(denoiser, blank(1, 79, 72))
    assert latent.shape == (1, 16, 8, 8)
    known = fitted(model.facts, blank(1, 79, 72).facts)
    assert (known.width, known.height) == (64, 64)


def sampled(denoiser, latent):
    return start(latent, torch.tensor([1.0, 0.0]), 0, denoiser).values


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        ((9, 8), "is 72 pixels high, sides of this model are multiples of 16: crop or resize"),
        ((8, 11), "is 88 pixels wide, sides of this model are multiples of 16: crop or resize"),
        ((8, 18), "is 144 pixels wide, this model draws 128 at most: sample smaller"),
    ],
)
def test_pictures_of_other_sizes_are_refused_before_a_run_and_in_it(opened, shape, told):
    denoiser, model = opened
    latent = Latent(torch.zeros(1, 16, *shape), denoiser.space)
    with pytest.raises(Problem, match=told) as known:
        fitted(model.facts, latent.facts)
    with pytest.raises(Problem, match=told) as met:
        sampled(denoiser, latent)
    assert known.value.port == met.value.port == "latent"


def test_a_blank_that_is_larger_than_its_places_or_less_than_one_patch_is_refused(opened):
    denoiser, model = opened
    for size, told in (((256, 64), "draws 128 at most"), ((15, 64), "small")):
        with pytest.raises(Problem, match=told):
            fitted(model.facts, blank(1, *size).facts)
        with pytest.raises(Problem, match=told):
            sampled(denoiser, blank(1, *size))

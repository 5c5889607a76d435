"""Sizes and crops that SDXL, Playground and the refiner are told besides the prompt."""

from typing import Any

import pytest
import torch

from nodes.catalogue import catalogue
from nodes.core.facts import ConditioningFacts
from nodes.core.problem import Problem
from nodes.core.types import Latent
from nodes.diffusion import memory, text
from nodes.diffusion.describe import describe
from nodes.diffusion.sampling import sample
from tests import tiny_refiner, tiny_xl
from tests.tiny import PROMPT, blank, finish

NODE = catalogue()["size_conditioning"]
TOLD = {"width": 512, "height": 256, "crop_left": 40, "crop_top": 24}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("sizes")


def ours(path, latent, denoise=1.0, **told):
    handles: Any = describe(path)
    conditioning = text.encode(memory.text_encoder(handles.text_encoder), PROMPT)
    told_too: Any = NODE.function(conditioning=conditioning, **told)
    denoiser = memory.denoiser(handles.model)
    given = latent or Latent(before(), denoiser.space)
    how = (None, 7, 4, 5.0, "model", "model", denoise)
    return finish(sample(denoiser, given, told_too, *how)).values


def before():
    return torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(3))


def theirs(pipe, **how):
    pipe.set_progress_bar_config(disable=True)
    return pipe(
        PROMPT,
        num_inference_steps=4,
        guidance_scale=5.0,
        generator=torch.Generator().manual_seed(7),
        original_size=(256, 512),
        crops_coords_top_left=(24, 40),
        output_type="latent",
        **how,
    ).images


def test_sdxl_is_told_the_sizes_that_the_stock_pipeline_tells(root):
    path, target = tiny_xl.folder(root / "xl"), {"target_width": 128, "target_height": 96}
    expected = theirs(tiny_xl.pipeline(), width=64, height=64, target_size=(96, 128))
    told = ours(path, blank(), **TOLD, **target)
    assert torch.allclose(told, expected, atol=1e-5)
    assert not torch.allclose(told, ours(path, blank()), atol=1e-3)


def test_the_refiner_is_told_sizes_and_a_score(root):
    path = tiny_refiner.folder(root / "refiner", "ddim")
    how = {"aesthetic_score": 8.0, "negative_crops_coords_top_left": (24, 40)}
    expected = theirs(tiny_refiner.pipeline("ddim"), image=before(), strength=0.5, **how)
    told = ours(path, None, 0.5, **TOLD, aesthetic_score=8.0)
    assert torch.allclose(told, expected, atol=1e-5)


@pytest.mark.parametrize(
    "family, told, port",
    [
        ("SD 1.x", {}, "conditioning"),
        ("SDXL refiner", {"target_width": 64}, "target_width"),
        ("SDXL", {"aesthetic_score": 7.0}, "aesthetic_score"),
    ],
)
def test_what_a_family_is_not_told_is_refused_before_a_run(family, told, port):
    from nodes.conditioning.sizes import _sized

    usual = {"target_width": 0, "target_height": 0, "aesthetic_score": "auto"}
    with pytest.raises(Problem, match=family) as caught:
        _sized(ConditioningFacts(families=(family,)), **(usual | told))
    assert caught.value.port == port

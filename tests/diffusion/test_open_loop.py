"""The nodes of the open loop and of latents, called one by one."""

import math
from dataclasses import replace

import pytest
import torch

from nodes.core.facts import ImageFacts, LatentFacts, VaeFacts
from nodes.core.problem import Problem
from nodes.core.types import Latent, LatentSpace
from nodes.latent.codec import vae_encode
from nodes.latent.mix import blend_latents
from nodes.sampling.guide import guide
from nodes.sampling.steps import sampler_step

HERE = Latent(torch.randn(1, 4, 8, 8), LatentSpace("SD 1.x", 4, 8))
THERE = replace(HERE, values=HERE.values.to("meta"))


def test_the_second_latent_follows_the_first_to_its_device():
    assert blend_latents(THERE, HERE, 0.5).values.device.type == "meta"
    assert guide(THERE, HERE, 7.5).denoised.values.device.type == "meta"
    assert sampler_step(HERE, THERE, 2.0, 1.0).latent.values.device.type == "meta"


@pytest.mark.parametrize(
    "sigma, next_sigma", [(1.0, 2.0), (1.0, -0.5), (1.0, math.nan), (math.nan, 0.5), (math.inf, 1)]
)
def test_a_step_that_does_not_go_down_is_refused(sigma, next_sigma):
    with pytest.raises(Problem, match="ends between") as caught:
        sampler_step(HERE, HERE, sigma, next_sigma)
    assert caught.value.port == "next_sigma"


@pytest.mark.parametrize("change", [{"space": "other"}, {"width": 32}, {"height": 32}])
def test_a_step_takes_latents_of_one_size_and_space(change):
    facts = LatentFacts("SD 1.x", 4, 64, 64, 1)
    assert (
        sampler_step.rule
        and sampler_step.rule(facts, LatentFacts(), None, None, None, None)[0] == facts
    )
    with pytest.raises(Problem, match=f"has {next(iter(change))}") as caught:
        sampler_step.rule(facts, replace(facts, **change), None, None, None, None)
    assert caught.value.port == "denoised"


def test_a_picture_smaller_than_a_latent_value_is_refused_before_a_run():
    vae = VaeFacts("SD 1.x", 4, 8)
    assert vae_encode.rule and vae_encode.rule(vae, ImageFacts(17, 8, 1)).width == 16
    assert vae_encode.rule(vae, ImageFacts(None, None, 1)).width is None
    with pytest.raises(Problem, match="smaller than one latent value") as caught:
        vae_encode.rule(vae, ImageFacts(64, 7, 1))
    assert caught.value.port == "image"

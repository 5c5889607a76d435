"""The nodes of the open loop and of latents, called one by one."""

import math
from dataclasses import replace

import pytest
import torch

from nodes.core.facts import ImageFacts, LatentFacts, VaeFacts
from nodes.core.problem import Problem
from nodes.core.types import Latent, LatentSpace
from nodes.diffusion.samplers import SAMPLERS
from nodes.diffusion.sampling import STEP_SAMPLERS
from nodes.latent.codec import vae_encode
from nodes.latent.mix import blend_latents
from nodes.sampling.guide import guide, guide_dual
from nodes.sampling.steps import sampler_step
from tests.latents import rule

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


NARROW = replace(HERE, values=HERE.values[..., :7])
FOREIGN = replace(HERE, space=LatentSpace("other", 4, 8))
BLANK = Latent(torch.zeros(1, 0, 64, 64))
TWO = replace(HERE, values=torch.randn(2, 4, 8, 8))


def stepped(other):
    return sampler_step(HERE, HERE, 2.0, 1.0, "euler_cfg_pp", negative_denoised=other)


def step_rule(other):
    return rule(sampler_step)(HERE.facts, HERE.facts, "euler_cfg_pp", other.facts, None, None)


PUT_TOGETHER = [  # what, the port it is told at, the first one's name, in a run and before it
    (lambda other: sampler_step(HERE, other, 2.0, 1.0), "denoised", "latent"),
    (lambda other: rule(sampler_step)(HERE.facts, other.facts, *[None] * 4), "denoised", "latent"),
    (stepped, "negative_denoised", "latent"),
    (step_rule, "negative_denoised", "latent"),
    (lambda other: guide(HERE, other), "negative", "positive"),
    (lambda other: guide(HERE, HERE, latent=other), "latent", "positive"),
    (lambda other: rule(guide)(HERE.facts, other.facts, *[None] * 3), "negative", "positive"),
    (lambda other: guide_dual(HERE, other, HERE), "middle", "positive"),
    (lambda other: rule(guide_dual)(HERE.facts, HERE.facts, other.facts), "negative", "positive"),
]


@pytest.mark.parametrize("put, port, name", PUT_TOGETHER)
@pytest.mark.parametrize(
    "other, told",
    [
        (NARROW, "is 56 × 64 pixels, {} is 64 × 64: resize one of them"),
        (FOREIGN, "is in the space other, {} in SD 1.x: use one autoencoder for both"),
        (BLANK, "is blank, there are no values in it yet: sample or encode it first"),
        (TWO, "has 2 pictures, {} has 1: give as many, or one for all"),
    ],
)
def test_latents_put_together_are_of_one_size_space_and_batch(put, port, name, other, told):
    with pytest.raises(Problem) as caught:
        put(other)
    assert (caught.value.port, caught.value.message) == (port, told.format(name))


def test_what_is_not_known_of_a_latent_refuses_nothing():
    assert rule(sampler_step)(HERE.facts, LatentFacts(), *[None] * 4)[0] == HERE.facts
    assert rule(guide)(LatentFacts(), HERE.facts, *[None] * 3) == LatentFacts(masked=False)


def test_one_x0_goes_with_every_picture_of_a_batch():
    led = guide(TWO, HERE, 3.0).denoised
    expected = HERE.values + 3 * (TWO.values - HERE.values)
    assert led.facts.batch == 2 and torch.allclose(led.values, expected, atol=1e-5)


LOOKS_BACK = [name for name in STEP_SAMPLERS if "past" in SAMPLERS[name].takes]


@pytest.mark.parametrize("sampler", LOOKS_BACK)
@pytest.mark.parametrize("sigma", [2.5, 3.0])
def test_a_state_that_does_not_lead_to_a_step_is_refused(sampler, sigma):
    how = (sampler, None, 7, 0, HERE)
    state = sampler_step(HERE, HERE, 3.0, 2.5, *how).state
    state = sampler_step(HERE, HERE, 2.5, 2.0, sampler, state, 7, 1, HERE).state
    next_step = (sampler, state, 7, 2, HERE)
    with pytest.raises(Problem, match=r"was left by a step from 2\.5, this one begins") as caught:
        sampler_step(HERE, HERE, sigma, 1.0, *next_step)
    assert caught.value.port == "state"
    small = (sampler, state, 7, 2, NARROW)
    with pytest.raises(Problem, match="was left by a latent of 1 × 4 × 8 × 8 values") as caught:
        sampler_step(NARROW, NARROW, 2.0, 1.0, *small)
    assert caught.value.port == "state"
    assert sampler_step(HERE, HERE, 2.0, 1.0, *next_step).latent.values.isfinite().all()


@pytest.mark.parametrize("scale", [1.0, 7.5])
def test_rescale_without_what_it_works_on_is_refused_in_a_run_as_before_it(scale):
    for attempt in (
        lambda: guide(HERE, HERE, scale, 0.5),
        lambda: rule(guide)(HERE.facts, HERE.facts, 0.5, None, None),
    ):
        with pytest.raises(Problem, match="is needed for rescale") as caught:
            attempt()
        assert caught.value.port == "model"


def test_a_picture_smaller_than_a_latent_value_is_refused_before_a_run():
    vae = VaeFacts("SD 1.x", 4, 8)
    assert vae_encode.rule and vae_encode.rule(vae, ImageFacts(17, 8, 1)).width == 16
    assert vae_encode.rule(vae, ImageFacts(None, None, 1)).width is None
    with pytest.raises(Problem, match="smaller than one latent value") as caught:
        vae_encode.rule(vae, ImageFacts(64, 7, 1))
    assert caught.value.port == "image"

import math
from dataclasses import replace

import pytest
import torch
from diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion import rescale_noise_cfg

from nodes.core.problem import Problem
from nodes.core.types import Conditioning
from nodes.diffusion.guidance import (
    evaluate,
    guide,
    guide_twice,
    on_curve,
    rescaled,
    rescaled_denoised,
)
from nodes.diffusion.prompts import together


def wide(conditioning, text):
    return replace(conditioning, text=text)


def test_guidance_goes_from_the_negative_through_the_positive():
    positive, negative = torch.tensor([1.0]), torch.tensor([0.0])
    assert [guide(positive, negative, scale).item() for scale in (0, 1, 7.5)] == [0.0, 1.0, 7.5]


def test_guidance_one_is_the_positive_bit_by_bit():
    positive, negative = torch.randn(1000), torch.randn(1000)
    assert torch.equal(guide(positive, negative, 1.0), positive)


def test_prompts_from_elsewhere_come_to_the_models_device(parts):
    denoiser, conditioning, _ = parts("pndm")
    there = replace(denoiser, device=torch.device("meta"), dtype=torch.float16)
    here = replace(conditioning, pooled=torch.randn(1, 8))
    moved = Conditioning(here.text.to("meta"), torch.empty(1, 8, device="meta"), here.families)
    pair = together(there, [here, moved], 2)
    assert pair.text.device.type == "meta" and pair.text.dtype == torch.float16
    assert pair.pooled is not None and pair.pooled.shape == (4, 8)


def test_both_prompts_in_one_batch_are_as_each_alone(parts):
    denoiser, conditioning, _ = parts("pndm")
    x = torch.randn(2, 4, 8, 8)
    positive, negative = evaluate(denoiser, x, 2.0, conditioning, conditioning.unconditional)
    alone, none = evaluate(denoiser, x, 2.0, conditioning)
    other, _ = evaluate(denoiser, x, 2.0, conditioning.unconditional)
    assert none is None and negative is not None
    assert torch.allclose(positive, alone, atol=1e-4) and torch.allclose(negative, other, atol=1e-4)


def test_one_prompt_serves_every_picture_of_a_batch(parts):
    denoiser, conditioning, _ = parts("pndm")
    pair = together(denoiser, [conditioning.unconditional, conditioning], 3)
    assert pair.text.shape == (6, 16, 32) and pair.text.is_contiguous()
    assert torch.equal(pair.text[0], conditioning.unconditional.text[0])
    assert torch.equal(pair.text[5], conditioning.text[0])


@pytest.mark.parametrize("lengths", [(16, 32), (16, 24), (32, 16)])
def test_prompts_of_different_length_mean_what_they_meant(parts, lengths):
    denoiser, conditioning, _ = parts("pndm")
    torch.manual_seed(0)
    first, second = (wide(conditioning, torch.randn(1, n, 32)) for n in lengths)
    pair = together(denoiser, [second, first], 1)
    assert pair.text.shape == (2, math.lcm(*lengths), 32)
    x = torch.randn(1, 4, 8, 8)
    positive, negative = evaluate(denoiser, x, 2.0, first, second)
    assert negative is not None
    assert torch.allclose(positive, evaluate(denoiser, x, 2.0, first)[0], atol=1e-4)
    assert torch.allclose(negative, evaluate(denoiser, x, 2.0, second)[0], atol=1e-4)


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"text": torch.zeros(1, 16, 48)}, "48 numbers a token; the model reads 32"),
        ({"text": torch.zeros(3, 16, 32)}, "3 prompts do not fit 2 pictures"),
        ({"families": ("SDXL",)}, r"encoded for SDXL; the model is SD 1\.x"),
    ],
)
def test_prompts_that_do_not_fit_are_refused_in_a_sentence(parts, change, sentence):
    denoiser, conditioning, _ = parts("pndm")
    wrong = replace(conditioning, **change)
    for given in ((wrong, None), (conditioning, wrong)):
        with pytest.raises(Problem, match=sentence):
            evaluate(denoiser, torch.zeros(2, 4, 8, 8), 1.0, *given)


def test_a_conditioning_of_no_known_family_is_taken_by_its_width(parts):
    denoiser, conditioning, _ = parts("pndm")
    plain = Conditioning(conditioning.text)
    x = torch.randn(1, 4, 8, 8)
    ours, theirs = (evaluate(denoiser, x, 1.0, one)[0] for one in (plain, conditioning))
    assert torch.equal(ours, theirs)


def test_two_scales_go_by_the_middle():
    positive, middle, negative = (torch.tensor([value]) for value in (1.0, 0.5, 0.0))
    assert guide_twice(positive, middle, negative, (4.0, 3.0)).item() == 3.5
    assert guide_twice(positive, middle, negative, (1.0, 1.0)) is positive
    assert guide_twice(positive, negative, negative, (4.0, 9.0)).item() == 4.0


def test_rescale_is_that_of_diffusers():
    torch.manual_seed(0)
    positive, guided = torch.randn(2, 4, 8, 8), 5 * torch.randn(2, 4, 8, 8)
    for amount in (0.0, 0.7, 1.0):
        expected = rescale_noise_cfg(guided, positive, guidance_rescale=amount)
        assert torch.equal(rescaled(guided, positive, amount), expected)


def test_rescale_leaves_what_has_no_spread():
    flat, varied = torch.full((1, 4, 2, 2), 0.5), torch.randn(1, 4, 2, 2)
    assert torch.equal(rescaled(flat, varied, 1.0), flat)


@pytest.mark.parametrize("kind", ["pndm", "v", "flow"])
def test_rescale_of_x0_is_that_of_the_model_output(parts, kind):
    denoiser = parts(kind)[0]
    prediction, sigma = denoiser.prediction, 0.8
    torch.manual_seed(0)
    x, out, guided = torch.randn(3, 2, 4, 8, 8).unbind()
    x0, led = (prediction.denoised(x, value, sigma) for value in (out, guided * 4))
    expected = prediction.denoised(x, rescaled(guided * 4, out, 0.7), sigma)
    assert torch.allclose(rescaled_denoised(denoiser, led, x0, x, sigma, 0.7), expected, atol=1e-5)


def test_a_curve_is_straight_between_its_points_and_level_outside():
    points = ((0.25, 8.0), (0.75, 4.0))
    parts = (0.0, 0.25, 0.5, 0.625, 0.75, 1.0)
    assert [on_curve(points, part) for part in parts] == [8.0, 8.0, 6.0, 5.0, 4.0, 4.0]
    assert on_curve(((0.5, 1.0), (0.5, 9.0)), 0.5) == 9.0

import math
from dataclasses import replace

import pytest
import torch

from nodes.core.problem import Problem
from nodes.core.types import Conditioning
from nodes.diffusion.guidance import evaluate, guide
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

"""One model makes the first part of the steps, another the rest: SDXL and its refiner."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionXLImg2ImgPipeline, StableDiffusionXLPipeline

from nodes.core.problem import Problem
from nodes.core.types import Latent, LatentMask
from nodes.diffusion import memory, text
from nodes.diffusion.describe import describe
from nodes.diffusion.sampling import Extra, Span, sample
from nodes.diffusion.stock import scheduler
from tests import tiny_refiner, tiny_xl
from tests.tiny import PROMPT, STABLE, blank, finish

LEADING = STABLE | {"timestep_spacing": "leading", "steps_offset": 1}
CONFIGS = {
    "euler": {"_class_name": "EulerDiscreteScheduler"} | LEADING,
    "ddim": {"_class_name": "DDIMScheduler", "clip_sample": False} | LEADING,
    "dpm": {"_class_name": "DPMSolverMultistepScheduler"} | STABLE,
    "ancestral": {"_class_name": "EulerAncestralDiscreteScheduler"} | LEADING,
    "heun": {"_class_name": "HeunDiscreteScheduler"} | LEADING,
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("pair")
    return tiny_xl.folder(root / "base"), tiny_refiner.folder(root / "refiner")


@pytest.fixture(scope="module")
def stock(folders):
    kinds = StableDiffusionXLPipeline, StableDiffusionXLImg2ImgPipeline
    pipes = [
        kind.from_pretrained(path, local_files_only=True)
        for kind, path in zip(kinds, folders, strict=True)
    ]
    for pipe in pipes:
        pipe.set_progress_bar_config(disable=True)
        for module in (pipe.unet, pipe.text_encoder, pipe.text_encoder_2):
            for weight in module.parameters() if module else ():
                weight.data = weight.data.clone()
    return pipes


@pytest.fixture(scope="module")
def pair(folders):
    """(denoiser, conditioning) of SDXL and of its refiner."""
    handles: list[Any] = [describe(path) for path in folders]
    return [
        (
            memory.denoiser(found.model),
            text.encode(memory.text_encoder(found.text_encoder), PROMPT),
        )
        for found in handles
    ]


def run(one, latent, span, sampler="model", schedule="model", steps=7, seed=7, **how):
    denoiser, conditioning = one
    extra = Extra(span=span, **how)
    return finish(
        sample(
            denoiser, latent, conditioning, None, seed, steps, 5.0, sampler, schedule, extra=extra
        )
    )


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("part", [0.8, 0.45])
def test_a_base_and_its_refiner_are_the_stock_pair_to_the_bit(pair, stock, name, part):
    how = {"num_inference_steps": 7, "guidance_scale": 5.0, "output_type": "latent"}
    for pipe in stock:
        pipe.scheduler = scheduler(CONFIGS[name])
    first = stock[0](
        PROMPT,
        width=64,
        height=96,
        denoising_end=part,
        generator=torch.Generator().manual_seed(7),
        **how,
    ).images
    expected = stock[1](
        PROMPT,
        image=first,
        denoising_start=part,
        generator=torch.Generator().manual_seed(8),
        **how,
    ).images
    ours = [(replace(one, scheduler_config=CONFIGS[name]), told) for one, told in pair]
    half = run(ours[0], blank(1, 64, 96), Span(0.0, part))
    assert torch.equal(half.values, first)
    whole = run(ours[1], half, Span(part, 1.0), seed=8)
    assert torch.equal(whole.values, expected)
    assert not torch.equal(half.values, whole.values)


@pytest.mark.parametrize("sampler, schedule", [("euler_ancestral", "karras"), ("euler", "model")])
def test_a_run_in_two_parts_by_one_model_is_the_whole_run(pair, sampler, schedule):
    base, empty = pair[0], blank(2, 64, 64)
    half = run(base, empty, Span(0.0, 0.6), sampler, schedule)
    assert half.space == base[0].space
    whole = run(base, half, Span(0.6, 1.0), sampler, schedule)
    once = run(base, empty, Span(), sampler, schedule)
    assert torch.equal(whole.values, once.values)


def test_our_euler_hands_over_at_the_level_that_the_stock_pair_does(pair):
    def handed_over(sampler):
        half = run(pair[0], blank(1, 64, 96), Span(0.0, 0.8), sampler)
        return half, run(pair[1], half, Span(0.8, 1.0), sampler)

    for ours, stock in zip(handed_over("euler"), handed_over("model"), strict=True):
        assert torch.allclose(ours.values, stock.values, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("sampler", ["model", "euler"])
def test_what_a_mask_keeps_is_kept_through_both_parts(pair, sampler):
    base, refiner = pair
    before = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(3))
    free = torch.zeros(1, 1, 8, 8)
    free[..., :4] = 1
    latent = Latent(before, base[0].space, LatentMask(free))
    half = run(base, latent, Span(0.0, 0.8), sampler)
    assert not torch.allclose(half.values[..., 4:], before[..., 4:], atol=0.01)
    whole = run(refiner, half, Span(0.8, 1.0), sampler)
    assert torch.equal(whole.values[..., 4:], before[..., 4:])
    assert whole.mask and whole.mask.kept is None


@pytest.mark.parametrize("part", [0.001, 0.999])
@pytest.mark.parametrize("sampler", ["model", "euler"])
def test_a_part_without_a_step_changes_nothing(pair, part, sampler):
    base, empty = pair[0], blank(1, 64, 64)
    half = run(base, empty, Span(0.0, part), sampler)
    whole = run(base, half, Span(part, 1.0), sampler)
    assert torch.equal(whole.values, run(base, empty, Span(), sampler).values)


def test_parts_that_there_are_not_are_refused(pair):
    base, latent = pair[0], Latent(torch.zeros(1, 4, 8, 8), pair[0][0].space)
    for span, given, port, sentence in (
        (Span(0.8, 0.8), latent, "start", "is 0.8, the end is 0.8"),
        (Span(0.5, 1.0), blank(1, 64, 64), "latent", "is blank: a run from 0.5 on"),
        (
            Span(0.5, 1.0),
            replace(latent, mask=LatentMask(torch.ones(1, 1, 8, 8))),
            "latent",
            "set the mask before the first part",
        ),
    ):
        with pytest.raises(Problem, match=sentence) as caught:
            run(base, given, span)
        assert caught.value.port == port
    with pytest.raises(Problem, match=r"a run from 0\.5 on takes the latent as it is"):
        Span(0.5, 1.0).check(0.6, False)

"""Latents of which only a part may change."""

from dataclasses import replace

import pytest
import torch
from diffusers import StableDiffusionInpaintPipeline

from nodes.core.problem import Problem
from nodes.core.types import Latent, LatentMask
from nodes.diffusion.masked import free
from nodes.diffusion.noise import noise
from nodes.diffusion.samplers import SAMPLERS
from nodes.diffusion.sampling import STEP_SAMPLERS, fitted, sample
from nodes.diffusion.schedule import schedule
from tests.tiny import PROMPT, blank, finish

from .test_sampling import open_loop


def halves(batch=1, grey=0.0):
    """Free on the left, kept on the right, with a strip of grey between."""
    values = torch.zeros(batch, 1, 8, 8)
    values[..., :4] = 1
    values[..., 4] = grey
    return values


def masked(denoiser, values, gradual=False, batch=1):
    picture = torch.randn(batch, 4, 8, 8, generator=torch.Generator().manual_seed(3))
    return Latent(picture, denoiser.space, LatentMask(values, gradual))


def run(parts, latent, kind="pndm", sampler="euler", schedule="normal", **how):
    denoiser, conditioning, _ = parts(kind)
    return finish(sample(denoiser, latent, conditioning, None, 7, 4, 5.0, sampler, schedule, **how))


@pytest.mark.parametrize("sampler", [*SAMPLERS, "model"])
@pytest.mark.parametrize("kind, batch", [("pndm", 2), ("flow", 1)])
@pytest.mark.parametrize("gradual", [False, True])
def test_what_is_kept_is_the_same_to_the_last_bit(parts, sampler, kind, batch, gradual):
    latent = masked(parts(kind)[0], halves(1, 0.5), gradual, batch)
    after = run(parts, latent, kind, sampler, "model" if sampler == "model" else "normal")
    assert torch.equal(after.values[..., 5:], latent.values[..., 5:])
    assert (after.values - latent.values)[..., :5].abs().min() > 0
    assert after.mask and after.mask.kept is None and latent.mask and latent.mask.kept is None


@pytest.mark.parametrize("sampler", STEP_SAMPLERS)
@pytest.mark.parametrize("kind, gradual, batch", [("pndm", False, 2), ("flow", True, 1)])
def test_the_open_loop_keeps_the_same_bits(parts, sampler, kind, gradual, batch):
    denoiser, conditioning, _ = parts(kind)
    latent = masked(denoiser, halves(batch, 0.3), gradual, batch)
    whole = run(parts, latent, kind, sampler, "karras")
    wired = open_loop(denoiser, latent, conditioning, 7, 4, 5.0, sampler, "karras")
    assert torch.equal(whole.values, wired.values)
    assert wired.mask and wired.mask.kept is None


@pytest.mark.parametrize("sampler", ["euler", "dpmpp_2m_sde", "heun", "model"])
def test_a_mask_that_frees_everything_is_no_mask(parts, sampler):
    latent = masked(parts("pndm")[0], torch.ones(1, 1, 8, 8))
    schedule = "model" if sampler == "model" else "normal"
    without = run(parts, replace(latent, mask=None), sampler=sampler, schedule=schedule)
    assert torch.equal(
        run(parts, latent, sampler=sampler, schedule=schedule).values, without.values
    )


@pytest.mark.parametrize("gradual", [False, True])
def test_no_denoising_leaves_a_masked_latent_as_it_is(parts, gradual):
    latent = masked(parts("pndm")[0], halves(1, 0.5), gradual)
    assert torch.equal(run(parts, latent, denoise=0.0).values, latent.values)


@pytest.mark.parametrize("kind", ["pndm", "flow"])
def test_every_step_sees_and_foresees_what_is_kept(parts, monkeypatch, kind):
    denoiser, conditioning, _ = parts(kind)
    module, shown = denoiser.module, []
    forward = module.forward

    def seen_by(x, *args, **kwargs):
        shown.append(x[:1, :, :, 5:].clone())
        return forward(x, *args, **kwargs)

    monkeypatch.setattr(module, "forward", seen_by)
    latent = masked(denoiser, halves())
    how = (latent, conditioning, None, 7, 4, 5.0, "euler_ancestral", "normal")
    steps = list(sample(denoiser, *how))
    picture, drawn = latent.values[..., 5:], noise((4, 8, 8), 7, 1)[..., 5:]
    levels = schedule("normal", denoiser, 4).tolist()
    for step, level, given in zip(steps, levels[:-1], shown, strict=True):
        expected = denoiser.prediction.noised(picture, drawn, level)
        assert torch.allclose(given, denoiser.prediction.scale_in(expected, level), atol=1e-6)
        assert torch.equal(step.denoised[..., 5:], picture)


def test_grey_is_blended_in_every_step(parts):
    latent = masked(parts("pndm")[0], halves(1, 0.5))
    moved = (run(parts, latent).values - latent.values).abs().mean((0, 1, 2))
    free_all = masked(parts("pndm")[0], torch.ones(1, 1, 8, 8))
    whole = (run(parts, free_all).values - latent.values).abs().mean((0, 1, 2))
    assert 0 < moved[4] < 0.8 * whole[4]


def test_gradual_grey_is_free_for_its_part_of_the_steps_from_the_end():
    mask = LatentMask(torch.tensor([0.0, 0.25, 0.5, 1.0]).view(1, 1, 1, 4), gradual=True)
    freed = [free(mask, index, 4).flatten().tolist() for index in range(4)]
    assert freed == [[0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 1, 1], [0, 1, 1, 1]]


def test_the_kept_part_leads_the_free_one(parts):
    denoiser = parts("pndm")[0]
    latent = masked(denoiser, halves())
    other = replace(latent, values=latent.values + 3 * (1 - halves()))
    ours, theirs = run(parts, latent).values, run(parts, other).values
    assert not torch.allclose(ours[..., :4], theirs[..., :4], atol=1e-3)


@pytest.mark.parametrize("kind", ["pndm", "ddim", "euler", "dpm", "euler_ancestral"])
@pytest.mark.parametrize("strength", [1.0, 0.6])
def test_with_the_models_scheduler_it_is_the_inpainting_pipeline_to_the_bit(
    parts, stock, kind, strength
):
    latent = masked(parts(kind)[0], halves())
    ours = run(parts, latent, kind, "model", "model", denoise=strength)
    pipe = StableDiffusionInpaintPipeline(**stock(kind).components, requires_safety_checker=False)
    pipe.set_progress_bar_config(disable=True)
    expected = pipe(
        PROMPT,
        image=latent.values,
        mask_image=halves().repeat_interleave(8, 2).repeat_interleave(8, 3),
        masked_image_latents=latent.values,
        strength=strength,
        width=64,
        height=64,
        num_inference_steps=4,
        guidance_scale=5.0,
        generator=torch.Generator().manual_seed(7),
        output_type="latent",
    ).images
    assert torch.equal(ours.values, expected)


@pytest.mark.parametrize("shape", [(1, 1, 4, 8), (3, 1, 8, 8)])
def test_a_mask_of_another_size_or_batch_is_refused(parts, shape):
    latent = masked(parts("pndm")[0], torch.ones(shape), batch=2)
    with pytest.raises(Problem, match=r"has a mask of .* set the mask again") as caught:
        fitted(latent, parts("pndm")[0])
    assert caught.value.port == "latent"


def test_a_blank_latent_has_nothing_to_keep(parts):
    latent = replace(blank(), mask=LatentMask(torch.ones(1, 1, 64, 64)))
    with pytest.raises(Problem, match="nothing to keep"):
        fitted(latent, parts("pndm")[0])

"""The picture equals the stock pipeline's, bit for bit where it can."""

from copy import deepcopy
from dataclasses import replace

import pytest
import torch
from diffusers import StableDiffusionImg2ImgPipeline, StableDiffusionPipeline

from nodes.core.types import Guider, Latent
from nodes.diffusion import autoencoder, memory, text
from nodes.diffusion.sampling import Extra, sample
from tests.tiny import PROMPT, blank, finish


def ours(parts, kind, latent=None, seed=7, steps=6, guidance=5.0, **how):
    denoiser, conditioning, vae = parts(kind)
    how = {"sampler": "model", "schedule": "model"} | how
    steps = sample(denoiser, latent or blank(), conditioning, None, seed, steps, guidance, **how)
    return finish(steps), vae


def theirs(pipe, seeds=(7,), steps=6, guidance=5.0, **how):
    streams = [torch.Generator().manual_seed(seed) for seed in seeds]
    return pipe(
        [PROMPT] * len(seeds),
        width=64,
        height=64,
        num_inference_steps=steps,
        guidance_scale=guidance,
        generator=streams if len(seeds) > 1 else streams[0],
        **({"output_type": "pt"} | how),
    ).images


@pytest.mark.parametrize("guidance", [5.0, 0.5])
@pytest.mark.parametrize(
    "kind",
    [
        "pndm",
        "ddim",
        "euler",
        "euler_leading",
        "euler_ancestral",
        "dpm",
        "v",
        "zero_snr",
        "flow",
        "second",
    ],
)
def test_the_models_own_scheduler_gives_the_pipelines_picture_to_the_bit(
    parts, stock, kind, guidance
):
    latent, vae = ours(parts, kind, guidance=guidance)
    assert torch.equal(
        autoencoder.decode(vae, latent).values, theirs(stock(kind), guidance=guidance)
    )


@pytest.mark.parametrize("kind", ["v", "ddim", "flow"])
def test_rescaled_guidance_is_the_pipelines_to_the_bit(parts, stock, kind):
    extra = Extra(guider=Guider(12.0, rescale=0.7))
    latent, _ = ours(parts, kind, extra=extra)
    expected = theirs(stock(kind), guidance=12.0, guidance_rescale=0.7, output_type="latent")
    assert torch.equal(latent.values, expected)


def test_rescaled_guidance_of_our_own_euler_walks_with_the_pipeline(parts, stock):
    extra = Extra(guider=Guider(12.0, rescale=0.7))
    latent, _ = ours(parts, "euler", sampler="euler", extra=extra)
    expected = theirs(stock("euler"), guidance=12.0, guidance_rescale=0.7, output_type="latent")
    assert (latent.values - expected).abs().max() < 1e-4 * expected.abs().max()


def test_eta_is_that_of_the_pipeline(parts, stock):
    latent, _ = ours(parts, "ddim", extra=Extra(eta=0.8))
    assert torch.equal(latent.values, theirs(stock("ddim"), eta=0.8, output_type="latent"))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_walks_as_the_pipeline_to_the_bit(parts, stock, dtype):
    denoiser, conditioning, _ = parts("dpm")
    half = replace(denoiser, module=deepcopy(denoiser.module).to(dtype), dtype=dtype)
    steps = sample(half, blank(), conditioning, None, 7, 4, 5.0, "model", "model")
    unet = deepcopy(stock("dpm").unet).to(dtype)
    pipe = StableDiffusionPipeline(
        **(stock("dpm").components | {"unet": unet, "text_encoder": None, "tokenizer": None}),
        requires_safety_checker=False,
    )
    pipe.set_progress_bar_config(disable=True)
    unconditional = conditioning.unconditional.text.to(dtype)
    prompts = {
        "prompt_embeds": conditioning.text.to(dtype),
        "negative_prompt_embeds": unconditional,
    }
    expected = pipe(
        **prompts,
        num_inference_steps=4,
        guidance_scale=5.0,
        generator=torch.Generator().manual_seed(7),
        output_type="latent",
    ).images
    latent = finish(steps).values
    assert latent.dtype == torch.float32 and torch.equal(latent, expected.float())


@pytest.mark.parametrize("file, folder", [("file", "pndm"), ("second file", "second")])
def test_a_single_file_gives_the_folders_picture_to_the_bit(parts, stock, file, folder):
    latent, vae = ours(parts, file)
    assert torch.equal(autoencoder.decode(vae, latent).values, theirs(stock(folder)))


@pytest.mark.parametrize("kind", ["pndm", "euler_ancestral"])
def test_a_batch_of_two_is_the_pipeline_with_a_generator_for_each(parts, stock, kind):
    latent, _ = ours(parts, kind, blank(2))
    assert torch.equal(latent.values, theirs(stock(kind), seeds=(7, 8), output_type="latent"))


def test_a_batch_decodes_to_what_the_pipeline_decodes_at_once(parts, stock):
    latent, vae = ours(parts, "pndm", blank(2))
    difference = autoencoder.decode(vae, latent).values - theirs(stock("pndm"), seeds=(7, 8))
    assert difference.abs().max() < 2e-6


@pytest.mark.parametrize("kind", ["pndm", "ddim", "euler", "dpm", "flow"])
@pytest.mark.parametrize("strength", [0.3, 0.6])
def test_denoise_below_one_is_the_image_to_image_pipeline_to_the_bit(parts, stock, kind, strength):
    space = parts(kind)[0].space
    picture = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(1))
    latent, _ = ours(parts, kind, Latent(picture, space), steps=7, denoise=strength)
    pipe = StableDiffusionImg2ImgPipeline(**stock(kind).components, requires_safety_checker=False)
    pipe.set_progress_bar_config(disable=True)
    expected = pipe(
        PROMPT,
        image=picture,
        strength=strength,
        num_inference_steps=7,
        guidance_scale=5.0,
        generator=torch.Generator().manual_seed(7),
        output_type="latent",
    ).images
    assert torch.equal(latent.values, expected)


@pytest.mark.parametrize("kind", ["euler", "euler_leading"])
def test_our_euler_walks_as_diffusers_euler(parts, stock, kind):
    latent, _ = ours(parts, kind, sampler="euler")
    expected = theirs(stock(kind), output_type="latent")
    assert (latent.values - expected).abs().max() < 1e-5 * expected.abs().max()


def test_our_dpmpp_2m_walks_as_diffusers_on_the_same_flow(parts, stock):
    latent, _ = ours(parts, "flow", sampler="dpmpp_2m", steps=20)
    expected = theirs(stock("flow"), steps=20, output_type="latent")
    assert (latent.values - expected).abs().max() < 5e-3 * expected.abs().max()


@pytest.mark.parametrize("words", [PROMPT, "", "A Cat, with  some   SPACES!", "red " * 40])
def test_prompts_encode_to_the_pipelines_bits(described, stock, words):
    encoder = memory.text_encoder(described("pndm").text_encoder)
    got = text.encode(encoder, words)
    positive, negative = stock("pndm").encode_prompt(words, "cpu", 1, True)
    assert got.unconditional
    assert torch.equal(got.text, positive) and torch.equal(got.unconditional.text, negative)

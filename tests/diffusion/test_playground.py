"""Playground v2.5: the stock pipeline's picture to the bit, its levels, and our own samplers."""

from functools import cache
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionXLImg2ImgPipeline, StableDiffusionXLPipeline

from nodes.core.problem import Problem
from nodes.core.types import Image, Latent, LatentSpace
from nodes.diffusion import autoencoder, memory, text
from nodes.diffusion.describe import describe
from nodes.diffusion.sampling import sample
from nodes.diffusion.schedules import schedule
from tests import tiny_playground, tiny_xl
from tests.tiny import PROMPT, blank, finish
from tests.tiny_playground import MEAN, STD


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    root = tmp_path_factory.mktemp("playground")

    @cache
    def path(kind):
        if kind == "file":
            return tiny_playground.single_file(root / "playground.safetensors")
        if kind == "xl":
            return tiny_xl.folder(root / kind)
        return tiny_playground.folder(root / kind, kind)

    return path


@pytest.fixture(scope="module")
def stock(at):
    @cache
    def load(kind):
        pipe = StableDiffusionXLPipeline.from_pretrained(at(kind), local_files_only=True)
        pipe.set_progress_bar_config(disable=True)
        for module in (pipe.unet, pipe.vae, pipe.text_encoder, pipe.text_encoder_2):
            for weight in module.parameters():
                weight.data = weight.data.clone()
        return pipe

    return load


def parts(path):
    handles: Any = describe(path)
    prompter = memory.text_encoder(handles.text_encoder)
    return (
        memory.denoiser(handles.model),
        text.encode(prompter, PROMPT),
        memory.autoencoder(handles.vae),
    )


def ours(path, latent=None, guidance=3.0, batch=1, sampler="model", schedule="model", **how):
    denoiser, conditioning, vae = parts(path)
    begun = latent or blank(batch, 64, 96)
    return finish(
        sample(denoiser, begun, conditioning, None, 7, 5, guidance, sampler, schedule, **how)
    ), vae


def theirs(pipe, guidance=3.0, seeds=(7,), **how):
    streams = [torch.Generator().manual_seed(seed) for seed in seeds]
    sized = {} if "image" in how else {"width": 64, "height": 96}
    return pipe(
        PROMPT,
        num_images_per_prompt=len(seeds),
        num_inference_steps=5,
        guidance_scale=guidance,
        generator=streams if len(seeds) > 1 else streams[0],
        **(sized | {"output_type": "latent"} | how),
    ).images


@pytest.mark.parametrize("kind", ["edm", "edm_dpm"])
@pytest.mark.parametrize("guidance", [3.0, 1.0])
def test_the_picture_is_the_pipelines_to_the_bit(at, stock, kind, guidance):
    latent, vae = ours(at(kind), guidance=guidance)
    expected = theirs(stock(kind), guidance, output_type="pt")
    assert torch.equal(autoencoder.decode(vae, latent).values, expected)


def test_a_batch_of_two_is_the_pipeline_with_a_generator_for_each(at, stock):
    latent, _ = ours(at("edm"), batch=2)
    assert torch.equal(latent.values, theirs(stock("edm"), seeds=(7, 8)))


def test_a_single_file_gives_the_folders_picture_to_the_bit(at):
    for file, folder in zip(ours(at("file")), ours(at("edm_dpm")), strict=True):
        assert file.space == folder.space
    assert torch.equal(ours(at("file"))[0].values, ours(at("edm_dpm"))[0].values)


@pytest.mark.parametrize("kind", ["edm", "edm_dpm"])
def test_a_picture_encoded_and_redrawn_is_the_pipelines_to_the_bit(at, stock, kind):
    _, _, vae = parts(at(kind))
    pixels = torch.rand(1, 3, 96, 64, generator=torch.Generator().manual_seed(3))
    pipe = StableDiffusionXLImg2ImgPipeline(
        **stock(kind).components, requires_aesthetics_score=False
    )
    pipe.set_progress_bar_config(disable=True)
    posterior = pipe.vae.encode(pixels * 2 - 1).latent_dist.mean.detach()
    before = autoencoder.encode(vae, Image(pixels))
    mean, std = (torch.tensor(v).view(1, 4, 1, 1) for v in (MEAN, STD))
    assert torch.equal(before.values, (posterior - mean) * 0.5 / std)
    latent, _ = ours(at(kind), before, denoise=0.6)
    expected = theirs(pipe, image=before.values, strength=0.6)
    assert torch.equal(latent.values, expected)


@pytest.mark.parametrize("sampler, kind", [("euler", "edm"), ("dpmpp_2m", "edm_dpm")])
def test_our_samplers_make_what_their_twins_make(at, sampler, kind):
    # unguided, as guidance makes the rounding of float32 several times larger
    own, _ = ours(at(kind), guidance=1.0, sampler=sampler, schedule="karras")
    twin, _ = ours(at(kind), guidance=1.0)
    assert (own.values - twin.values).norm() <= 1e-6 * twin.values.norm()


def test_its_levels_are_those_of_karras_and_others_from_80_to_0_002(at):
    denoiser, _, _ = parts(at("edm"))
    stock = denoiser.timed(8)
    prediction = denoiser.prediction
    sigmas = schedule("karras", denoiser, 8)
    assert torch.allclose(sigmas, stock.sigmas, rtol=1e-6)
    assert torch.allclose(schedule("model", denoiser, 8), stock.sigmas, rtol=1e-6)
    for sigma, time in zip(stock.sigmas.tolist(), stock.timesteps.tolist(), strict=False):
        assert prediction.timestep(sigma) == pytest.approx(time, rel=1e-5)
    assert float(prediction.prior(torch.ones(1), 80.0)) == pytest.approx(stock.init_noise_sigma)


def test_playground_and_sdxl_are_told_apart(at):
    for kind, family in {"edm": "Playground v2.5", "file": "Playground v2.5", "xl": "SDXL"}.items():
        found: Any = describe(at(kind))
        assert found.model.facts.family == family and found.model.facts.space == family
        assert found.text_encoder.facts.family == family


def test_a_latent_of_sdxl_does_not_fit(at):
    sdxl = LatentSpace("SDXL", 4, 8, 0.13025)
    with pytest.raises(Problem, match=r"in the space SDXL; the model works in Playground v2\.5"):
        ours(at("edm"), Latent(torch.zeros(1, 4, 12, 8), sdxl))

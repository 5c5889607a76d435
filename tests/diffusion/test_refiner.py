"""The SDXL refiner: the stock pipeline to the bit, by itself and after SDXL."""

from functools import cache
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionXLImg2ImgPipeline

from nodes.core.facts import TextFacts
from nodes.core.types import Latent
from nodes.diffusion import autoencoder, memory, text
from nodes.diffusion.describe import describe
from nodes.diffusion.sampling import sample
from tests import tiny_refiner
from tests.tiny import PROMPT, finish


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    root = tmp_path_factory.mktemp("refiner")

    @cache
    def path(kind):
        if kind == "file":
            return tiny_refiner.single_file(root / "refiner.safetensors")
        return tiny_refiner.folder(root / kind, kind)

    return path


@pytest.fixture(scope="module")
def stock(at):
    pipe = StableDiffusionXLImg2ImgPipeline.from_pretrained(at("ddim"), local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    for module in (pipe.unet, pipe.vae, pipe.text_encoder_2):
        for weight in module.parameters():
            weight.data = weight.data.clone()
    return pipe


def ours(path, before, guidance=5.0, negative=None, sizes=(), **how):
    handles: Any = describe(path)
    denoiser, prompter = memory.denoiser(handles.model), memory.text_encoder(handles.text_encoder)
    conditioning = text.encode(prompter, PROMPT)
    against = text.encode(prompter, negative) if negative else None
    latent = Latent(before, denoiser.space)
    steps = sample(
        denoiser, latent, conditioning, against, 7, 5, guidance, "model", "model", 0.6, **how
    )
    return finish(steps), memory.autoencoder(handles.vae)


def theirs(pipe, before, guidance=5.0, seeds=(7,), **how):
    streams = [torch.Generator().manual_seed(seed) for seed in seeds]
    return pipe(
        PROMPT,
        image=before,
        strength=0.6,
        num_images_per_prompt=len(seeds),
        num_inference_steps=5,
        guidance_scale=guidance,
        generator=streams if len(seeds) > 1 else streams[0],
        **({"output_type": "latent"} | how),
    ).images


def picture(batch=1):
    return torch.randn(batch, 4, 12, 8, generator=torch.Generator().manual_seed(3))


@pytest.mark.parametrize("guidance", [5.0, 1.0])
def test_a_picture_redrawn_is_the_pipelines_to_the_bit(at, stock, guidance):
    latent, vae = ours(at("ddim"), picture(), guidance)
    expected = theirs(stock, picture(), guidance, output_type="pt")
    assert torch.equal(autoencoder.decode(vae, latent).values, expected)


def test_a_negative_prompt_and_two_pictures_are_the_pipelines_too(at, stock):
    latent, _ = ours(at("ddim"), picture(2), negative="blurry")
    expected = theirs(stock, picture(2), seeds=(7, 8), negative_prompt="blurry")
    assert torch.equal(latent.values, expected)


def test_a_single_file_gives_the_folders_picture_to_the_bit(at):
    folder, file = at("euler_leading"), at("file")
    assert torch.equal(ours(file, picture())[0].values, ours(folder, picture())[0].values)


def test_it_is_known_from_sdxl_before_anything_is_loaded(at):
    for kind in ("ddim", "file"):
        found: Any = describe(at(kind))
        assert found.model.facts.family == "SDXL refiner" and found.model.facts.space == "SDXL"
        assert (found.model.facts.text_width, found.model.facts.pooled_width) == (64, 32)
        assert found.text_encoder.facts == TextFacts("SDXL refiner", 64, 32)

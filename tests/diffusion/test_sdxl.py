"""SDXL: the stock pipeline's picture to the bit, from a folder and from a single file."""

from functools import cache
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionXLImg2ImgPipeline, StableDiffusionXLPipeline

from nodes.core.facts import TextFacts
from nodes.core.types import Latent
from nodes.diffusion import autoencoder, memory, text
from nodes.diffusion.describe import describe
from nodes.diffusion.sampling import sample
from tests import tiny_xl
from tests.tiny import PROMPT, blank, finish

KINDS: dict[str, dict[str, Any]] = {
    "euler_leading": {},
    "ddim": {"scheduler": "ddim"},
    "encoded": {"zeros": False},
}
DISTILLED = {"turbo": {"scheduler": "turbo"}, "lightning": {"scheduler": "lightning"}}


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    root = tmp_path_factory.mktemp("xl")

    @cache
    def path(kind):
        if kind == "file":
            return tiny_xl.single_file(root / "xl.safetensors")
        return tiny_xl.folder(root / kind, **(KINDS | DISTILLED)[kind])

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


def ours(path, latent=None, guidance=5.0, batch=1, **how):
    denoiser, conditioning, vae = parts(path)
    begun = latent or blank(batch, 64, 96)
    steps = sample(denoiser, begun, conditioning, None, 7, 5, guidance, "model", "model", **how)
    return finish(steps), vae


def theirs(pipe, guidance=5.0, seeds=(7,), **how):
    streams = [torch.Generator().manual_seed(seed) for seed in seeds]
    return pipe(
        PROMPT,
        num_images_per_prompt=len(seeds),
        width=64,
        height=96,
        num_inference_steps=5,
        guidance_scale=guidance,
        generator=streams if len(seeds) > 1 else streams[0],
        **({"output_type": "pt"} | how),
    ).images


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("guidance", [5.0, 1.0])
def test_the_picture_is_the_pipelines_to_the_bit(at, stock, kind, guidance):
    latent, vae = ours(at(kind), guidance=guidance)
    expected = theirs(stock(kind), guidance)
    assert torch.equal(autoencoder.decode(vae, latent).values, expected)


@pytest.mark.parametrize("kind", DISTILLED)
@pytest.mark.parametrize("batch", [1, 2])
def test_models_of_few_steps_are_the_pipeline_without_guidance(at, stock, kind, batch):
    latent, _ = ours(at(kind), guidance=1.0, batch=batch)
    seeds = (7, 8)[:batch]
    assert torch.equal(latent.values, theirs(stock(kind), 0.0, seeds, output_type="latent"))


def test_a_batch_of_two_is_the_pipeline_with_a_generator_for_each(at, stock):
    latent, _ = ours(at("ddim"), batch=2)
    expected = theirs(stock("ddim"), seeds=(7, 8), output_type="latent")
    assert torch.equal(latent.values, expected)


def test_a_single_file_gives_the_folders_picture_to_the_bit(at):
    assert torch.equal(ours(at("file"))[0].values, ours(at("euler_leading"))[0].values)


def test_a_picture_redrawn_is_the_pipelines_to_the_bit(at, stock):
    denoiser, _, _ = parts(at("ddim"))
    before = torch.randn(1, 4, 12, 8, generator=torch.Generator().manual_seed(3))
    latent, _ = ours(at("ddim"), Latent(before, denoiser.space), denoise=0.6)
    pipe = StableDiffusionXLImg2ImgPipeline(
        **stock("ddim").components, requires_aesthetics_score=False
    )
    pipe.set_progress_bar_config(disable=True)
    expected = pipe(
        PROMPT,
        image=before,
        strength=0.6,
        num_inference_steps=5,
        guidance_scale=5.0,
        generator=torch.Generator().manual_seed(7),
        output_type="latent",
    ).images
    assert torch.equal(latent.values, expected)


def test_what_it_reads_and_works_in_is_known_before_anything_is_loaded(at):
    for kind in ("euler_leading", "file"):
        found: Any = describe(at(kind))
        assert found.model.facts.family == "SDXL" and found.model.facts.space == "SDXL"
        assert (found.model.facts.text_width, found.model.facts.pooled_width) == (96, 32)
        assert found.text_encoder.facts == TextFacts("SDXL", 96, 32)

"""PixArt-Sigma: the stock pipeline's picture to the bit, from a folder and its authors' file."""

import shutil
from functools import cache
from typing import Any

import pytest
import torch
from diffusers import PixArtSigmaPipeline

from nodes.core.facts import TextFacts
from nodes.core.problem import Problem
from nodes.core.types import Latent
from nodes.diffusion import autoencoder, loading, memory, pixart, text
from nodes.diffusion.describe import describe
from nodes.diffusion.mapped import tensors
from nodes.diffusion.recognise import recognise
from nodes.diffusion.sampling import fitted, sample
from tests import tiny_pixart
from tests.tiny import blank, finish

PROMPT = "  A red Sailboat at sunset "


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    root = tmp_path_factory.mktemp("pixart")

    @cache
    def path(kind):
        if kind == "file":
            return tiny_pixart.single_file(root / "pixart.safetensors")
        return tiny_pixart.folder(root / kind, kind)

    return path


@pytest.fixture(scope="module")
def stock(at):
    @cache
    def load(kind):
        pipe = PixArtSigmaPipeline.from_pretrained(at(kind), local_files_only=True)
        pipe.set_progress_bar_config(disable=True)
        for module in (pipe.transformer, pipe.vae, pipe.text_encoder):
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


def ours(path, latent=None, guidance=4.5, batch=1, sampler="model", **how):
    denoiser, conditioning, vae = parts(path)
    begun = latent or blank(batch, 64, 96)
    steps = sample(denoiser, begun, conditioning, None, 7, 4, guidance, sampler, "model", **how)
    return finish(steps), vae


def theirs(pipe, guidance=4.5, seeds=(7,), **how):
    streams = [torch.Generator().manual_seed(seed) for seed in seeds]
    return pipe(
        PROMPT,
        num_images_per_prompt=len(seeds),
        width=64,
        height=96,
        num_inference_steps=4,
        guidance_scale=guidance,
        generator=streams if len(seeds) > 1 else streams[0],
        use_resolution_binning=False,
        **({"output_type": "pt"} | how),
    ).images


@pytest.mark.parametrize("kind", ["dpm", "ddim"])
@pytest.mark.parametrize("guidance", [4.5, 1.0])
def test_the_picture_is_the_pipelines_to_the_bit(at, stock, kind, guidance):
    latent, vae = ours(at(kind), guidance=guidance)
    expected = theirs(stock(kind), guidance)
    assert torch.equal(autoencoder.decode(vae, latent).values, expected)


def test_a_batch_of_two_is_the_pipeline_with_a_generator_for_each(at, stock):
    latent, _ = ours(at("dpm"), batch=2)
    expected = theirs(stock("dpm"), seeds=(7, 8), output_type="latent")
    assert torch.equal(latent.values, expected)


def test_a_picture_redrawn_is_the_second_half_of_the_pipelines_steps(at, stock):
    denoiser, _, _ = parts(at("dpm"))
    before = torch.randn(1, 4, 12, 8, generator=torch.Generator().manual_seed(3))
    latent, _ = ours(at("dpm"), Latent(before, denoiser.space), denoise=0.5)
    pipe = stock("dpm")
    noise = torch.randn(before.shape, generator=torch.Generator().manual_seed(7))
    pipe.scheduler.set_timesteps(4)
    left = pipe.scheduler.timesteps[2:]
    noised = pipe.scheduler.add_noise(before, noise, left[:1])
    expected = theirs(pipe, latents=noised, timesteps=left.tolist(), output_type="latent")
    assert torch.equal(latent.values, expected)


def test_our_own_sampler_is_the_pipelines_own_solver(at, stock):
    latent, _ = ours(at("dpm"), sampler="dpmpp_2m")
    expected = theirs(stock("dpm"), output_type="latent")
    assert (latent.values - expected).abs().max() <= 1e-5 * expected.abs().max()


def test_its_authors_file_gives_the_folders_transformer_to_the_bit(at):
    found = recognise(at("file"))
    assert found.prediction == "epsilon" and found.text is None and found.space is None
    kind = torch.device("cpu"), torch.float32
    folder: Any = loading.load(recognise(at("dpm")), "transformer", *kind)
    single: Any = loading.load(found, "transformer", *kind)
    expected = folder.state_dict()
    assert expected.keys() == single.state_dict().keys()
    assert all(torch.equal(tensor, expected[n]) for n, tensor in single.state_dict().items())
    assert torch.equal(folder.pos_embed.pos_embed, single.pos_embed.pos_embed)


def test_its_authors_file_with_parts_of_a_folder_draws_the_folders_picture_to_the_bit(at):
    whole, conditioning, _ = parts(at("dpm"))
    alone: Any = describe(at("file")).model
    drawn, expected = (
        finish(sample(one, blank(), conditioning, None, 7, 4, 4.5, "model", "model")).values
        for one in (memory.denoiser(alone), whole)
    )
    assert torch.equal(drawn, expected)


def test_a_file_under_the_names_of_diffusers_is_read_as_the_largest_usual_one(at):
    file = at("dpm") / "transformer" / "diffusion_pytorch_model.safetensors"
    found = recognise(file).configs["transformer"]
    expected = recognise(at("dpm")).configs["transformer"]
    unsaid = {"sample_size": 128, "interpolation_scale": 2}
    assert found.items() <= (expected | unsaid | {"_class_name": found["_class_name"]}).items()
    state = tensors(file)
    assert pixart.rename("transformer", state, found).keys() == state.keys()


def test_a_folder_that_names_its_transformer_as_it_once_was_is_read_too(at, tmp_path):
    folder = shutil.copytree(at("dpm"), tmp_path / "old")
    for file in (folder / "model_index.json", folder / "transformer" / "config.json"):
        file.write_text(file.read_text().replace("PixArtTransformer2DModel", "Transformer2DModel"))
    assert torch.equal(ours(folder)[0].values, ours(at("dpm"))[0].values)


def test_a_transformer_that_is_told_sizes_is_of_no_known_family(at, tmp_path):
    folder = shutil.copytree(at("dpm"), tmp_path / "told")
    file = folder / "transformer" / "config.json"
    file.write_text(file.read_text().replace('_conditions": false', '_conditions": true'))
    with pytest.raises(Problem, match=r"told is of no known family .* a PixArtSigmaPipeline with"):
        recognise(folder)


def test_sides_are_made_multiples_of_a_patch(at):
    denoiser, _, _ = parts(at("dpm"))
    assert fitted(blank(1, 72, 95), denoiser).values.shape == (1, 4, 10, 8)
    odd = Latent(torch.zeros(1, 4, 9, 8), denoiser.space)
    with pytest.raises(Problem, match="72 pixels high, sides of this model are multiples of 16"):
        fitted(odd, denoiser)


def test_what_it_reads_and_works_in_is_known_before_anything_is_loaded(at):
    found: Any = describe(at("dpm"))
    facts = found.model.facts
    assert (facts.family, facts.space, facts.patch) == ("PixArt-Sigma", "SDXL", 2)
    assert (facts.text_width, facts.pooled_width, facts.width) == (32, 0, 64)
    assert found.text_encoder.facts == TextFacts("PixArt-Sigma", 32, 0)
    single: Any = describe(at("file"))
    assert single.model.facts == facts

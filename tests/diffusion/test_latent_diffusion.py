"""The original LDM: the stock pipeline's picture to the bit, with a codebook and without."""

import json
import shutil
from functools import cache
from typing import Any

import pytest
import torch
from diffusers import LDMTextToImagePipeline

from nodes.core.facts import TextFacts
from nodes.core.problem import Problem
from nodes.core.types import Latent
from nodes.diffusion import autoencoder, memory, text
from nodes.diffusion.alone import joined
from nodes.diffusion.describe import describe
from nodes.diffusion.recognise import recognise
from nodes.diffusion.sampling import sample
from tests import tiny_bert
from tests.tiny import blank, finish

PROMPT = "A red Sailboat, at sunset."


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    root = tmp_path_factory.mktemp("ldm")

    @cache
    def path(kind):
        scheduler, _, coder = kind.partition("-")
        if scheduler == "file":
            return tiny_bert.single_file(root / f"{kind}.safetensors", kl=coder == "kl")
        return tiny_bert.folder(root / kind, scheduler, kl=coder == "kl")

    return path


@pytest.fixture(scope="module")
def stock(at):
    @cache
    def load(kind):
        pipe = LDMTextToImagePipeline.from_pretrained(at(kind), local_files_only=True)
        pipe.set_progress_bar_config(disable=True)
        for module in (pipe.unet, pipe.vqvae, pipe.bert):
            for weight in module.parameters():
                weight.data = weight.data.clone()
        return pipe

    return load


def parts(path, words=None):
    handles: Any = describe(path)
    others: Any = describe(words or path)
    prompter = memory.text_encoder(others.text_encoder)
    return (
        memory.denoiser(handles.model),
        text.encode(prompter, PROMPT),
        memory.autoencoder(handles.vae),
    )


def ours(path, latent=None, guidance=5.0, batch=1, sampler="model", words=None, **how):
    denoiser, conditioning, vae = parts(path, words)
    begun = latent or blank(batch, 64, 96)
    steps = sample(denoiser, begun, conditioning, None, 7, 4, guidance, sampler, "model", **how)
    return finish(steps), vae


def theirs(pipe, guidance=5.0, seeds=(7,), steps=4):
    streams = [torch.Generator().manual_seed(seed) for seed in seeds]
    kept: list[Any] = []
    decode = pipe.vqvae.decode

    def keep(z):
        kept.append(z)
        return decode(z)

    pipe.vqvae.decode = keep
    try:
        picture = pipe(
            [PROMPT] * len(seeds),
            width=64,
            height=96,
            num_inference_steps=steps,
            guidance_scale=guidance,
            generator=streams if len(seeds) > 1 else streams[0],
            output_type="pt",
        ).images
    finally:
        del pipe.vqvae.decode
    return picture, kept[0]


@pytest.mark.parametrize("kind", ["ddim", "pndm", "ddim-kl", "pndm-kl"])
@pytest.mark.parametrize("guidance", [5.0, 1.0])
def test_the_picture_is_the_pipelines_to_the_bit(at, stock, kind, guidance):
    latent, vae = ours(at(kind), guidance=guidance)
    expected, _ = theirs(stock(kind), guidance)
    assert torch.equal(autoencoder.decode(vae, latent).values, expected)


@pytest.mark.parametrize("kind", ["ddim", "ddim-kl"])
def test_a_batch_of_two_is_the_pipeline_with_a_generator_for_each(at, stock, kind):
    latent, vae = ours(at(kind), batch=2)
    _, expected = theirs(stock(kind), seeds=(7, 8))
    assert torch.equal(latent.values * (1 / vae.space.scale), expected)


@pytest.mark.parametrize("kind", ["vq", "kl"])
def test_its_authors_file_gives_the_folders_picture_with_the_folders_words(at, kind):
    file, folder = at(f"file-{kind}"), at("ddim-kl" if kind == "kl" else "ddim")
    found = recognise(file)
    assert found.family.name == "LDM" and found.text is None
    assert found.space == recognise(folder).space
    latents = [ours(file, words=folder)[0], ours(folder)[0]]
    assert torch.equal(latents[0].values, latents[1].values)
    pictures = [autoencoder.decode(parts(path, folder)[2], latents[0]) for path in (file, folder)]
    assert torch.equal(pictures[0].values, pictures[1].values)


def test_a_picture_redrawn_is_the_second_half_of_its_schedulers_steps(at, stock):
    denoiser, conditioning, _ = parts(at("ddim"))
    before = torch.randn(1, 4, 12, 8, generator=torch.Generator().manual_seed(3))
    latent, _ = ours(at("ddim"), Latent(before, denoiser.space), denoise=0.5)
    pipe, noise = (
        stock("ddim"),
        torch.randn(1, 4, 12, 8, generator=torch.Generator().manual_seed(7)),
    )
    pipe.scheduler.set_timesteps(4)
    left = pipe.scheduler.timesteps[2:]
    x = pipe.scheduler.add_noise(before, noise, left[:1])
    empty = conditioning.unconditional
    assert empty
    both = torch.cat([empty.text, conditioning.text])
    with torch.no_grad():
        for time in left:
            away, toward = pipe.unet(
                torch.cat([x, x]), time, encoder_hidden_states=both
            ).sample.chunk(2)
            x = pipe.scheduler.step(away + 5.0 * (toward - away), time, x).prev_sample
    assert torch.equal(latent.values, x)


def test_our_own_sampler_is_ddim(at):
    latents = [ours(at("ddim"), sampler=name)[0].values for name in ("model", "ddim")]
    assert (latents[0] - latents[1]).abs().max() <= 1e-5 * latents[0].abs().max()


def test_what_it_is_told_before_it_runs(at):
    found = recognise(at("ddim"))
    assert found.model and found.text and found.space
    assert found.model.space == found.space.name == "vq 4x8 scale 0.18215"
    assert (found.model.steps, found.model.guidance, found.model.sampler) == (50, 5.0, "model")
    assert found.text == TextFacts("LDM", 32, 0, weights=found.text.weights)
    assert recognise(at("ddim-kl")).space == recognise(at("file-kl")).space
    file = recognise(at("file-vq")).model
    assert file and file.width == 256


def test_a_long_prompt_is_cut_and_that_is_said(at):
    prompter = prompter_of(at("ddim"))
    assert text.encode(prompter, "abc " * 50).text.shape == (1, 77, 32)
    assert text.tokens_over(prompter, "abc " * 50) == 75


def test_a_word_may_count_more(at):
    prompter = prompter_of(at("ddim"))
    plain, more = (text.encode(prompter, one).text for one in ("a boat", "a (boat:1.5)"))
    apart = (plain - more).abs().sum(-1)[0] > 0
    assert apart[2:6].all() and not apart[:2].any() and not apart[6:].any()


def prompter_of(path):
    handles: Any = describe(path)
    return memory.text_encoder(handles.text_encoder)


def refused(path):
    with pytest.raises(Problem) as error:
        recognise(path)
    return str(error.value)


def test_those_that_read_no_words_are_refused(at, tmp_path):
    index = {"_class_name": "LDMPipeline", "unet": ["diffusers", "UNet2DModel"]}
    (tmp_path / "faces").mkdir()
    (tmp_path / "faces/model_index.json").write_text(json.dumps(index))
    assert refused(tmp_path / "faces") == (
        "faces is an LDM that draws pictures of one kind and reads no words (LDMPipeline): "
        "only models that draw from words are known."
    )


def test_a_folder_without_its_words_is_refused(at, tmp_path):
    shutil.copytree(at("ddim"), tmp_path / "model")
    shutil.rmtree(tmp_path / "model/tokenizer")
    with pytest.raises(Problem, match="The folder model lacks its tokenizer"):
        prompter_of(tmp_path / "model")


def test_its_text_encoder_is_not_opened_without_its_words(at):
    with pytest.raises(Problem, match="is LDM, whose text encoders are read from a model's folder"):
        joined("LDM", (str(at("ddim") / "bert"),))

"""FLUX.1: the stock pipeline's picture to the bit, from folders and from single files."""

from functools import cache
from typing import Any

import pytest
import torch
from diffusers import FluxImg2ImgPipeline, FluxInpaintPipeline, FluxPipeline
from safetensors.torch import load_file, save_file

from nodes.core.facts import TextFacts
from nodes.core.problem import Problem
from nodes.core.types import Latent, LatentMask
from nodes.diffusion import autoencoder, loading, memory, text
from nodes.diffusion.describe import describe
from nodes.diffusion.recognise import recognise
from nodes.diffusion.sampling import sample
from tests import tiny_flux
from tests.tiny import PROMPT, blank, finish

TOKENS = {"dev": 512, "schnell": 256}


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    root = tmp_path_factory.mktemp("flux")

    @cache
    def path(kind):
        return tiny_flux.folder(root / kind, kind)

    return path


@pytest.fixture(scope="module")
def stock(at):
    @cache
    def load(kind, made=FluxPipeline):
        if made is not FluxPipeline:
            return quiet(made(**load(kind).components))
        pipe = made.from_pretrained(at(kind), local_files_only=True)
        for module in (pipe.transformer, pipe.vae, pipe.text_encoder, pipe.text_encoder_2):
            for weight in module.parameters():
                weight.data = weight.data.clone()
        return quiet(pipe)

    return load


def quiet(pipe):
    pipe.set_progress_bar_config(disable=True)
    return pipe


def parts(path):
    handles: Any = describe(path)
    prompter = memory.text_encoder(handles.text_encoder)
    return (
        memory.denoiser(handles.model),
        text.encode(prompter, PROMPT),
        memory.autoencoder(handles.vae),
    )


def ours(path, latent=None, guidance=3.5, batch=1, steps=3, **how):
    denoiser, conditioning, vae = parts(path)
    begun = latent or blank(batch, 64, 96)
    run = sample(denoiser, begun, conditioning, None, 7, steps, guidance, "model", "model", **how)
    return finish(run), vae


def theirs(pipe, kind, guidance=3.5, seeds=(7,), steps=3, **how):
    streams = [torch.Generator().manual_seed(seed) for seed in seeds]
    return pipe(
        PROMPT,
        num_images_per_prompt=len(seeds),
        width=64,
        height=96,
        num_inference_steps=steps,
        guidance_scale=guidance,
        max_sequence_length=TOKENS[kind],
        generator=streams if len(seeds) > 1 else streams[0],
        **({"output_type": "pt"} | how),
    ).images


def latents_of(pipe, tokens):
    """What a pipeline gives as `latent`, which is packed, as a latent of 64 x 96 pixels."""
    return pipe._unpack_latents(tokens, 96, 64, 8)


@pytest.mark.parametrize(("kind", "guidance"), [("dev", 3.5), ("dev", 1.0), ("schnell", 1.0)])
def test_the_picture_is_the_pipelines_to_the_bit(at, stock, kind, guidance):
    latent, vae = ours(at(kind), guidance=guidance)
    expected = theirs(stock(kind), kind, guidance)
    assert torch.equal(autoencoder.decode(vae, latent).values, expected)


def test_a_batch_of_two_is_the_pipeline_with_a_generator_for_each(at, stock):
    latent, _ = ours(at("dev"), batch=2)
    expected = theirs(stock("dev"), "dev", seeds=(7, 8), output_type="latent")
    assert torch.equal(latent.values, latents_of(stock("dev"), expected))


def test_guidance_is_a_number_the_model_is_told_and_no_second_pass(at):
    strong, _ = ours(at("dev"), guidance=9.0)
    weak, _ = ours(at("dev"), guidance=1.0)
    assert not torch.equal(strong.values, weak.values)
    denoiser, conditioning, _ = parts(at("dev"))
    calls = []
    hook = denoiser.module.register_forward_hook(lambda *told: calls.append(1))
    finish(sample(denoiser, blank(1, 32, 32), conditioning, None, 7, 3, 3.5, "euler", "simple"))
    hook.remove()
    assert len(calls) == 3


def picture(denoiser):
    values = torch.randn(1, 16, 12, 8, generator=torch.Generator().manual_seed(3))
    return Latent(values, denoiser.space)


@pytest.mark.parametrize("strength", [0.6, 0.5])
def test_a_picture_redrawn_is_the_pipelines_to_the_bit(at, stock, strength):
    before = picture(parts(at("dev"))[0])
    latent, _ = ours(at("dev"), before, steps=5, denoise=strength)
    pipe = stock("dev", FluxImg2ImgPipeline)
    how = {"image": before.values, "strength": strength, "output_type": "latent"}
    expected = theirs(pipe, "dev", steps=5, **how)
    assert torch.equal(latent.values, latents_of(pipe, expected))


@pytest.mark.parametrize("strength", [1.0, 0.6])
def test_a_part_redrawn_is_the_pipelines_to_the_bit(at, stock, strength):
    before = picture(parts(at("dev"))[0])
    free = torch.zeros(1, 1, 12, 8)
    free[..., 3:9, 2:6] = 1
    masked = Latent(before.values, before.space, LatentMask(free))
    latent, _ = ours(at("dev"), masked, steps=5, denoise=strength)
    pipe = stock("dev", FluxInpaintPipeline)
    expected = theirs(
        pipe,
        "dev",
        steps=5,
        image=before.values,
        mask_image=free.repeat_interleave(8, 2).repeat_interleave(8, 3),
        masked_image_latents=before.values,
        strength=strength,
        output_type="latent",
    )
    assert torch.equal(latent.values, latents_of(pipe, expected))


def test_own_euler_on_the_models_levels_is_the_schedulers(at):
    for kind in ("dev", "schnell"):
        denoiser, conditioning, _ = parts(at(kind))
        how = (denoiser, blank(1, 64, 96), conditioning, None, 7, 4, 3.5 if kind == "dev" else 1.0)
        own = finish(sample(*how, "euler", "model")).values
        scheduled = finish(sample(*how, "model", "model")).values
        assert (own - scheduled).abs().max() <= 1e-6 * scheduled.abs().max()


def test_devs_levels_move_with_the_size_of_the_picture_and_schnells_do_not(at):
    def shifts(kind):
        denoiser = parts(at(kind))[0]
        sizes = ((12, 8), (128, 128))
        return [denoiser.prediction.sized(*size).shift for size in sizes]

    assert shifts("schnell") == [1.0, 1.0]
    small, large = shifts("dev")
    assert small < large == pytest.approx(3.1582, abs=1e-4)  # e to the 1.15 at 4096 patches


def test_what_each_kind_wants_is_known_before_anything_is_loaded(at):
    dev: Any = describe(at("dev"))
    schnell: Any = describe(at("schnell"))
    for found in (dev, schnell):
        facts = found.model.facts
        assert (facts.family, facts.space, facts.channels) == ("FLUX.1", "FLUX.1", 16)
        assert (facts.text_width, facts.pooled_width, facts.patch) == (32, 32, 2)
        assert found.text_encoder.facts == TextFacts("FLUX.1", 32, 32)
    wants = [(m.facts.steps, m.facts.guidance) for m in (dev.model, schnell.model)]
    assert wants == [(28, 3.5), (4, 1.0)]
    assert dev.model.facts.embeds_guidance


def test_schnell_reads_256_tokens_and_dev_512(at):
    assert [parts(at(kind))[1].text.shape[1] for kind in ("dev", "schnell")] == [512, 256]


def weights(path, part="transformer"):
    return loading.load(recognise(path), part, torch.device("cpu"), torch.float32).state_dict()


def same(first, second):
    return first.keys() == second.keys() and all(torch.equal(first[n], second[n]) for n in first)


@pytest.mark.parametrize("kind", ["dev", "schnell"])
def test_a_file_with_all_parts_gives_the_folders_picture_to_the_bit(at, tmp_path, kind):
    file = tiny_flux.single_file(tmp_path / "all.safetensors", kind)
    whole: Any = describe(file)
    folder: Any = describe(at(kind))
    assert whole.model.facts == folder.model.facts
    assert whole.text_encoder.facts == folder.text_encoder.facts
    for part in ("transformer", "vae", "text_encoder", "text_encoder_2"):
        assert same(weights(file, part), weights(at(kind), part)), part
    assert torch.equal(ours(file, guidance=1.0)[0].values, ours(at(kind), guidance=1.0)[0].values)


@pytest.mark.parametrize("layout", ["authors", "prefixed", "diffusers"])
def test_a_transformer_by_itself_has_the_folders_weights(at, tmp_path, layout):
    file = tiny_flux.single_file(tmp_path / "one.safetensors", "dev", layout)
    found = describe(file)
    assert found.model and found.text_encoder is None and found.vae is None
    assert same(weights(file), weights(at("dev")))


def test_weights_in_eight_bits_are_multiplied_out(at, tmp_path):
    file = tiny_flux.single_file(tmp_path / "one.safetensors", "dev", "authors")
    exact = weights(at("dev"))
    for beside in ("", ".scale_weight", ".weight_scale"):
        found = weights(tiny_flux.eighths(file, tmp_path / f"8{beside}.safetensors", beside))
        largest = max(float(value.abs().max()) for value in exact.values())
        for name, value in exact.items():
            assert (found[name] - value).abs().max() <= largest / 16  # it keeps 3 binary digits


def test_other_transformers_with_such_blocks_are_not_taken_for_it(tmp_path):
    file = tiny_flux.single_file(tmp_path / "one.safetensors", "dev", "authors")
    state = {k: v for k, v in load_file(file).items() if not k.startswith("vector_in.")}
    save_file(state, tmp_path / "other.safetensors")
    with pytest.raises(Problem, match="no known family"):
        recognise(tmp_path / "other.safetensors")


def test_sides_are_made_of_whole_patches(at):
    denoiser, conditioning, _ = parts(at("dev"))
    run = sample(denoiser, blank(1, 72, 40), conditioning, None, 7, 1, 3.5, "euler", "simple")
    assert finish(run).values.shape == (1, 16, 4, 8)
    odd = Latent(torch.zeros(1, 16, 5, 8), denoiser.space)
    with pytest.raises(Problem, match="is 40 pixels high, sides of this model are multiples of 16"):
        finish(sample(denoiser, odd, conditioning, None, 7, 1, 3.5, "euler", "simple"))


def test_a_transformer_for_another_task_is_refused(at, tmp_path):
    tiny_flux.folder(tmp_path / "edges", "dev")
    config = tmp_path / "edges" / "transformer" / "config.json"
    config.write_text(config.read_text().replace('"in_channels": 64', '"in_channels": 128'))
    with pytest.raises(Problem, match="takes 32 channels, its latents have 16"):
        recognise(tmp_path / "edges")

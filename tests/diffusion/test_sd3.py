"""SD3: the stock pipeline's picture to the bit, from folders and from single files."""

import json
from functools import cache
from shutil import copytree
from typing import Any

import pytest
import torch
from diffusers import (
    StableDiffusion3Img2ImgPipeline,
    StableDiffusion3InpaintPipeline,
    StableDiffusion3Pipeline,
)
from diffusers.loaders import single_file_utils as single
from diffusers.models import embeddings
from safetensors.torch import save_file

from nodes.core.facts import TextFacts
from nodes.core.problem import Problem
from nodes.core.types import Latent, LatentMask
from nodes.diffusion import autoencoder, loading, memory, text
from nodes.diffusion.describe import describe
from nodes.diffusion.recognise import recognise
from nodes.diffusion.sampling import sample
from tests import tiny_sd3
from tests.tiny import PROMPT, blank, finish

KINDS: dict[str, dict[str, Any]] = {
    "3": {},
    "3.5": {"kind": "3.5"},
    "moving": {"kind": "moving"},
    "no t5": {"t5": None},
}
SIZE = {"width": 64, "height": 96}


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    root = tmp_path_factory.mktemp("sd3")

    @cache
    def path(kind):
        return tiny_sd3.folder(root / kind, **KINDS[kind])

    return path


@pytest.fixture(scope="module")
def stock(at):
    @cache
    def load(kind, made=StableDiffusion3Pipeline):
        gone = {} if kind != "no t5" else {"text_encoder_3": None, "tokenizer_3": None}
        pipe = made.from_pretrained(at(kind), local_files_only=True, **gone)
        pipe.set_progress_bar_config(disable=True)
        for module in pipe.components.values():
            for weight in module.parameters() if isinstance(module, torch.nn.Module) else ():
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


def ours(path, latent=None, guidance=5.0, batch=1, steps=4, **how):
    denoiser, conditioning, vae = parts(path)
    begun = latent or blank(batch, 64, 96)
    run = sample(denoiser, begun, conditioning, None, 7, steps, guidance, "model", "model", **how)
    return finish(run), vae


def theirs(pipe, guidance=5.0, seeds=(7,), steps=4, **how):
    streams = [torch.Generator().manual_seed(seed) for seed in seeds]
    return pipe(
        PROMPT,
        num_images_per_prompt=len(seeds),
        num_inference_steps=steps,
        guidance_scale=guidance,
        generator=streams if len(seeds) > 1 else streams[0],
        **({"output_type": "pt"} | SIZE | how),
    ).images


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("guidance", [5.0, 1.0])
def test_the_picture_is_the_pipelines_to_the_bit(at, stock, kind, guidance):
    latent, vae = ours(at(kind), guidance=guidance)
    expected = theirs(stock(kind), guidance)
    assert torch.equal(autoencoder.decode(vae, latent).values, expected)


def test_a_batch_of_two_is_the_pipeline_with_a_generator_for_each(at, stock):
    latent, _ = ours(at("3"), batch=2)
    expected = theirs(stock("3"), seeds=(7, 8), output_type="latent")
    assert torch.equal(latent.values, expected)


def picture(path):
    values = torch.randn(1, 16, 12, 8, generator=torch.Generator().manual_seed(3))
    return Latent(values, parts(path)[0].space)


@pytest.mark.parametrize(("kind", "strength"), [("3", 0.6), ("moving", 0.5)])
def test_a_picture_redrawn_is_the_pipelines_to_the_bit(at, stock, kind, strength):
    before = picture(at(kind))
    latent, _ = ours(at(kind), before, steps=5, denoise=strength)
    pipe = stock(kind, StableDiffusion3Img2ImgPipeline)
    how = {"image": before.values, "strength": strength, "output_type": "latent"}
    assert torch.equal(latent.values, theirs(pipe, steps=5, **how))


@pytest.mark.parametrize("strength", [1.0, 0.6])
def test_a_part_redrawn_is_the_pipelines_to_the_bit(at, stock, strength):
    before, free = picture(at("3")), torch.zeros(1, 1, 12, 8)
    free[..., 3:9, 2:6] = 1
    masked = Latent(before.values, before.space, LatentMask(free))
    latent, _ = ours(at("3"), masked, steps=5, denoise=strength)
    expected = theirs(
        stock("3", StableDiffusion3InpaintPipeline),
        steps=5,
        image=before.values,
        mask_image=free.repeat_interleave(8, 2).repeat_interleave(8, 3),
        masked_image_latents=before.values,
        strength=strength,
        output_type="latent",
    )
    assert torch.equal(latent.values, expected)


@pytest.mark.parametrize("kind", ["3", "moving"])
def test_own_euler_on_the_models_levels_is_the_schedulers(at, kind):
    denoiser, conditioning, _ = parts(at(kind))
    how = (denoiser, blank(1, 64, 96), conditioning, None, 7, 4, 5.0)
    own = finish(sample(*how, "euler", "model")).values
    scheduled = finish(sample(*how, "model", "model")).values
    assert (own - scheduled).abs().max() <= 1e-6 * scheduled.abs().max()


def weights(path, part):
    return loading.load(recognise(path), part, torch.device("cpu"), torch.float32).state_dict()


def same(first, second):
    return first.keys() == second.keys() and all(torch.equal(first[n], second[n]) for n in first)


@pytest.mark.parametrize(("kind", "t5"), [("3", "usual"), ("3.5", None)])
def test_a_file_with_all_parts_gives_the_folders_picture_to_the_bit(tmp_path, kind, t5):
    file = tiny_sd3.single_file(tmp_path / "all.safetensors", kind, t5)
    folder = tiny_sd3.folder(tmp_path / "folder", kind, t5)
    assert recognise(file).configs.keys() - recognise(folder).configs.keys() == set()
    for part in recognise(folder).configs.keys() & recognise(folder).family.classes.keys():
        assert same(weights(file, part), weights(folder, part)), part
    configs = [recognise(path).configs["transformer"] for path in (file, folder)]
    own, given = ({name: config[name] for name in configs[0]} for config in configs)
    assert own | {"sample_size": 8} == given
    assert torch.equal(ours(file)[0].values, ours(folder)[0].values)


@pytest.mark.parametrize("kind", ["3", "3.5"])
def test_its_authors_names_are_read_as_diffusers_reads_them(kind):
    module = tiny_sd3.transformer(kind)
    state = tiny_sd3.authors(module)
    renamed = single.convert_sd3_transformer_checkpoint_to_diffusers(state)
    assert same(renamed, module.state_dict())


def test_a_transformer_by_itself_is_known_under_both_namings(at, tmp_path):
    whole = tiny_sd3.single_file(tmp_path / "whole.safetensors", "3.5", texts=False)
    bare = tmp_path / "bare.safetensors"
    save_file({k: v.contiguous() for k, v in stock_weights().items()}, bare)
    for path in (whole, bare):
        found = recognise(path)
        assert found.family.name == "SD3" and found.text is None and found.model
        assert found.configs["transformer"]["dual_attention_layers"] == [0]
        assert same(weights(path, "transformer"), stock_weights())


def stock_weights():
    return tiny_sd3.pipeline("3.5").transformer.state_dict()


def test_what_it_reads_and_works_in_is_known_before_anything_is_loaded(at):
    for kind, guidance in (("3", 7.0), ("3.5", 4.5), ("no t5", 7.0)):
        found: Any = describe(at(kind))
        facts = found.model.facts
        assert (facts.family, facts.space, facts.channels) == ("SD3", "SD3", 16)
        assert (facts.steps, facts.guidance, facts.sampler) == (28, guidance, "euler")
        assert (facts.patch, facts.largest, facts.width) == (2, 128, 64)
        assert (facts.text_width, facts.pooled_width) == (112, 96)
        assert found.text_encoder.facts == TextFacts("SD3", 112, 96)


def test_t5_reads_256_tokens_behind_those_of_the_clips(at):
    for kind in ("3", "no t5"):
        assert parts(at(kind))[1].text.shape == (1, 16 + 256, 112)


def test_a_transformer_for_another_task_is_refused(at, tmp_path):
    folder = tmp_path / "other"
    copytree(at("3"), folder)
    place = folder / "transformer" / "config.json"
    place.write_text(place.read_text().replace('"in_channels": 16', '"in_channels": 33'))
    with pytest.raises(Problem, match="takes 33 channels, its latents have 16"):
        recognise(folder)


def test_layers_of_the_clips_left_out_are_those_the_pipeline_leaves_out(at, stock):
    denoiser, _, _ = parts(at("3"))
    handles: Any = describe(at("3"))
    conditioning = text.encode(memory.text_encoder(handles.text_encoder), PROMPT, skip=1)
    how = (denoiser, blank(1, 64, 96), conditioning, None, 7, 4, 5.0, "model", "model")
    latent = finish(sample(*how))
    assert torch.equal(latent.values, theirs(stock("3"), clip_skip=1, output_type="latent"))


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [("transformer", "pos_embed_max_size", 10**6), ("text_encoder_3", "d_model", -1)],
)
def test_sizes_no_model_has_are_refused_before_anything_is_built(at, tmp_path, part, name, value):
    folder = tmp_path / "other"
    copytree(at("3"), folder)
    place = folder / part / "config.json"
    place.write_text(json.dumps(json.loads(place.read_text()) | {name: value}))
    with pytest.raises(Problem, match=rf"says {name} is {value}; it is a whole number"):
        recognise(folder)


def test_a_table_of_places_is_not_worked_out_where_a_file_brings_it(at, monkeypatch):
    """For SD3.5 medium that would take longer than to read all weights, and more memory."""
    whole = weights(at("3"), "transformer")
    monkeypatch.setattr(embeddings, "get_2d_sincos_pos_embed", lambda *a, **k: on_meta(a))
    assert same(weights(at("3"), "transformer"), whole)


def on_meta(asked):
    assert torch.zeros(0).device.type == "meta"
    return torch.empty(asked[1] ** 2, asked[0])

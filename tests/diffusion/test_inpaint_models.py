"""Models that fill holes: the stock pipelines' pictures to the bit, and what is refused."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import torch
from torch.nn import functional

from nodes.core.facts import LatentFacts
from nodes.core.problem import Problem
from nodes.core.types import Image, Latent, Mask
from nodes.diffusion import autoencoder, memory, sampling, text
from nodes.diffusion.describe import describe
from nodes.diffusion.masked import keep, seen
from nodes.diffusion.recognise import recognise
from nodes.diffusion.sampling import sample
from nodes.latent.batch import batch_latents
from nodes.latent.codec import encode_inpaint, vae_encode
from nodes.latent.mask import set_latent_mask
from nodes.latent.shape import flip_latent, rotate_latent
from nodes.sampling.agree import fills
from nodes.sampling.guide import guide
from nodes.sampling.steps import (
    add_noise,
    noise_schedule,
    noise_schedule_step,
    sampler_step,
    unet_denoise,
)
from tests import tiny, tiny_inpaint
from tests.latents import context, rule
from tests.tiny import PROMPT, blank, finish
from tests.tiny_inpaint import hole, picture

KINDS = ("sd1", "xl", "flux")


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    root = tmp_path_factory.mktemp("inpaint")

    @cache
    def path(kind):
        if kind == "file":
            return tiny_inpaint.single_file(root / "nine.safetensors")
        if kind == "plain":
            return tiny.folder(root / kind, "ddim")
        return tiny_inpaint.folder(root / kind, kind)

    return path


@pytest.fixture(scope="module")
def stock(at):
    return cache(lambda kind: tiny_inpaint.pipeline(at(kind), kind))


@pytest.fixture(scope="module")
def holed(at, tmp_path_factory):
    """The picture with its hole in the space of a model."""

    @cache
    def latent(kind):
        handles: Any = describe(at(kind))
        how: Any = {"context": context(tmp_path_factory.mktemp("run"))}
        return finish(encode_inpaint(handles.vae, Image(picture()), Mask(hole()), **how))

    return latent


def ours(path, latent, guidance, sampler="model", schedule="model", **how):
    handles: Any = describe(path)
    denoiser = memory.denoiser(handles.model)
    conditioning = text.encode(memory.text_encoder(handles.text_encoder), PROMPT)
    run = sample(denoiser, latent, conditioning, None, 7, 5, guidance, sampler, schedule, **how)
    return finish(run)


def decoded(path, latent):
    handles: Any = describe(path)
    return autoencoder.decode(memory.autoencoder(handles.vae), latent).values


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("guidance", "strength"), [(5.0, 1.0), (1.0, 1.0), (5.0, 0.6)])
def test_the_picture_is_the_pipelines_to_the_bit(at, stock, holed, kind, guidance, strength):
    latent = ours(at(kind), holed(kind), guidance, denoise=strength)
    expected = tiny_inpaint.theirs(stock(kind), guidance, strength)
    assert torch.equal(decoded(at(kind), latent), expected)


@pytest.mark.parametrize("kind", ["sd1", "flux"])
def test_two_pictures_fill_the_same_hole(at, stock, holed, kind):
    one = holed(kind)
    two = Latent(one.values.repeat(2, 1, 1, 1), one.space, one.mask)
    expected = tiny_inpaint.theirs(stock(kind), 5.0, seeds=(7, 8))
    assert torch.allclose(decoded(at(kind), ours(at(kind), two, 5.0)), expected, atol=2e-5)


def test_a_single_file_is_known_by_the_shape_of_its_first_layer(at, holed):
    facts: Any = recognise(at("file")).model
    assert facts.inpaints and facts.channels == 4
    latent = ours(at("file"), holed("sd1"), 5.0, "euler", "normal")
    folder = ours(at("sd1"), holed("sd1"), 5.0, "euler", "normal")
    assert torch.equal(latent.values, folder.values)


def test_a_model_of_another_number_of_channels_is_refused(at, tmp_path):
    copied = tiny_inpaint.folder(tmp_path / "eight", "sd1")
    config = copied / "unet" / "config.json"
    config.write_text(config.read_text().replace('"in_channels": 9', '"in_channels": 8'))
    with pytest.raises(Problem, match="takes 8 channels, its latents have 4"):
        recognise(copied)


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_picture_with_a_hole_it_is_refused_in_a_sentence(at, holed, kind):
    handles: Any = describe(at(kind))
    whole = Latent(holed(kind).values, holed(kind).space)
    masked = set_latent_mask(whole, Mask(hole()))
    for latent in (blank(1, 64, 96), whole, masked):
        with pytest.raises(Problem, match="make it with encode_inpaint") as told:
            ours(at(kind), latent, 5.0, "euler", "simple")
        assert told.value.port == "latent"
        with pytest.raises(Problem, match="make it with encode_inpaint"):
            fills(handles.model.facts, latent.facts)
    fills(handles.model.facts, holed(kind).facts)
    fills(handles.model.facts, LatentFacts())


@pytest.mark.parametrize("kind", ["sd1", "flux"])
def test_our_samplers_put_the_kept_picture_back_at_the_end(at, holed, kind):
    before = holed(kind)
    kept = before.mask.values.expand_as(before.values) == 0
    after = ours(at(kind), before, 5.0, "euler", "simple")
    assert torch.equal(after.values[kept], before.values[kept])
    assert not torch.equal(after.values[~kept], before.values[~kept])
    assert after.mask.kept is None and after.mask.shown is not None


def test_on_their_way_it_is_left_alone(at, holed):
    """What a model made for it sees is its own latent, also where the picture is kept."""
    handles: Any = describe(at("sd1"))
    denoiser, sigmas = memory.denoiser(handles.model), torch.tensor([5.0, 2.0, 0.0])
    begun = sampling.start(holed("sd1"), sigmas, 7, denoiser)
    values = torch.full_like(begun.values, 3.0)
    assert torch.equal(seen(values, begun.mask, 2.0, denoiser.prediction), values)
    assert torch.equal(keep(values, begun.mask, 2.0), values)


def test_an_ordinary_model_is_held_to_the_picture_as_by_its_pipeline(at, tmp_path):
    path = at("plain")
    handles: Any = describe(path)
    how: Any = {"context": context(tmp_path)}
    latent = finish(encode_inpaint(handles.vae, Image(picture()), Mask(hole()), **how))
    pipe = tiny_inpaint.pipeline(path, "sd1")
    expected = tiny_inpaint.theirs(pipe, 5.0, 0.6)
    assert torch.equal(decoded(path, ours(path, latent, 5.0, denoise=0.6)), expected)


def test_what_is_kept_and_what_is_shown_are_those_of_the_picture(at, holed, tmp_path):
    handles: Any = describe(at("sd1"))
    latent = holed("sd1")
    how: Any = {"context": context(tmp_path)}
    plain = finish(vae_encode(handles.vae, Image(picture()), **how))
    assert torch.equal(latent.values, plain.values)
    grey = torch.where(hole() > 0, 0.5, picture())
    assert torch.equal(
        latent.mask.shown, finish(vae_encode(handles.vae, Image(grey), **how)).values
    )
    assert torch.equal(functional.pixel_shuffle(latent.mask.pixels, 8), hole())
    facts = rule(encode_inpaint)(handles.vae.facts, Image(picture()).facts, Mask(hole()).facts)
    assert facts == latent.facts and facts.shown and facts.masked


def test_a_mask_of_another_size_is_refused(at, tmp_path):
    handles: Any = describe(at("sd1"))
    image, small = Image(picture()), Mask(hole()[:, :, :64])
    with pytest.raises(Problem, match="resize one of them"):
        rule(encode_inpaint)(handles.vae.facts, image.facts, small.facts)
    with pytest.raises(Problem, match="resize one of them"):
        finish(encode_inpaint(handles.vae, image, small, context=context(tmp_path)))


@pytest.mark.parametrize("turn", [flip_latent, rotate_latent])
def test_the_hole_turns_with_its_latent(holed, turn):
    latent = holed("sd1")
    turned = turn(latent)
    change = turn(Latent(hole(), None)).values if turn is rotate_latent else hole().flip(3)
    assert torch.equal(functional.pixel_shuffle(turned.mask.pixels, 8), change)
    assert turned.mask.shown.shape == turned.values.shape and turned.facts.shown


def test_latents_put_together_keep_what_is_shown_if_each_has_it(holed):
    latent = holed("sd1")
    both = batch_latents([latent, latent])
    assert both.mask and both.mask.shown is not None and len(both.mask.shown) == 2
    assert rule(batch_latents)([latent.facts, latent.facts]) == both.facts
    mixed = batch_latents([latent, Latent(latent.values, latent.space)])
    assert mixed.mask and mixed.mask.shown is None
    assert rule(batch_latents)([latent.facts, replace(latent.facts, shown=False)]).shown is False


@pytest.mark.parametrize("kind", ["sd1", "flux"])
def test_the_loop_opened_up_gives_the_bits_of_the_sampler(at, holed, tmp_path, kind):
    handles: Any = describe(at(kind))
    model, here = handles.model, context(tmp_path)
    conditioning = text.encode(memory.text_encoder(handles.text_encoder), PROMPT)
    sigmas = noise_schedule(model, 3, "simple", latent=holed(kind))
    latent = add_noise(holed(kind), sigmas, 7, model=model, context=here)
    state = None
    for index in range(3):
        sigma, after = noise_schedule_step(sigmas, index)
        seen_by = unet_denoise(model, latent, sigma, conditioning, None, 5.0)
        led = seen_by.denoised
        if not model.facts.embeds_guidance:
            led = guide(led, seen_by.negative_denoised, 5.0).denoised
        latent, state = sampler_step(latent, led, sigma, after, "euler", state)
    run = sampling.sample(
        memory.denoiser(model), holed(kind), conditioning, None, 7, 3, 5.0, "euler", "simple"
    )
    assert torch.equal(latent.values, finish(run).values)

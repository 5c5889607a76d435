"""DeepFloyd IF: both stages' pictures to the bit, straight on the pixels."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import torch
from diffusers import (
    DDPMScheduler,
    DPMSolverMultistepScheduler,
    IFImg2ImgPipeline,
    IFPipeline,
    IFSuperResolutionPipeline,
)

from nodes.core.facts import TextFacts
from nodes.core.problem import Problem
from nodes.core.shown import Shown
from nodes.core.types import Latent
from nodes.diffusion import autoencoder, memory, text
from nodes.diffusion.bound import bounded
from nodes.diffusion.describe import describe
from nodes.diffusion.recognise import recognise
from nodes.diffusion.sampling import fitted, sample
from nodes.diffusion.shown import fitting
from nodes.diffusion.space import PIXELS
from tests import tiny_if
from tests.tiny import blank, finish

PROMPT = "A red Sailboat at sunset "
SMALL = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(2)) * 2 - 1


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    root = tmp_path_factory.mktemp("if")

    @cache
    def path(kind):
        if kind == "first":
            return tiny_if.folder(root / kind)
        return tiny_if.second_folder(root / kind, text=kind == "second")

    return path


@pytest.fixture(scope="module")
def stock(at):
    @cache
    def load(kind):
        pipeline = IFPipeline if kind == "first" else IFSuperResolutionPipeline
        pipe = pipeline.from_pretrained(at(kind), local_files_only=True)
        pipe.set_progress_bar_config(disable=True)
        for module in (pipe.unet, pipe.text_encoder):
            for weight in module.parameters():
                weight.data = weight.data.clone()
        return pipe

    return load


def parts(path, encoder=None):
    handles: Any = describe(path)
    prompter = memory.text_encoder(encoder or handles.text_encoder)
    return (
        memory.denoiser(handles.model),
        text.encode(prompter, PROMPT),
        memory.autoencoder(handles.vae),
    )


def ours(path, latent=None, guidance=7.0, batch=1, sampler="model", **how):
    denoiser, conditioning, vae = parts(path)
    begun = latent or blank(batch, 16, 24)
    steps = sample(denoiser, begun, conditioning, None, 7, 4, guidance, sampler, "model", **how)
    return finish(steps), vae


def theirs(pipe, guidance=7.0, seeds=(7,), **how):
    streams = [torch.Generator().manual_seed(seed) for seed in seeds]
    usual = {
        "generator": streams if len(seeds) > 1 else streams[0],
        "width": 16,
        "height": 24,
        "num_inference_steps": 4,
        "output_type": "pt",
    }
    return pipe(
        PROMPT,
        num_images_per_prompt=len(seeds),
        guidance_scale=guidance,
        **(usual | how),
    ).images


@pytest.mark.parametrize("guidance", [7.0, 1.0])
@pytest.mark.parametrize("seeds", [(7,), (7, 8)])
def test_the_picture_is_the_pipelines_to_the_bit(at, stock, guidance, seeds):
    latent, vae = ours(at("first"), guidance=guidance, batch=len(seeds))
    expected = theirs(stock("first"), guidance, seeds)
    assert torch.equal(latent.values, expected)
    picture = autoencoder.decode(vae, latent).values
    assert torch.equal(picture, (expected / 2 + 0.5).clamp(0, 1))


def test_a_picture_redrawn_is_the_pipelines_to_the_bit(at, stock):
    denoiser, _, _ = parts(at("first"))
    latent, _ = ours(at("first"), Latent(SMALL, denoiser.space), denoise=0.6)
    pipe = IFImg2ImgPipeline(**stock("first").components, requires_safety_checker=False)
    pipe.set_progress_bar_config(disable=True)
    expected = pipe(
        PROMPT,
        image=SMALL,
        strength=0.6,
        num_inference_steps=4,
        guidance_scale=7.0,
        generator=torch.Generator().manual_seed(7),
        output_type="pt",
    ).images
    assert torch.equal(latent.values, expected)


class Given(DDPMScheduler):  # type: ignore[misc]
    """Noises a picture with noise that was drawn elsewhere, as if the pipeline had drawn none."""

    drawn: torch.Tensor
    states: list[tuple[torch.Generator, torch.Tensor]]

    def add_noise(self, original_samples, noise, timesteps):
        for stream, state in self.states:
            stream.set_state(state)
        return super().add_noise(original_samples, self.drawn, timesteps)


def given(pipe, streams, seed, shape):
    """The pipeline's own scheduler with our noise, after which streams go on as ours do."""
    found = Given.from_config(pipe.image_noising_scheduler.config)
    places = range(len(streams))
    found.drawn = torch.cat([drawn(shape, seed + place)[0] for place in places])
    found.states = [(one, drawn(shape, one.initial_seed())[1]) for one in streams]
    return found


def drawn(shape, seed):
    """Noise of a seed, and the state its stream is left in."""
    stream = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=stream), stream.get_state()


@pytest.mark.parametrize("guidance", [4.0, 1.0])
@pytest.mark.parametrize("seeds", [(7,), (7, 8)])
def test_a_picture_enlarged_is_the_second_pipelines_to_the_bit(at, stock, guidance, seeds):
    denoiser, conditioning, _ = parts(at("second"))
    shown = replace(conditioning, shown=Shown(SMALL, 300, 5))
    begun = blank(len(seeds), 40, 32)
    ours = sample(denoiser, begun, shown, None, 7, 4, guidance, "model", "model")
    pipe = stock("second")
    streams = [torch.Generator().manual_seed(seed) for seed in seeds]
    pipe.register_modules(image_noising_scheduler=given(pipe, streams, 5, (1, 3, 32, 40)))
    expected = theirs(
        *(pipe, guidance, seeds),
        generator=streams if len(seeds) > 1 else streams[0],
        image=SMALL,
        noise_level=300,
        width=40,
        height=32,
    )
    assert torch.equal(finish(ours).values, expected)


def test_the_second_stage_reads_what_the_first_ones_encoder_wrote(at):
    denoiser, own, _ = parts(at("second"))
    alone: Any = describe(at("alone"))
    assert alone.text_encoder is None and alone.model.facts == denoiser.defaults
    _, conditioning, _ = parts(at("alone"), describe(at("first")).text_encoder)
    assert torch.equal(conditioning.text, own.text)


def test_a_picture_that_lacks_or_is_not_wanted_ends_no_run_in_a_shape_error(at):
    few, two = Shown(SMALL, 300), Shown(SMALL.repeat(2, 1, 1, 1))
    for kind, shown, told in (
        ("second", None, "has no picture, and this model enlarges one"),
        ("first", few, "has a picture, and this model looks at none"),
        ("second", two, "has 2 pictures for 3 latents: show one, or one each"),
    ):
        denoiser, conditioning, _ = parts(at(kind))
        led = replace(conditioning, shown=shown)
        with pytest.raises(Problem, match=told) as caught:
            finish(sample(denoiser, blank(3, 16, 16), led, None, 7, 2, 4.0, "euler", "normal"))
        assert caught.value.port == "positive"


def test_our_own_sampler_holds_its_pixels_as_the_solver_of_diffusers_does(at, tmp_path):
    """High guidance leads x0 far out of what a picture can be, unless it is held.

    At its first level, 20,000, x0 is what is left of two numbers as large, so digits are lost.
    """
    pipe = IFPipeline.from_pretrained(at("first"), local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    pipe.scheduler = DPMSolverMultistepScheduler.from_config(
        pipe.scheduler.config, final_sigmas_type="zero"
    )
    pipe.save_pretrained(tmp_path / "solver")
    latent, _ = ours(tmp_path / "solver", guidance=20.0, sampler="dpmpp_2m")
    expected = theirs(pipe, 20.0)
    assert expected.abs().max() <= 1
    assert (latent.values - expected).abs().max() <= 0.01
    assert torch.equal(ours(tmp_path / "solver", guidance=20.0)[0].values, expected)


def test_what_is_held_is_as_the_scheduler_holds_it():
    wild = torch.randn(3, 3, 9, 7, generator=torch.Generator().manual_seed(1))
    wild = wild * torch.tensor([0.1, 1.0, 9.0]).view(3, 1, 1, 1)
    for most in (1.0, 1.5):
        expected = tiny_if.scheduler(most)._threshold_sample(wild)
        held = bounded(wild, replace(PIXELS, bound=(0.95, most)))
        assert (held - expected).abs().max() <= 1e-6
    assert bounded(wild, PIXELS) is wild


def test_sides_are_multiples_of_what_the_u_net_halves_them_to(at):
    denoiser, _, _ = parts(at("first"))
    assert fitted(blank(1, 17, 25), denoiser).values.shape == (1, 3, 24, 16)


def test_what_it_reads_and_works_in_is_known_before_anything_is_loaded(at):
    found: list[Any] = [describe(at(kind)) for kind in ("first", "second")]
    first, second = (one.model.facts for one in found)
    assert (first.family, first.space, first.factor) == ("DeepFloyd IF", "pixels", 1)
    assert (first.text_width, first.guidance, first.sees) == (32, 7.0, False)
    assert (second.family, second.guidance, second.sees) == ("DeepFloyd IF", 4.0, True)
    assert (first.sampler, first.schedule, second.width) == ("model", "model", 32)
    assert found[1].text_encoder.facts == TextFacts("DeepFloyd IF", 32, 0)


def test_the_folder_of_a_u_net_alone_is_known_and_shown_the_same(at):
    denoiser, conditioning, _ = parts(at("second"))
    alone: Any = describe(at("second") / "unet").model
    led = replace(conditioning, shown=Shown(SMALL))
    lone = memory.denoiser(alone)
    whole, again = (fitting(one, led, 2) for one in (denoiser, lone))
    assert whole and again and torch.equal(whole.values, again.values)
    drawn = finish(sample(lone, blank(1, 16, 16), led, None, 7, 2, 4.0, "model", "model")).values
    assert drawn.shape == (1, 3, 16, 16) and drawn.abs().max() <= 1
    first = recognise(at("first") / "unet").model
    assert first and (first.family, first.sees) == ("DeepFloyd IF", False)

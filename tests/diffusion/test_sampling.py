from dataclasses import replace

import pytest
import torch

from nodes.core.problem import Problem
from nodes.core.types import Latent, LatentSpace
from nodes.diffusion.begin import resume
from nodes.diffusion.guidance import evaluate, guide
from nodes.diffusion.masked import seen
from nodes.diffusion.samplers import SAMPLERS
from nodes.diffusion.sampling import STEP_SAMPLERS, advance, fitted, sample, start
from nodes.diffusion.schedule import schedule
from tests.tiny import blank, finish


def run(parts, kind="pndm", latent=None, seed=7, steps=4, guidance=5.0, **how):
    denoiser, conditioning, _ = parts(kind)
    how = {"sampler": "euler", "schedule": "normal"} | how
    begun = sample(denoiser, latent or blank(), conditioning, None, seed, steps, guidance, **how)
    return finish(begun)


def open_loop(denoiser, latent, conditioning, seed, steps, guidance, sampler, name):
    """The same wired by hand: schedule, noise, then in turns evaluate, guide and step."""
    sigmas = schedule(name, denoiser, steps)
    latent, state = start(latent, sigmas, seed, denoiser), None
    for index in range(steps):
        sigma, next_sigma = sigmas[index].item(), sigmas[index + 1].item()
        shown = seen(latent.values, latent.mask, sigma, denoiser.prediction)
        positive, negative = evaluate(
            denoiser, shown, sigma, conditioning, conditioning.unconditional
        )
        assert negative is not None
        denoised = Latent(guide(positive, negative, guidance), denoiser.space)
        other = Latent(negative, denoiser.space)
        latent, state = advance(
            sampler, latent, denoised, sigma, next_sigma, state, seed, index, other
        )
    return latent


@pytest.mark.parametrize("sampler", STEP_SAMPLERS)
@pytest.mark.parametrize("kind, batch", [("pndm", 1), ("pndm", 2), ("flow", 1), ("v", 1)])
@pytest.mark.parametrize("seed", [0, 2**53 - 1])
def test_the_open_loop_gives_the_same_bits(parts, sampler, kind, batch, seed):
    denoiser, conditioning, _ = parts(kind)
    whole = run(parts, kind, blank(batch), seed, 4, 5.0, sampler=sampler, schedule="karras")
    wired = open_loop(denoiser, blank(batch), conditioning, seed, 4, 5.0, sampler, "karras")
    assert torch.equal(whole.values, wired.values)


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("kind", ["zero_snr", "flow"])
@pytest.mark.parametrize("schedule", ["normal", "simple", "karras", "model"])
def test_every_sampler_finishes_on_every_schedule(parts, sampler, kind, schedule):
    latent = run(parts, kind, sampler=sampler, schedule=schedule)
    assert latent.values.shape == (1, 4, 8, 8) and torch.isfinite(latent.values).all()


@pytest.mark.parametrize("sampler", [*SAMPLERS, "model"])
def test_a_picture_is_the_same_alone_and_in_a_batch(parts, sampler):
    how = {"sampler": sampler, "schedule": "model"}
    batch = run(parts, latent=blank(3), **how).values
    alone = torch.cat([run(parts, seed=7 + i, **how).values for i in range(3)])
    assert (batch - alone).abs().max() < 1e-5 * alone.abs().max()


def test_each_step_tells_where_it_is(parts):
    denoiser, conditioning, _ = parts("pndm")
    steps = list(sample(denoiser, blank(), conditioning, steps=3))
    assert [(step.index, step.of) for step in steps] == [(1, 3), (2, 3), (3, 3)]
    assert torch.equal(steps[-1].latent, steps[-1].denoised)


@pytest.mark.parametrize("kind", ["pndm", "ddim", "euler", "dpm", "v", "flow"])
def test_the_models_scheduler_tells_what_it_foresees(parts, kind):
    """The last x0 foreseen is the picture itself, give or take what the last step leaves."""
    denoiser, conditioning, _ = parts(kind)
    steps = list(sample(denoiser, blank(), conditioning, None, 7, 8, 1.0, "model", "model"))
    last = steps[-1]
    assert torch.allclose(last.denoised, last.latent, atol=0.1 * last.latent.abs().max().item())


def test_guidance_one_is_the_positive_alone(parts):
    denoiser, conditioning, _ = parts("pndm")
    sigmas = schedule("normal", denoiser, 1)
    begun = start(blank(), sigmas, 7, denoiser)
    alone, negative = evaluate(denoiser, begun.values, sigmas[0].item(), conditioning)
    assert negative is None
    assert torch.equal(run(parts, steps=1, guidance=1.0).values, alone)


def test_guidance_without_anything_to_go_away_from_is_refused(parts):
    denoiser, conditioning, _ = parts("pndm")
    bare = replace(conditioning, unconditional=None)
    finish(sample(denoiser, blank(), bare, conditioning, steps=1))
    finish(sample(denoiser, blank(), bare, steps=1, guidance=1.0))
    with pytest.raises(Problem, match="wire a negative"):
        sample(denoiser, blank(), bare, steps=1)


def test_denoise_zero_gives_the_latent_back(parts):
    space = parts("pndm")[0].space
    latent = Latent(torch.randn(1, 4, 8, 8), space)
    for sampler, levels, denoise in (
        ("euler", "normal", 0.0),
        ("model", "model", 0.0),
        ("model", "model", 0.2),
    ):
        after = run(parts, latent=latent, denoise=denoise, sampler=sampler, schedule=levels)
        assert torch.equal(after.values, latent.values)


def test_less_denoise_stays_nearer_to_the_picture(parts):
    latent = Latent(torch.randn(1, 4, 8, 8), parts("pndm")[0].space)
    moved = [
        (run(parts, latent=latent, denoise=amount).values - latent.values).abs().mean()
        for amount in (0.1, 0.4, 0.8)
    ]
    assert moved == sorted(moved) and moved[0] > 0


def test_nothing_that_comes_in_is_changed(parts):
    denoiser, conditioning, _ = parts("euler_ancestral")
    latent = Latent(torch.randn(2, 4, 8, 8), denoiser.space)
    given = [latent.values, conditioning.text, conditioning.unconditional.text]
    copies = [tensor.clone() for tensor in given]
    for sampler in (*SAMPLERS, "model"):
        finish(sample(denoiser, latent, conditioning, None, 7, 3, 5.0, sampler, "model", 0.5))
    assert all(tensor._version == 0 for tensor in given)
    assert all(torch.equal(a, b) for a, b in zip(given, copies, strict=True))


def test_what_comes_out_is_a_plain_tensor(parts):
    latent = run(parts)
    assert not latent.values.is_inference() and latent.values._version >= 0
    assert not parts("pndm")[1].text.is_inference()


def test_a_blank_latent_takes_the_models_size_channels_and_factor(parts):
    denoiser = parts("pndm")[0]
    assert fitted(blank(2, 0, 0), denoiser).values.shape == (2, 4, 8, 8)
    assert fitted(blank(1, 100, 47), denoiser).values.shape == (1, 4, 5, 12)
    with pytest.raises(Problem, match="7x64 is too small"):
        fitted(blank(1, 7, 64), denoiser)


def test_a_latent_of_another_space_is_refused_naming_both(parts):
    other = Latent(torch.zeros(1, 16, 8, 8), LatentSpace("kl 16x8 scale 1", 16, 8))
    with pytest.raises(Problem, match=r"kl 16x8 scale 1.*SD 1\.x"):
        run(parts, latent=other)


def test_the_models_scheduler_wants_its_own_schedule_and_says_how(parts):
    with pytest.raises(Problem, match="its own schedule") as caught:
        run(parts, sampler="model", schedule="karras")
    assert caught.value.fix and caught.value.fix.set == {"schedule": "model"}


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"sampler": "magic"}, "no sampler magic"),
        ({"schedule": "magic"}, "no schedule magic"),
        ({"steps": 0}, "1 to 1000 steps"),
        ({"denoise": 1.5}, "between 0 and 1"),
    ],
)
def test_wrong_settings_are_refused_in_a_sentence(parts, wrong, sentence):
    with pytest.raises(Problem, match=sentence):
        run(parts, **wrong)


def test_a_step_without_a_seed_is_refused_where_noise_is_drawn(parts):
    latent = Latent(torch.zeros(1, 4, 8, 8), parts("pndm")[0].space)
    advance("euler", latent, latent, 2.0, 1.0)
    with pytest.raises(Problem, match="draws noise"):
        advance("euler_ancestral", latent, latent, 2.0, 1.0)
    with pytest.raises(Problem, match="no single steps"):
        advance("heun", latent, latent, 2.0, 1.0)
    state = advance("dpmpp_2m", latent, latent, 2.0, 1.0)[1]
    with pytest.raises(Problem, match="left by dpmpp_2m"):
        advance("euler", latent, latent, 1.0, 0.5, state)


@pytest.mark.parametrize("sampler", ["dpmpp_2m", "lms", "euler_ancestral"])
def test_a_step_follows_what_was_denoised_to_its_device(parts, sampler):
    latent = Latent(torch.randn(1, 4, 8, 8), parts("pndm")[0].space)
    state = advance(sampler, latent, latent, 4.0, 2.0, seed=7)[1]
    there = replace(latent, values=latent.values.to("meta"))
    after, kept = advance(sampler, latent, there, 2.0, 1.0, state, 7, 1)
    assert after.values.device.type == "meta"
    advance(sampler, after, there, 1.0, 0.5, kept, 7, 2)


@pytest.mark.parametrize("kind", ["pndm", "flow"])
def test_a_blank_latent_with_no_noise_stays_blank(parts, kind):
    begun = start(blank(), schedule("normal", parts(kind)[0], 4, 0.0), 7, parts(kind)[0])
    assert begun.values.shape == (1, 4, 8, 8) and not begun.values.any()


def test_the_open_loop_begins_at_no_level_that_a_flow_model_has_not(parts):
    denoiser = parts("flow")[0]
    latent = Latent(torch.zeros(1, 4, 8, 8), denoiser.space)
    for attempt, port in (
        (lambda: start(blank(), torch.tensor([14.6, 0.0]), 7, denoiser), "sigmas"),
        (lambda: resume(latent, torch.tensor([1.5, 0.0]), denoiser), "sigmas"),
        (lambda: advance("euler", latent, latent, 14.6, 1.0), "sigma"),
    ):
        with pytest.raises(Problem, match="the noise of this model is 1 at most") as caught:
            attempt()
        assert caught.value.port == port


def test_one_call_of_the_model_serves_both_prompts(parts, monkeypatch):
    denoiser = parts("pndm")[0]
    calls: list[int] = []
    monkeypatch.setattr(denoiser.module, "forward", _counted(denoiser.module.forward, calls))
    run(parts, steps=3)
    assert calls == [2, 2, 2]


def _counted(forward, calls):
    def counted(x, *args, **kwargs):
        calls.append(len(x))
        return forward(x, *args, **kwargs)

    return counted

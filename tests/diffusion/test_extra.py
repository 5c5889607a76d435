"""What a run may be given besides: a schedule, noise, a guider, no noise at all."""

from dataclasses import replace

import pytest
import torch

from nodes.core.problem import Problem
from nodes.core.types import Guider, Latent, LatentMask, Noise, Sigmas
from nodes.diffusion.guidance import scales_at
from nodes.diffusion.noise import noise
from nodes.diffusion.samplers import SAMPLERS
from nodes.diffusion.sampling import Extra, sample
from nodes.diffusion.schedule import schedule
from tests.tiny import blank, finish


def run(parts, extra, kind="pndm", latent=None, seed=7, sampler="euler", guidance=5.0, named=None):
    denoiser, conditioning, _ = parts(kind)
    name = named or ("model" if sampler == "model" else "karras")
    latent = latent or blank()
    return finish(
        sample(denoiser, latent, conditioning, None, seed, 4, guidance, sampler, name, 1.0, extra)
    )


def levels(parts, kind="pndm", steps=4):
    return schedule("karras", parts(kind)[0], steps)


@pytest.mark.parametrize("kind", ["pndm", "flow"])
def test_a_wired_schedule_is_the_one_with_its_levels(parts, kind):
    wired = run(parts, Extra(Sigmas(levels(parts, kind))), kind, named="normal")
    assert torch.equal(wired.values, run(parts, Extra(), kind).values)


MEMORYLESS = ["euler", "heun", "ddim", "euler_ancestral", "dpm_2", "lcm"]


@pytest.mark.parametrize("sampler", MEMORYLESS)
@pytest.mark.parametrize("kind", ["pndm", "flow"])
@pytest.mark.parametrize("mask", [False, True])
def test_two_halves_of_a_schedule_are_the_whole(parts, sampler, kind, mask):
    whole = levels(parts, kind)
    latent = blank()
    if mask:
        values = torch.zeros(1, 1, 8, 8)
        values[..., :3] = 1
        latent = Latent(torch.randn(1, 4, 8, 8), parts(kind)[0].space, LatentMask(values))
    first = run(parts, Extra(Sigmas(whole[:3])), kind, latent, sampler=sampler)
    rest = Extra(Sigmas(whole[2:]), add_noise=False, steps_before=2)
    second = run(parts, rest, kind, first, sampler=sampler)
    expected = run(parts, Extra(Sigmas(whole)), kind, latent, sampler=sampler)
    assert torch.equal(second.values, expected.values)


def test_a_schedule_that_ends_early_leaves_noise(parts):
    denoiser, conditioning, _ = parts("pndm")
    how = (denoiser, blank(), conditioning, None, 7, 4, 5.0, "euler", "karras")
    second = list(sample(*how))[1].latent
    assert torch.equal(run(parts, Extra(Sigmas(levels(parts)[:3]))).values, second)


@pytest.mark.parametrize(
    "kind, given, sentence",
    [
        ("pndm", [1.0, 2.0, 0.0], "goes from 1 to 2"),
        ("pndm", [2.0, 2.0, 0.0], "goes from 2 to 2"),
        ("pndm", [2.0, -1.0], "goes from 2 to -1"),
        ("pndm", [float("inf"), 0.0], "to inf"),
        ("pndm", [float("nan"), 0.0], "to nan"),
        ("pndm", [], "no noise level"),
        ("flow", [2.0, 0.0], "is 1 at most"),
    ],
)
def test_levels_that_no_sampler_can_follow_are_refused(parts, kind, given, sentence):
    with pytest.raises(Problem, match=sentence) as caught:
        run(parts, Extra(Sigmas(torch.tensor(given))), kind)
    assert caught.value.port == "sigmas"


@pytest.mark.parametrize("sampler", ["euler_ancestral", "model"])
def test_noise_of_a_seed_is_that_seed_in_every_step(parts, sampler):
    wired = run(parts, Extra(noise=Noise(7)), "euler_ancestral", seed=1, sampler=sampler)
    plain = run(parts, Extra(), "euler_ancestral", sampler=sampler)
    assert torch.equal(wired.values, plain.values)


@pytest.mark.parametrize("sampler", ["euler", "model"])
def test_a_latent_taken_as_noise_is_what_is_begun_with(parts, sampler):
    drawn = Latent(noise((4, 8, 8), 7, 1), parts("pndm")[0].space)
    wired = run(parts, Extra(noise=Noise(drawn=drawn)), seed=7, sampler=sampler)
    assert torch.equal(wired.values, run(parts, Extra(), sampler=sampler).values)


@pytest.mark.parametrize(
    "sampler, extra, port",
    [
        ("euler", Extra(eta=0.5), "eta"),
        ("euler", Extra(noise_scale=1.0), "noise_scale"),
        ("model", Extra(eta=0.5), "eta"),
        ("model", Extra(noise_scale=0.5), "noise_scale"),
        ("model", Extra(add_noise=False), "add_noise"),
        ("model", Extra(Sigmas(torch.tensor([1.0, 0.0]))), "sigmas"),
        ("euler", Extra(add_noise=False), "latent"),
    ],
)
def test_what_has_no_effect_is_refused_by_name(parts, sampler, extra, port):
    with pytest.raises(Problem) as caught:
        run(parts, extra, sampler=sampler)
    assert caught.value.port == port


def test_no_eta_makes_the_ancestral_step_eulers(parts):
    calm = run(parts, Extra(eta=0.0), sampler="euler_ancestral").values
    assert torch.allclose(calm, run(parts, Extra()).values, atol=1e-5)
    half = run(parts, Extra(eta=0.5, noise_scale=0.9), sampler="euler_ancestral").values
    assert not torch.allclose(calm, half, atol=1e-2)


def scales(guider, steps=10):
    return [scales_at(guider, 7.0, index, steps)[0] for index in range(steps)]


def test_guidance_has_a_start_an_end_and_gaps():
    assert scales(Guider()) == [7.0] * 10
    assert scales(Guider(4.0, start=0.3, end=0.7)) == [1, 1, 1, 4, 4, 4, 4, 1, 1, 1]
    assert scales(Guider(4.0, start=0.25, every=3)) == [1, 1, 1, 4, 1, 1, 4, 1, 1, 4]
    assert scales(Guider(curve=((0.0, 8.0), (0.5, 3.0))), 4) == [8.0, 5.5, 3.0, 3.0]
    assert scales(Guider(curve=((0.5, 3.0), (0.75, 1.0))), 4) == [3.0, 3.0, 3.0, 1.0]


def passes(parts, monkeypatch, extra, **how):
    """How many rows each call of the model had."""
    module, rows = parts("pndm")[0].module, []
    forward = module.forward

    def counted(x, *args, **kwargs):
        rows.append(len(x))
        return forward(x, *args, **kwargs)

    monkeypatch.setattr(module, "forward", counted)
    run(parts, extra, **how)
    return rows


@pytest.mark.parametrize("sampler", ["euler", "model"])
def test_steps_without_guidance_ask_the_model_once(parts, monkeypatch, sampler):
    early = Extra(guider=Guider(start=0.0, end=0.5))
    rows = passes(parts, monkeypatch, early, sampler=sampler)
    assert rows[0] == 2 and rows[-1] == 1 and sorted(rows, reverse=True) == rows


def test_cfg_pp_needs_the_negative_without_guidance_too(parts, monkeypatch):
    name = next(name for name, sampler in SAMPLERS.items() if sampler.pairs)
    assert passes(parts, monkeypatch, Extra(), sampler=name, guidance=1.0) == [2, 2, 2, 2]
    assert passes(parts, monkeypatch, Extra(), guidance=1.0) == [1, 1, 1, 1]


def test_a_middle_prompt_is_a_third_row(parts, monkeypatch):
    conditioning = parts("pndm")[1]
    middle = replace(conditioning, text=torch.randn(1, 16, 32))
    dual = Extra(guider=Guider(5.0, middle=middle, middle_scale=2.0))
    assert passes(parts, monkeypatch, dual) == [3, 3, 3, 3]


def test_a_middle_prompt_that_is_the_negative_or_the_positive_changes_the_scale_only(parts):
    conditioning = parts("pndm")[1]
    low = Guider(5.0, middle=conditioning.unconditional, middle_scale=9.0)
    high = Guider(9.0, middle=conditioning, middle_scale=5.0)
    for guider in (low, high):
        made = run(parts, Extra(guider=guider)).values
        assert torch.allclose(made, run(parts, Extra()).values, atol=1e-3)


@pytest.mark.parametrize("sampler", ["euler", "model"])
def test_rescale_takes_spread_back(parts, sampler):
    plain = run(parts, Extra(guider=Guider(15.0)), "v", sampler=sampler).values
    calm = run(parts, Extra(guider=Guider(15.0, rescale=1.0)), "v", sampler=sampler).values
    none = run(parts, Extra(guider=Guider(15.0, rescale=0.0)), "v", sampler=sampler).values
    assert torch.equal(plain, none) and calm.std() < 0.9 * plain.std()

from dataclasses import replace

import pytest
import torch
from diffusers import DPMSolverMultistepScheduler, EulerDiscreteScheduler

from nodes.core.problem import Problem
from nodes.diffusion.prediction import Epsilon
from nodes.diffusion.schedules import MOST, SCHEDULES, schedule
from tests.tiny import STABLE


def euler_sigmas(steps, **options):
    stock = EulerDiscreteScheduler(**(STABLE | options))
    stock.set_timesteps(steps)
    return stock.sigmas


@pytest.mark.parametrize(
    "name, options, tolerance",
    [
        ("karras", {"use_karras_sigmas": True}, 1e-6),
        ("exponential", {"use_exponential_sigmas": True}, 1e-6),
        ("normal", {}, 3e-5),
        ("simple", {"timestep_spacing": "trailing"}, 1e-6),
    ],
)
def test_schedules_are_those_of_diffusers(parts, name, options, tolerance):
    ours, theirs = schedule(name, parts("pndm")[0], 20), euler_sigmas(20, **options)
    assert ((ours - theirs).abs() <= tolerance * theirs.clamp(min=1e-2)).all()


@pytest.mark.parametrize("kind", ["pndm", "ddim", "euler", "dpm", "zero_snr", "flow"])
@pytest.mark.parametrize("steps", [1, 2, 3, 7, 12, 20, 30, 50])
def test_schedules_fall_to_zero_in_as_many_steps_as_asked(parts, kind, steps):
    for name in made_for(kind):
        falls_to_zero(schedule(name, parts(kind)[0], steps), steps)


@pytest.mark.parametrize("kind", ["pndm", "zero_snr", "flow"])
@pytest.mark.parametrize("steps", [150, 999, 1000])
def test_no_level_is_visited_twice_in_the_longest_schedules(parts, kind, steps):
    for name in made_for(kind) - {"model"}:
        falls_to_zero(schedule(name, parts(kind)[0], steps), steps)


def made_for(kind):
    """All schedules; align_your_steps has no levels for flow models."""
    return SCHEDULES.keys() - ({"align_your_steps"} if kind == "flow" else set())


def falls_to_zero(sigmas, steps):
    assert sigmas.shape == (steps + 1,) and sigmas.dtype == torch.float32
    assert (sigmas.diff() < 0).all() and sigmas[-1] == 0 and torch.isfinite(sigmas).all()


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("denoise", [0.9, 0.5, 0.1])
def test_less_denoise_is_the_tail_of_a_longer_schedule(parts, name, denoise):
    denoiser = parts("pndm")[0]
    tail, whole = schedule(name, denoiser, 7, denoise), schedule(name, denoiser, int(7 / denoise))
    assert torch.equal(tail, whole[-8:])


def test_hardly_any_denoise_still_has_its_steps(parts):
    sigmas = schedule("normal", parts("pndm")[0], 20, 0.001)
    assert sigmas.shape == (21,) and (sigmas.diff() < 0).all()
    assert torch.equal(schedule("normal", parts("pndm")[0], 20, 0.0), torch.zeros(1))


@pytest.mark.parametrize("kind", ["euler", "dpm", "flow"])
def test_the_models_schedule_is_its_own_schedulers(parts, kind):
    denoiser = parts(kind)[0]
    config = denoiser.scheduler_config
    stock = EulerDiscreteScheduler if kind == "euler" else DPMSolverMultistepScheduler
    stock = stock.from_config(config)
    stock.set_timesteps(12)
    assert torch.equal(schedule("model", denoiser, 12), stock.sigmas)


def test_flow_is_shifted_as_the_models_scheduler_says(parts):
    denoiser = parts("flow")[0]
    even = torch.arange(20, 0, -1) / 20
    assert torch.allclose(schedule("simple", denoiser, 20)[:-1], even)
    assert denoiser.prediction.sigma_max == 1.0


@pytest.mark.parametrize("steps, denoise, of", [(7, 0.07, 100), (14, 0.28, 50), (3, 5e-324, MOST)])
def test_rounding_takes_no_step_away(parts, steps, denoise, of):
    whole = schedule("normal", parts("pndm")[0], of)
    assert torch.equal(schedule("normal", parts("pndm")[0], steps, denoise), whole[-steps - 1 :])


@pytest.mark.parametrize("name", ["normal", "sgm_uniform"])
def test_a_table_of_another_length_is_visited_from_its_end(parts, name):
    denoiser = parts("pndm")[0]
    short = replace(denoiser, prediction=Epsilon(denoiser.prediction.table[:500]))
    sigmas = schedule(name, short, 5)
    assert sigmas[0].item() == pytest.approx(short.prediction.sigma_max) and len(sigmas) == 6


def test_a_scheduler_with_a_step_beyond_the_table_says_so(parts):
    with pytest.raises(Problem, match="choose another schedule"):
        schedule("model", parts("pndm")[0], MOST)


def test_a_scheduler_that_has_not_so_many_steps_says_so(parts):
    with pytest.raises(Problem, match="choose another schedule"):
        schedule("model", parts("dpm")[0], MOST)

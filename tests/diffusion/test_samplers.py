"""Samplers of one evaluation against the exact solution for Gaussian data, and how they behave."""

from dataclasses import FrozenInstanceError

import pytest
import torch

from nodes.core.types import SamplerState
from nodes.diffusion.samplers import SAMPLERS
from nodes.diffusion.samplers.exponential import weights
from nodes.diffusion.samplers.multistep import multistep
from nodes.diffusion.sampling import STEP_SAMPLERS
from nodes.diffusion.schedule import schedule

from . import test_more_evaluations as several
from .gaussian import SPREAD, error, ideal, ideal_flow, levels, order, shifted, spread_of

MEASURED = {  # relative error at 20 and 80 steps, order; the same in flow space. eta is 0
    "euler": (6.6e-2, 1.7e-2, 1.0, 5.8e-2, 1.5e-2, 1.0),
    "ddim": (6.6e-2, 1.7e-2, 1.0, 5.8e-2, 1.5e-2, 1.0),
    "ddpm": (6.6e-2, 1.7e-2, 1.0, 5.8e-2, 1.5e-2, 1.0),
    "euler_ancestral": (6.6e-2, 1.7e-2, 1.0, 5.8e-2, 1.5e-2, 1.0),
    "euler_cfg_pp": (6.6e-2, 1.7e-2, 1.0, 5.8e-2, 1.5e-2, 1.0),
    "euler_ancestral_cfg_pp": (6.6e-2, 1.7e-2, 1.0, 5.8e-2, 1.5e-2, 1.0),
    "gradient_estimation": (5.4e-2, 1.6e-2, 1.0, 5.6e-2, 1.5e-2, 1.0),
    "heun": (8.6e-3, 5.2e-4, 2.0, 4.6e-4, 3.3e-5, 2.0),
    "dpmpp_2m": (8.4e-3, 5.0e-4, 2.0, 9.4e-3, 4.7e-4, 2.1),
    "dpmpp_2m_sde": (8.4e-3, 5.0e-4, 2.0, 9.4e-3, 4.7e-4, 2.1),
    "dpmpp_2m_cfg_pp": (8.4e-3, 5.0e-4, 2.0, 9.4e-3, 4.7e-4, 2.1),
    "dpmpp_2m_sde_heun": (1.2e-2, 7.1e-4, 2.0, 1.4e-2, 6.7e-4, 2.1),
    "res_multistep": (1.2e-2, 7.1e-4, 2.0, 1.4e-2, 6.7e-4, 2.1),
    "res_multistep_ancestral": (1.2e-2, 7.1e-4, 2.0, 1.4e-2, 6.7e-4, 2.1),
    "dpmpp_3m_sde": (1.5e-3, 2.8e-5, 2.8, 9.9e-3, 1.9e-4, 2.7),
    "deis": (5.0e-3, 3.0e-4, 2.0, 3.2e-3, 2.4e-4, 1.9),
    "deis_3m": (5.6e-4, 7.8e-6, 4.4, 2.1e-3, 1.1e-4, 2.3),
    "lms": (3.3e-3, 2.6e-5, 3.2, 6.6e-4, 3.7e-5, 2.0),
    "ipndm": (2.8e-3, 1.6e-4, 2.0, 6.6e-4, 3.7e-5, 2.0),
    "uni_pc": (5.7e-3, 7.7e-5, 3.0, 1.4e-2, 2.2e-4, 3.0),
    "uni_pc_bh2": (3.2e-3, 4.8e-5, 3.0, 7.4e-3, 1.4e-4, 3.0),
    "er_sde": (4.3e-4, 5.4e-6, 2.1, 2.2e-3, 1.3e-4, 2.3),
}


def test_the_table_of_errors_and_orders_is_that_of_the_methods():
    """Printed as measured. All that look back begin with Euler, which leaves an error of order 2;
    that of deis_3m changes sign near 320 steps, so its order leaps.
    """
    wrong = []
    for name, expected in MEASURED.items():
        found = []
        for flow in (False, True):
            found += [error(name, 20, flow), error(name, 80, flow), order(name, flow)]
        shown = "  {:.1e} {:.1e} {:.2f}  "
        print(f"{name:24}", (shown + "flow" + shown).format(*found))
        for place, (value, wanted) in enumerate(zip(found, expected, strict=True)):
            limit = 0.1 if place in (2, 5) else 0.05 * wanted
            if abs(value - wanted) > limit:
                wrong.append((name, place, value))
    assert not wrong


TENDS = {  # spread of the samples over that of the data at 10, 20, 40, 80 steps; in flow space
    "euler_ancestral": ((0.733, 0.853, 0.920, 0.959), (0.716, 0.819, 0.890, 0.938)),
    "ddpm": ((0.733, 0.853, 0.920, 0.959), (0.702, 0.812, 0.887, 0.937)),
    "euler_ancestral_cfg_pp": ((0.733, 0.853, 0.920, 0.959), (0.716, 0.819, 0.890, 0.938)),
    "dpmpp_2m_sde": ((1.101, 1.031, 1.005, 1.000), (0.879, 1.037, 1.044, 1.021)),
    "dpmpp_2m_sde_heun": ((1.275, 1.062, 1.010, 1.002), (0.929, 1.092, 1.075, 1.032)),
    "res_multistep_ancestral": ((1.275, 1.062, 1.010, 1.002), (0.926, 1.084, 1.071, 1.031)),
    "dpmpp_3m_sde": ((1.237, 0.998, 0.998, 1.000), (1.107, 1.174, 1.040, 1.005)),
    "er_sde": ((0.982, 0.999, 0.999, 0.998), (0.885, 0.983, 0.995, 0.997)),
    "lcm": ((0.603, 0.651, 0.675, 0.688), (0.585, 0.630, 0.657, 0.674)),
}


def test_samplers_that_add_noise_have_the_spread_of_their_method():
    """Printed as measured. lcm is for models that need one step: with a true x0 it collapses."""
    wrong = []
    for name, (in_sigma, in_flow) in TENDS.items():
        found = [
            spread_of(name, [*levels(steps - 1, bottom=0.02), 0.0], ideal, False, 100_000) / SPREAD
            for steps in (10, 20, 40, 80)
        ]
        found += [
            spread_of(name, shifted(steps), ideal_flow, True, 100_000) / SPREAD
            for steps in (10, 20, 40, 80)
        ]
        print(f"{name:24}", *(f"{value:.3f}" for value in found))
        if found != pytest.approx([*in_sigma, *in_flow], abs=0.008):
            wrong.append((name, found))
    assert not wrong


@pytest.mark.parametrize("steps, expected", [(8, 2.48), (20, 1.91), (30, 1.62)])
def test_a_parabola_is_not_trusted_over_a_step_longer_than_all_it_was_drawn_through(
    parts, steps, expected
):
    """The last step of `normal` is seven times the one before it; a parabola gives 5.8 to 3.5."""
    sigmas = schedule("normal", parts("pndm")[0], steps).tolist()
    spread = spread_of("dpmpp_3m_sde", sigmas, ideal, False, 40_000) / SPREAD
    assert spread == pytest.approx(expected, abs=0.04)


@pytest.mark.parametrize("name", sorted(set(TENDS) - {"lcm"}))
def test_with_many_steps_the_spread_is_that_of_the_data(name):
    many = [*levels(319, bottom=0.02), 0.0]
    in_sigma = spread_of(name, many, ideal, False, count=40_000)
    in_flow = spread_of(name, shifted(320), ideal_flow, True, count=40_000)
    assert in_sigma / SPREAD == pytest.approx(1, abs=0.02)
    assert in_flow / SPREAD == pytest.approx(1, abs=0.02)


TO_ZERO = {"lms", "ipndm"}  # these go on along their slopes


@pytest.mark.parametrize("name", sorted(set(SAMPLERS) - TO_ZERO))
@pytest.mark.parametrize("flow", [False, True])
def test_samplers_end_on_the_last_denoised(name, flow):
    trace = _traced(name, flow)
    assert torch.equal(trace[-1][0], trace[-1][1])


@pytest.mark.parametrize("name", sorted(SAMPLERS))
@pytest.mark.parametrize("flow", [False, True])
def test_every_step_is_finite_from_pure_noise_to_none(name, flow):
    trace = _traced(name, flow)
    assert len(trace) == 6 and all(torch.isfinite(x).all() for x, _ in trace)


def _traced(name, flow):
    sigmas = [1.0, 0.9, 0.6, 0.2, 0.1, 1e-5, 0.0] if flow else [4096, 14.6, 3.0, 0.5, 0.1, 1e-5, 0]
    x = torch.ones(1, 1, 2, 2)
    denoise = ideal_flow if flow else ideal
    return list(SAMPLERS[name].run(denoise, x, sigmas, lambda index, part=0: x, flow))


@pytest.mark.parametrize("name", sorted(set(STEP_SAMPLERS) - {"lcm"}))  # lcm renews all noise
@pytest.mark.parametrize("sigma", [1.0, 0.5])
def test_a_step_to_the_level_it_is_at_changes_nothing(name, sigma):
    x, denoised = torch.randn(1, 4, 2, 2), torch.randn(1, 4, 2, 2)
    after, _ = SAMPLERS[name].step(
        x, denoised, sigma, sigma, past=None, flow=True, draw=_no_noise, negative=denoised
    )
    assert torch.allclose(after, x, atol=1e-6)


def _no_noise(part=0):
    raise AssertionError("noise was drawn where none is added")


@pytest.mark.parametrize("name", [n for n in STEP_SAMPLERS if "s_noise" in SAMPLERS[n].takes])
@pytest.mark.parametrize("setting", ["eta", "s_noise"])
def test_eta_and_noise_scale_are_one_unless_told_and_none_draws_nothing(name, setting):
    step, takes = SAMPLERS[name].step, SAMPLERS[name].takes
    x, denoised = torch.randn(1, 4, 2, 2), torch.randn(1, 4, 2, 2)
    given = {"past": None, "flow": False, "negative": denoised}
    noisy = given | {"draw": lambda part=0: torch.ones_like(x)}
    told = step(x, denoised, 2.0, 1.0, **noisy, **{setting: 1.0})[0]
    assert torch.equal(step(x, denoised, 2.0, 1.0, **noisy)[0], told)
    if setting in takes:
        none = step(x, denoised, 2.0, 1.0, **given, draw=_no_noise, **{setting: 0.0})[0]
        assert not torch.allclose(none, told)


@pytest.mark.parametrize("name", STEP_SAMPLERS)
def test_a_step_changes_nothing_that_came_in(name):
    x, denoised = torch.ones(1, 4, 2, 2), torch.zeros(1, 4, 2, 2)
    more = {"flow": False, "draw": lambda part=0: torch.ones_like(x), "negative": denoised}
    step, latents, state = SAMPLERS[name].step, [x], None
    for sigma, next_sigma in ((4.0, 2.0), (2.0, 1.0), (1.0, 0.7), (0.7, 0.1), (0.1, 0.0)):
        latent, state = step(latents[-1], denoised, sigma, next_sigma, past=state, **more)
        latents.append(latent)
    assert [tensor._version for tensor in (*latents, denoised)] == [0] * 7
    assert torch.equal(x, torch.ones_like(x)) and state and state.sampler == name


@pytest.mark.parametrize("name", STEP_SAMPLERS)
def test_a_state_is_frozen_and_plain_and_says_all_the_next_step_needs(name):
    """Taken apart, written down as plain values and put together again, it leads to the same."""
    x, step = torch.randn(1, 4, 2, 2), SAMPLERS[name].step
    more = {"flow": True, "draw": lambda part=0: torch.ones_like(x), "negative": 0.1 * x}
    state = None
    for sigma, next_sigma in ((0.9, 0.7), (0.7, 0.6), (0.6, 0.3), (0.3, 0.2)):
        again = SamplerState(state.sampler, _copied(state.memory)) if state else None
        copy, _ = step(x, x.cos(), sigma, next_sigma, past=again, **more)
        x, state = step(x, x.cos(), sigma, next_sigma, past=state, **more)
        assert torch.equal(copy, x)
    with pytest.raises(FrozenInstanceError):
        setattr(state, "memory", ())  # noqa: B010


def _copied(kept):
    if isinstance(kept, tuple):
        return tuple(_copied(each) for each in kept)
    if isinstance(kept, torch.Tensor):
        return kept.clone()
    assert kept is None or isinstance(kept, (int, float, str))
    return kept


def test_a_level_met_twice_has_no_polynomial():
    with pytest.raises(ZeroDivisionError):
        multistep([2.0, 2.0], 1.0)
    with pytest.raises(ZeroDivisionError):
        weights([2.0, 2.0], 2.0, 3.0)


@pytest.mark.parametrize("step", [1e-7, 1e-4, 1e-2])
def test_tiny_steps_lose_no_digits(step):
    """Where nothing grows exponentially the weights are those of Adams and Bashforth."""
    found = [weight / step for weight in weights([0.0, -step, -2 * step], 0.0, step)]
    assert found == pytest.approx([23 / 12, -16 / 12, 5 / 12], rel=step * 2 + 1e-12)


def test_every_sampler_is_measured_against_the_exact_solution():
    assert set(SAMPLERS) == {*MEASURED, *TENDS, *several.MEASURED, *several.TENDS}
    drawing = {name for name in STEP_SAMPLERS if SAMPLERS[name].stochastic}
    assert drawing == set(TENDS) and set(STEP_SAMPLERS) <= {*MEASURED, "lcm"}


def test_samplers_of_one_evaluation_can_go_step_by_step():
    assert "euler" in STEP_SAMPLERS and "heun" not in STEP_SAMPLERS

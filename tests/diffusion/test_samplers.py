"""Samplers against the exact solution for Gaussian data, and against diffusers."""

import pytest
import torch

from nodes.diffusion.samplers import SAMPLERS
from nodes.diffusion.samplers.multistep import multistep
from nodes.diffusion.sampling import STEP_SAMPLERS

from . import test_more_evaluations as several
from .gaussian import SPREAD, error, ideal, ideal_flow, levels, order, shifted, spread_of

MEASURED = {  # relative error at 20 and 80 steps, order, order in flow space
    "euler": (6.6e-2, 1.7e-2, 1.0, 1.0),
    "ddim": (6.6e-2, 1.7e-2, 1.0, 1.0),
    "heun": (8.6e-3, 5.2e-4, 2.0, 2.0),
    "dpmpp_2m": (8.4e-3, 5.0e-4, 2.0, 2.0),
    "lms": (3.3e-3, 2.6e-5, 3.2, 2.0),
}


@pytest.mark.parametrize("name", MEASURED)
def test_samplers_have_the_error_and_order_of_their_method(name):
    at_20, at_80, rate, _ = MEASURED[name]
    assert error(name, 20) == pytest.approx(at_20, rel=0.05)
    assert error(name, 80) == pytest.approx(at_80, rel=0.05)
    assert order(name) == pytest.approx(rate, abs=0.1)


@pytest.mark.parametrize("name", MEASURED)
def test_orders_hold_in_flow_space(name):
    assert order(name, flow=True) == pytest.approx(MEASURED[name][3], abs=0.15)


TENDS = {  # spread of the samples over that of the data, at 10, 20, 40 and 80 steps
    "euler_ancestral": (0.733, 0.853, 0.920, 0.959),
    "dpmpp_2m_sde": (1.101, 1.031, 1.005, 1.000),
    "lcm": (0.603, 0.651, 0.675, 0.688),
}
TENDS_IN_FLOW = {"euler_ancestral": (0.72, 0.82, 0.89, 0.94)}


@pytest.mark.parametrize("name, expected", TENDS.items())
def test_samplers_that_add_noise_have_the_spread_of_their_method(name, expected):
    for steps, spread in zip((10, 20, 40, 80), expected, strict=True):
        sigmas = [*levels(steps - 1, bottom=0.02), 0.0]
        assert spread_of(name, sigmas, ideal, False) / SPREAD == pytest.approx(spread, abs=0.01)


@pytest.mark.parametrize("name, expected", TENDS_IN_FLOW.items())
def test_added_noise_follows_the_flow_formula_in_flow_space(name, expected):
    for steps, spread in zip((10, 20, 40, 80), expected, strict=True):
        measured = spread_of(name, shifted(steps), ideal_flow, True) / SPREAD
        assert measured == pytest.approx(spread, abs=0.015)


def test_the_stochastic_solver_tends_to_the_data_in_flow_space_too():
    spreads = [
        spread_of("dpmpp_2m_sde", shifted(steps), ideal_flow, True) / SPREAD
        for steps in (20, 80, 320)
    ]
    assert abs(spreads[2] - 1) < abs(spreads[0] - 1) and spreads[2] == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("name", sorted(set(SAMPLERS) - {"lms"}))
@pytest.mark.parametrize("flow", [False, True])
def test_samplers_end_on_the_last_denoised(name, flow):
    sigmas = [1.0, 0.6, 0.2, 0.0] if flow else [14.6, 3.0, 0.5, 0.0]
    trace = list(
        SAMPLERS[name].run(
            ideal_flow if flow else ideal,
            torch.ones(1, 1, 2, 2),
            sigmas,
            lambda index, part=0: torch.ones(1, 1, 2, 2),
            flow,
        )
    )
    assert len(trace) == 3
    assert torch.equal(trace[-1][0], trace[-1][1]) and torch.isfinite(trace[-1][0]).all()


@pytest.mark.parametrize("name", STEP_SAMPLERS)
def test_a_step_changes_nothing_that_came_in(name):
    x, denoised = torch.ones(1, 4, 2, 2), torch.zeros(1, 4, 2, 2)
    step, more = SAMPLERS[name].step, {"flow": False, "draw": lambda part=0: torch.ones_like(x)}
    first, state = step(x, denoised, 2.0, 1.0, past=None, **more)
    step(first, denoised, 1.0, 0.5, past=state, **more)
    assert (x._version, denoised._version, first._version) == (0, 0, 0)
    assert torch.equal(x, torch.ones_like(x)) and state.sampler == name


def test_a_level_met_twice_has_no_polynomial():
    with pytest.raises(ZeroDivisionError):
        multistep([2.0, 2.0], 1.0)


def test_every_sampler_is_measured_against_the_exact_solution():
    assert set(SAMPLERS) == {*MEASURED, *TENDS, *several.MEASURED, *several.TENDS}


def test_samplers_of_one_evaluation_can_go_step_by_step():
    assert "euler" in STEP_SAMPLERS and "heun" not in STEP_SAMPLERS

"""Every schedule against numbers that were not made by our code."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from diffusers import DDIMScheduler, DPMSolverMultistepScheduler
from diffusers.schedulers import AysSchedules

from nodes.core.problem import Problem
from nodes.diffusion.prediction import Epsilon
from nodes.diffusion.schedules import schedule
from nodes.diffusion.schedules.formula import karras_sigmas, polyexponential_sigmas
from nodes.diffusion.schedules.incomplete_beta import cumulative, quantile
from tests.tiny import STABLE


@pytest.fixture
def sd(parts):
    """SD 1.x: levels from 0.0292 to 14.6146."""
    return parts("pndm")[0]


@pytest.fixture
def flow(parts):
    """A flow model without a shift: levels k / 1000."""
    return parts("flow")[0]


def table():
    """The levels of SD 1.x, from its betas."""
    betas = np.linspace(0.00085**0.5, 0.012**0.5, 1000) ** 2
    kept = np.cumprod(1 - betas)
    return np.sqrt((1 - kept) / kept)


def close(sigmas, expected, tolerance=5e-5):
    expected = torch.tensor([*expected, 0.0], dtype=torch.float64)
    return torch.allclose(sigmas.double(), expected, rtol=tolerance, atol=0)


def of_family(denoiser, name):
    """The denoiser as if it were another family's."""
    return replace(denoiser, family=replace(denoiser.family, name=name))


def test_sd_begins_and_ends_where_it_was_trained(sd):
    for name in ("normal", "karras", "exponential", "kl_optimal"):
        sigmas = schedule(name, sd, 20)
        assert sigmas[0].item() == pytest.approx(14.6146, abs=5e-5)
        assert sigmas[-2].item() == pytest.approx(0.0292, abs=5e-5)


def test_simple_counts_down_the_table(sd):
    assert close(schedule("simple", sd, 3), table()[[999, 666, 333]])


def test_sgm_uniform_stops_before_the_last_level(sd):
    places = [999, 749.25, 499.5, 249.75]
    assert close(
        schedule("sgm_uniform", sd, 4), np.exp(np.interp(places, range(1000), np.log(table())))
    )
    stock = DPMSolverMultistepScheduler(**STABLE)
    stock.set_timesteps(20)
    theirs = stock.sigmas[:-1].double()
    assert torch.allclose(schedule("sgm_uniform", sd, 20)[:-1].double(), theirs, rtol=6e-3)


@pytest.mark.parametrize("steps", [1, 2, 10, 20, 50, 500])
def test_ddim_uniform_is_leading_spacing_where_steps_divide_a_thousand(sd, steps):
    stock = DDIMScheduler(**STABLE, steps_offset=1)
    stock.set_timesteps(steps)
    assert close(schedule("ddim_uniform", sd, steps), table()[stock.timesteps.tolist()])


def test_ddim_uniform_has_thirty_steps_where_a_stride_would_have_31(sd):
    sigmas = schedule("ddim_uniform", sd, 30)
    assert len(sigmas) == 31
    assert close(sigmas[[0, 1, 2, 28, 29, 30]], table()[[967, 934, 901, 34, 1]])


def test_beta_is_the_table_at_the_quantiles(sd):
    """999 times the quantiles: 999, 959.46, 876.20, 765.22, 636.66, 499.5, 362.34 … 39.54."""
    places = [999, 959, 876, 765, 637, 500, 362, 234, 123, 40]
    assert close(schedule("beta", sd, 10), table()[places])


def test_at_a_thousand_steps_all_levels_are_visited_once(sd):
    for name in ("beta", "simple", "ddim_uniform", "normal"):
        assert close(schedule(name, sd, 1000), table()[::-1].copy())


def test_a_level_met_twice_gives_way_to_the_next(sd):
    """The two nearest quantiles at 150 steps round to 999 both, and to 0 both at the other end."""
    sigmas = schedule("beta", sd, 150)
    assert close(sigmas[[0, 1, 149, 150]], [*table()[[999, 998]], *table()[[0]]])


@pytest.mark.parametrize("name", ["simple", "ddim_uniform", "beta"])
def test_more_steps_than_a_table_has_levels_are_refused(sd, name):
    short = replace(sd, prediction=Epsilon(sd.prediction.table[:500]))
    with pytest.raises(Problem, match="is 501, the model knows 500 noise levels") as caught:
        schedule(name, short, 501)
    assert caught.value.port == "steps"


def test_quantiles_of_the_beta_distribution():
    """Made with 30 digits by another method."""
    known = [
        (0.001, 0.6, 0.6, 1.8558738517452e-5),
        (0.05, 0.6, 0.6, 0.0125544568736114),
        (0.25, 0.6, 0.6, 0.175680378652695),
        (0.9, 0.6, 0.6, 0.960415594411219),
        (0.3, 2, 5, 0.181803471318949),
        (0.75, 5, 0.5, 0.989384457154138),
        (0.2, 1.3, 0.4, 0.539298916100918),
    ]
    for share, a, b, x in known:
        ours = quantile(torch.tensor([share], dtype=torch.float64), a, b).item()
        assert ours == pytest.approx(x, rel=1e-9)


def test_quantiles_where_they_have_a_closed_form():
    share = torch.linspace(0, 1, 101, dtype=torch.float64)
    arcsine = (share * math.pi / 2).sin() ** 2
    assert torch.allclose(quantile(share, 0.5, 0.5), arcsine, rtol=0, atol=1e-12)
    assert torch.allclose(quantile(share, 1, 1), share, rtol=0, atol=1e-12)
    assert torch.allclose(quantile(share, 3, 1), share ** (1 / 3), rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    "a, b, known",
    [
        (0.6, 0.6, [0.00017332842250602, 0.35252651177214, 0.50000072085011, 0.98906207637228]),
        (0.1, 5, [0.3072883749995, 0.99057986829872, 0.99874404102947, 1]),
        (5, 0.1, [0, 7.722213129505e-5, 0.001255987505887, 0.38710164062501]),
    ],
)
def test_the_incomplete_beta_function(a, b, known):
    """Known to 14 digits; the two ways to compute it meet at 1/2."""
    x = torch.tensor([1e-6, 0.3, 0.500001, 0.999], dtype=torch.float64)
    assert cumulative(x, a, b).tolist() == pytest.approx(known, abs=1e-12)


def test_kl_optimal_halves_the_angle(flow):
    """tan((A + B) / 2) = (sin A + sin B) / (cos A + cos B), for the levels 1 and 0.001."""
    a, b = 0.5**0.5, 1 / math.hypot(1, 0.001)
    assert close(schedule("kl_optimal", flow, 3), [1, (a + 0.001 * b) / (a + b), 0.001])


@pytest.mark.parametrize(
    "steps, levels",
    [(1, [1]), (2, [1, 0.975]), (3, [1, 0.975, 0.71875]), (4, [1, 0.9875, 0.975, 0.725])],
)
def test_linear_quadratic_by_hand(sd, flow, steps, levels):
    assert close(schedule("linear_quadratic", flow, steps), levels)
    assert close(schedule("linear_quadratic", sd, steps), np.array(levels) * table()[999])


def test_linear_quadratic_is_that_of_mochi(flow):
    from diffusers.pipelines.mochi.pipeline_mochi import linear_quadratic_schedule

    for steps in (2, 7, 20, 64):
        theirs = linear_quadratic_schedule(steps, 0.025)
        assert close(schedule("linear_quadratic", flow, steps), theirs, 1e-5)


def test_karras_by_hand():
    """Rho 2 between 4 and 1: roots 2, 1.75 … 1."""
    sigmas = karras_sigmas(5, 4.0, 1.0, 2.0).tolist()
    assert sigmas == pytest.approx([4, 3.0625, 2.25, 1.5625, 1])


def test_polyexponential_by_hand():
    """Between e and 1 ln sigma is what is left, to the power of rho."""
    squared = polyexponential_sigmas(3, math.e, 1.0, 2.0).log().tolist()
    assert squared == pytest.approx([1, 0.25, 0])
    assert polyexponential_sigmas(3, math.e, 1.0, 1.0).log().tolist() == pytest.approx([1, 0.5, 0])


@pytest.mark.parametrize(
    "name, published",
    [("SD 1.x", "StableDiffusionSigmas"), ("SDXL", "StableDiffusionXLSigmas")],
)
def test_ten_aligned_steps_are_those_published(sd, name, published):
    denoiser = of_family(sd, name)
    assert close(schedule("align_your_steps", denoiser, 10), AysSchedules[published][:-1])


def test_other_counts_of_aligned_steps_lie_between(sd):
    five = schedule("align_your_steps", sd, 5)
    assert close(five, [14.615, 3.861, 1.886, 0.963, 0.399])
    twenty = schedule("align_your_steps", sd, 20)
    assert close(twenty[[0, 1, 2, 19, 20]], [14.615, 9.72793, 6.475, 0.0663928], 1e-5)


def test_aligned_steps_are_refused_to_models_they_were_not_made_for(sd, flow):
    with pytest.raises(Problem, match="this model is SD 2") as one:
        schedule("align_your_steps", of_family(sd, "SD 2.x"), 10)
    with pytest.raises(Problem, match="this model is a flow model: choose another schedule"):
        schedule("align_your_steps", flow, 10)
    assert one.value.port == "schedule"

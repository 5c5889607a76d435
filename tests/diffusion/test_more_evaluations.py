"""Samplers with several evaluations a step against the exact solution, and against diffusers."""

import math
from itertools import pairwise

import diffusers
import pytest
import torch

from nodes.diffusion.samplers import SAMPLERS

from .gaussian import (
    SPREAD,
    error,
    ideal,
    ideal_flow,
    last,
    levels,
    never,
    shifted,
    spread_of,
)

MEASURED = {  # relative error at 20 and 80 steps, order; the same in flow space. eta is 0
    "dpm_2": (4.9e-3, 3.0e-4, 2.0, 2.5e-3, 1.6e-4, 2.0),
    "dpm_2_ancestral": (4.9e-3, 3.0e-4, 2.0, 2.5e-3, 1.6e-4, 2.0),
    "dpmpp_2s": (4.5e-3, 2.9e-4, 2.0, 4.2e-3, 2.7e-4, 2.0),
    "dpmpp_2s_ancestral": (4.5e-3, 2.9e-4, 2.0, 4.2e-3, 2.7e-4, 2.0),
    "dpmpp_sde": (4.5e-3, 2.9e-4, 2.0, 4.2e-3, 2.7e-4, 2.0),
    "seeds_2": (4.5e-3, 2.9e-4, 2.0, 4.2e-3, 2.7e-4, 2.0),
    "heunpp2": (5.4e-2, 1.4e-2, 1.0, 1.5e-2, 2.9e-3, 1.1),
}
TENDS = {  # spread of the samples over that of the data at 10, 20, 40, 80 steps; in flow space
    "dpm_2_ancestral": ((1.150, 1.031, 1.005, 1.001), (0.944, 1.003, 1.005, 1.004)),
    "dpmpp_2s_ancestral": ((0.911, 0.974, 0.991, 0.997), (0.852, 0.943, 0.977, 0.993)),
    "dpmpp_sde": ((0.949, 0.985, 0.996, 0.998), (0.866, 0.950, 0.984, 0.995)),
    "seeds_2": ((0.913, 0.972, 0.993, 0.998), (0.840, 0.934, 0.977, 0.992)),
    "restart": ((1.033, 1.008, 1.001, 0.999), (0.900, 0.973, 0.992, 0.997)),
}


@pytest.mark.parametrize("name", MEASURED)
@pytest.mark.parametrize("flow", [False, True])
def test_with_no_noise_the_error_and_order_are_those_of_the_method(name, flow):
    at_20, at_80, at_160 = (error(name, steps, flow) for steps in (20, 80, 160))
    rate = math.log2(at_80 / at_160)
    print(f"{name:20} {'flow' if flow else 'k':4} {at_20:.1e} {at_80:.1e} order {rate:.2f}")
    expected = MEASURED[name][3 * flow : 3 * flow + 3]
    assert (at_20, at_80) == pytest.approx(expected[:2], rel=0.05)
    assert rate == pytest.approx(expected[2], abs=0.05)


@pytest.mark.parametrize("name", TENDS)
@pytest.mark.parametrize("flow", [False, True])
def test_the_spread_of_the_samples_is_that_of_the_method_and_tends_to_the_datas(name, flow):
    measured = [
        spread_of(name, shifted(steps), ideal_flow, True) / SPREAD
        if flow
        else spread_of(name, [*levels(steps - 1, bottom=0.02), 0.0], ideal, False) / SPREAD
        for steps in (10, 20, 40, 80)
    ]
    print(f"{name:20} {'flow' if flow else 'k':4}", *(f"{spread:.3f}" for spread in measured))
    assert measured == pytest.approx(TENDS[name][flow], abs=0.008)
    assert abs(measured[3] - 1) < 0.01


def bounded(x):
    """A model that foresees noise, of a latent scaled to spread 1."""
    return 0.9 * torch.tanh(1.3 * x) + 0.2 * torch.cos(x)


def stepped(scheduler, x, stream=None):
    more = {} if stream is None else {"generator": stream}
    for timestep in scheduler.timesteps:
        noise = bounded(scheduler.scale_model_input(x, timestep))
        x = scheduler.step(noise, timestep, x, **more).prev_sample
    return x


@pytest.mark.parametrize(
    "name, twin",
    [
        ("heun", "HeunDiscreteScheduler"),
        ("dpm_2", "KDPM2DiscreteScheduler"),
        ("dpm_2_ancestral", "KDPM2AncestralDiscreteScheduler"),
    ],
)
def test_diffusers_walks_the_same_way(name, twin):
    scheduler = getattr(diffusers, twin)(beta_start=0.00085, beta_end=0.012)
    scheduler.set_timesteps(11)
    sigmas = sorted({float(sigma) for sigma in scheduler.sigmas}, reverse=True)
    x = torch.linspace(-1.5, 1.5, 64, dtype=torch.float64).reshape(1, 1, 8, 8) * sigmas[0]
    stream = torch.Generator().manual_seed(0)

    def denoise(x, sigma):
        return x - sigma * bounded(x / math.sqrt(sigma**2 + 1))

    def noise(index):
        return torch.randn(x.shape, generator=stream, dtype=x.dtype)

    ours = last(SAMPLERS[name].run(denoise, x, sigmas, noise, False))
    more = (torch.Generator().manual_seed(0),) if "Ancestral" in twin else ()
    theirs = stepped(scheduler, x, *more)
    assert (ours - theirs).abs().max() < 1e-6 * theirs.abs().max()


@pytest.mark.parametrize("name", [*MEASURED, "restart"])
@pytest.mark.parametrize(
    "flow, sigmas",
    [
        (False, [14.6, 3.0, 0.5, 0.0]),
        (False, [700.0, 0.01, 0.0]),
        (False, [2.0, 0.9]),
        (False, [3.0, 0.0]),
        (True, [1.0, 0.6, 0.4, 0.0]),
        (True, [1.0, 0.3]),
        (True, [1.0, 0.0]),
        (True, [0.999999, 1e-6, 0.0]),
    ],
)
@pytest.mark.parametrize("eta", [0.0, 1.0, 2.0])
def test_each_step_is_told_once_and_all_is_finite(name, flow, sigmas, eta):
    x = torch.ones(1, 1, 2, 2)
    denoise, drawn = ideal_flow if flow else ideal, torch.ones(1, 1, 2, 2)
    trace = SAMPLERS[name].run(denoise, x, sigmas, lambda *_: drawn, flow, eta=eta)
    before = x
    for (after, denoised), sigma, _ in zip(trace, sigmas, sigmas[1:], strict=False):
        assert torch.equal(denoised, denoise(before, sigma)) and torch.isfinite(after).all()
        before = after
    assert sigmas[-1] > 0 or torch.equal(before, denoised)
    assert torch.equal(x, drawn) and (x._version, drawn._version) == (0, 0)


@pytest.mark.parametrize("name", TENDS)
@pytest.mark.parametrize("flow", [False, True])
def test_a_factor_of_0_on_the_noise_draws_none(name, flow):
    sigmas, x = [0.95, 0.6, 0.4, 0.25, 0.0], torch.ones(1, 1, 2, 2)
    run = SAMPLERS[name].run(ideal_flow if flow else ideal, x, sigmas, never, flow, s_noise=0.0)
    assert last(run).isfinite().all()


def test_restart_is_heun_where_the_schedule_passes_no_level_of_the_stretch():
    for flow, sigmas in (
        (False, [9.0, 2.0, 1.0, 0.29, 0.0]),
        (False, [9.0, 2.0, 0.7]),
        (True, [1.0, 0.8, 0.5, 0.2, 0.0]),
    ):
        x = torch.ones(1, 1, 2, 2, dtype=torch.float64)
        denoise = ideal_flow if flow else ideal
        trace, heun = (
            list(SAMPLERS[name].run(denoise, x, sigmas, never, flow))
            for name in ("restart", "heun")
        )
        assert all(torch.equal(a, b) for a, b in zip(sum(trace, ()), sum(heun, ()), strict=True))


@pytest.mark.parametrize(
    "flow, sigmas, highest",
    [
        (False, [5.0, 0.6, 0.3, 0.1, 0.0], 1.0),
        (False, [0.8, 0.6, 0.4, 0.0], 0.8),
        (True, [1.0, 0.45, 0.24, 0.1, 0.0], 0.5),
        (True, [0.4, 0.3, 0.24, 0.0], 0.4),
    ],
)
def test_restart_goes_no_higher_than_the_schedule_began(flow, sigmas, highest):
    asked, drawn, x = [], [], torch.ones(1, 1, 2, 2)

    def denoise(x, sigma):
        asked.append(sigma)
        return ideal(x, sigma)

    def noise(index, part=0):
        drawn.append((index, part))
        return x

    run = SAMPLERS["restart"].run(denoise, x, sigmas, noise, flow)
    turn = 2
    for _ in range(turn):
        next(run)
    way = sigmas[: turn + 1] if highest < sigmas[0] else sigmas[1 : turn + 1]
    again = [highest, *(level for level in way if level < highest)]
    once = [level for pair in pairwise(again) for level in pair]
    assert asked[-2 * len(once) :] == once * 2
    assert drawn == [(turn - 1, 0), (turn - 1, 1)]

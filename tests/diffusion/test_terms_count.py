"""Every term counts: with one taken out, a sampler's figure is no longer that of its method.

The term is taken out of the source, which then runs in a namespace of its own.
"""

import inspect
import sys

import pytest
import torch

from nodes.diffusion import sampler
from nodes.diffusion.samplers import SAMPLERS

from . import test_reference as plain
from .gaussian import SPREAD, ideal, ideal_flow, levels, order, shifted, spread_of


def spread(name):
    """The spread of samples of 10 steps over that of the data."""
    return spread_of(name, [*levels(9, bottom=0.02), 0.0], ideal, False, count=100_000) / SPREAD


def spread_in_flow(name):
    return spread_of(name, shifted(10), ideal_flow, True, count=100_000) / SPREAD


def off(name):
    """How far it ends from its formula, over the four ways."""
    x = torch.linspace(-2, 2, 16, dtype=torch.float64).reshape(1, 1, 4, 4)
    more = {"eta": plain.ETA, "s_noise": plain.S_NOISE}
    return max(
        (ours - theirs).abs().max().item()
        for flow, sigmas in plain.WAYS
        for (ours, _), (theirs, _) in zip(
            SAMPLERS[name].run(plain.model, x, sigmas, plain.noise, flow, **more),
            plain.FORMULAS[name](x, sigmas, flow),
            strict=True,
        )
    )


CASES = [  # sampler, figure, what it is and how near it is held, the term, what is left of it
    ("dpmpp_2m", order, 2.0, 0.1, " * (step / (2 * last_step))", " * 0"),
    (
        "dpmpp_3m_sde",
        order,
        2.8,
        0.1,
        "seen(denoised, sigma, past, 3)",
        "seen(denoised, sigma, past, 2)",
    ),
    ("uni_pc", order, 3.0, 0.1, "x = _corrected(x, before, known, flow, name)", "pass"),
    ("dpm_2", order, 2.0, 0.05, "denoise(ahead, middle)) / middle", "denoised) / middle"),
    ("dpmpp_2s", order, 2.0, 0.05, "toward(denoise(ahead, middle)", "toward(denoised"),
    ("dpmpp_sde", spread, 0.949, 0.008, "math.sqrt(shared) * first + math.sqrt(1 - shared) *", ""),
    ("dpmpp_sde", off, 0.0, 1e-9, "(sigma - middle) / (sigma - next_sigma)", "0.5"),
    ("seeds_2", off, 0.0, 1e-9, "kept * first", "first"),
    ("heunpp2", off, 0.0, 1e-9, "(1 - sum(weights)) * slope", "slope"),
    ("restart", spread_in_flow, 0.9, 0.008, "keep * x", "x"),
]


@pytest.mark.parametrize("name, figure, expected, near, term, rest", CASES)
def test_a_sampler_without_a_term_is_noticed(monkeypatch, name, figure, expected, near, term, rest):
    module = sys.modules[SAMPLERS[name].function.__module__]
    source = inspect.getsource(module)
    assert source.count(term) == 1
    for text, noticed in ((source, False), (source.replace(term, rest), True)):
        registered: dict[str, sampler.Sampler] = {}
        monkeypatch.setattr(sampler, "SAMPLERS", registered)
        exec(text, {"__name__": module.__name__, "__package__": module.__package__})
        monkeypatch.setitem(SAMPLERS, name, registered[name])
        assert (abs(figure(name) - expected) > near) == noticed

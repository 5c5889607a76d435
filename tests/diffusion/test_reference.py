"""Samplers with several evaluations a step against their formulas, written out plainly.

The levels fall unevenly, the model is not linear, and eta and s_noise are not 1: a term that is
missing or wrong shows here, whichever it is.
"""

import math
from itertools import pairwise

import pytest
import torch

from nodes.diffusion.samplers import SAMPLERS

ETA, S_NOISE = 0.7, 1.1
IN_SIGMA = [9.0, 5.0, 2.2, 1.3, 0.8, 0.45, 0.31, 0.1, 0.0]
IN_FLOW = [0.95, 0.7, 0.6, 0.48, 0.4, 0.25, 0.1, 0.0]
WAYS = [(False, IN_SIGMA), (False, IN_SIGMA[:-1]), (True, IN_FLOW), (True, [1.0, *IN_FLOW[1:-1]])]


def model(x, sigma):
    return torch.tanh(x / (1 + sigma)) + 0.3 * torch.cos(x) / (2 + sigma)


def noise(index, part=0):
    stream = torch.Generator().manual_seed(100 * index + part)
    return torch.randn(1, 1, 4, 4, generator=stream, dtype=torch.float64)


def alpha(s, flow):
    return 1 - s if flow else 1.0


def lam(s, flow):
    return math.log(alpha(s, flow) / s)


def middle(s, t, flow):
    odds = math.sqrt((alpha(s, flow) / s) * (alpha(t, flow) / t))
    return 1 / (1 + odds) if flow else 1 / odds


def lower(s, t, flow):
    if flow:
        down = t * (1 + (t / s - 1) * ETA)
        keep = (1 - t) / (1 - down)
        return down, keep, math.sqrt(t**2 - down**2 * (1 - t) ** 2 / (1 - down) ** 2)
    up = ETA * math.sqrt(t**2 * (s**2 - t**2) / s**2)
    return math.sqrt(t**2 - up**2), 1.0, up


def slope(x, s):
    return (x - model(x, s)) / s


def exponential(x, denoised, s, t, flow):
    """The first-order solution in lambda, the x0 held."""
    if s == 1 and flow:
        return t * x + (1 - t) * denoised
    return t / s * x - alpha(t, flow) * math.expm1(lam(s, flow) - lam(t, flow)) * denoised


def dpm_2(x, s, t, flow, index):
    half = math.exp((math.log(s) + math.log(t)) / 2)
    return x + slope(x + slope(x, s) * (half - s), half) * (t - s)


def dpmpp_2s(x, s, t, flow, index):
    half = middle(s, t, flow)
    ahead = exponential(x, model(x, s), s, half, flow)
    return exponential(x, model(ahead, half), s, t, flow)


def ancestral(method):
    def step(x, s, t, flow, index):
        down, keep, up = lower(s, t, flow)
        return keep * method(x, s, down, flow, index) + S_NOISE * up * noise(index)

    return step


def dpmpp_sde(x, s, t, flow, index):
    half, foreseen, whole = middle(s, t, flow), model(x, s), noise(index)
    if half < s:
        down, keep, up = lower(s, half, flow)
        ahead = keep * exponential(x, foreseen, s, down, flow) + S_NOISE * up * noise(index)
        foreseen = model(ahead, half)
        w = (s - half) / (s - t)
        whole = noise(index) * math.sqrt(w) + noise(index, 1) * math.sqrt(1 - w)
    down, keep, up = lower(s, t, flow)
    return keep * exponential(x, foreseen, s, down, flow) + S_NOISE * up * whole


def seeds_2(x, s, t, flow, index):
    if s == 1 and flow:
        return exponential(x, model(x, s), s, t, flow)
    half, h = middle(s, t, flow), lam(t, flow) - lam(s, flow)

    def mean(denoised, end, h):
        gone = 1 - math.exp(-(1 + ETA) * h)
        return end / s * math.exp(-ETA * h) * x + alpha(end, flow) * gone * denoised

    # Of the whole step's variance 1 - exp(-2 eta h), the first half's share fades by exp(-eta h).
    share = 1 - math.exp(-ETA * h)
    first = noise(index) * math.sqrt(share)
    ahead = mean(model(x, s), half, h / 2) + S_NOISE * half * first
    fresh = first * math.exp(-ETA * h / 2) + noise(index, 1) * math.sqrt(share)
    return mean(model(ahead, half), t, h) + S_NOISE * t * fresh


STEPS = {
    "dpm_2": dpm_2,
    "dpm_2_ancestral": ancestral(dpm_2),
    "dpmpp_2s": dpmpp_2s,
    "dpmpp_2s_ancestral": ancestral(dpmpp_2s),
    "dpmpp_sde": dpmpp_sde,
    "seeds_2": seeds_2,
}


def step_by_step(step):
    def run(x, sigmas, flow):
        for index, (s, t) in enumerate(pairwise(sigmas)):
            denoised = model(x, s)
            x = step(x, s, t, flow, index) if t else denoised
            yield x, denoised

    return run


def heunpp2(x, sigmas, flow):
    for index, (s, t) in enumerate(pairwise(sigmas)):
        ahead = [level for level in sigmas[index + 1 : index + 3] if level]
        mean = d = slope(x, s)
        if len(ahead) > 0:
            x_2 = x + d * (t - s)
            d_2 = slope(x_2, t)
            mean = d + (d_2 - d) * t / (2 * sigmas[0])
        if len(ahead) > 1:
            d_3 = slope(x_2 + d_2 * (ahead[1] - t), ahead[1])
            w_2, w_3 = t / (3 * sigmas[0]), ahead[1] / (3 * sigmas[0])
            mean = (1 - w_2 - w_3) * d + w_2 * d_2 + w_3 * d_3
        denoised, x = model(x, s), x + mean * (t - s)
        yield x, denoised


def heun(x, s, t):
    d = slope(x, s)
    return x + (t - s) * (d + slope(x + d * (t - s), t)) / 2 if t else model(x, s)


def restart(x, sigmas, flow):
    top, turn = (0.5, 0.25) if flow else (1.0, 0.31)
    again = [0.5, 0.48, 0.4, 0.25] if flow else [1.0, 0.8, 0.45, 0.31]
    for index, (s, t) in enumerate(pairwise(sigmas)):
        denoised, x = model(x, s), heun(x, s, t)
        if t == turn:
            for part in (0, 1):
                keep = alpha(top, flow) / alpha(turn, flow)
                spread = math.sqrt(top**2 - (keep * turn) ** 2)
                x = keep * x + S_NOISE * spread * noise(index, part)
                for a, b in pairwise(again):
                    x = heun(x, a, b)
        yield x, denoised


FORMULAS = {name: step_by_step(step) for name, step in STEPS.items()}
FORMULAS |= {"heunpp2": heunpp2, "restart": restart}


@pytest.mark.parametrize("name, formula", FORMULAS.items())
@pytest.mark.parametrize("flow, sigmas", WAYS)
def test_every_step_is_that_of_the_formula(name, formula, flow, sigmas):
    x = torch.linspace(-2, 2, 16, dtype=torch.float64).reshape(1, 1, 4, 4) * sigmas[0]
    ours = SAMPLERS[name].run(model, x, sigmas, noise, flow, eta=ETA, s_noise=S_NOISE)
    for got, expected in zip(ours, formula(x, sigmas, flow), strict=True):
        torch.testing.assert_close(got, expected, rtol=1e-10, atol=1e-12)

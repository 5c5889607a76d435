"""Samplers of one evaluation against their formulas, written out plainly.

The levels fall unevenly, the model is not linear, the negative is another, and eta and s_noise are
not 1: a term that is missing or wrong shows here, whichever it is.
"""

import math
from itertools import pairwise

import pytest
import torch

from nodes.diffusion.samplers import SAMPLERS
from nodes.diffusion.sampling import STEP_SAMPLERS

from .lambda_formulas import (
    Seen,
    deis,
    er_sde,
    integral,
    multistep,
    polynomial,
    recent,
    res_multistep_ancestral,
    rho,
    uni_pc,
)
from .test_reference import ETA, S_NOISE, WAYS, alpha, lower, model, noise


class Model:
    def pair(self, x, sigma):
        return model(x, sigma), torch.sin(x / (2 + sigma)) - 0.2 * sigma / (1 + sigma)

    def __call__(self, x, sigma):
        return model(x, sigma)


def bashforth(count, even=False):
    """`count` slopes; lms integrates over sigma, ipndm takes the steps for even."""

    def step(history, t, flow, z):
        known = history[:count]
        s = known[0].s
        places = [-float(n) for n in range(len(known))] if even else [h.s for h in known]
        through = polynomial(places, [h.slope() for h in known])
        if even:
            return known[0].x + (t - s) * integral(through, 0.0, 1.0)
        return known[0].x + integral(through, s, t)

    return step


def gradient_estimation(history, t, flow, z):
    here, last = history[0], history[min(1, len(history) - 1)]
    if t == 0:
        return here.x0
    return here.x + (2 * here.slope() - last.slope()) * (t - here.s)


def euler(history, t, flow, z):
    return history[0].x + history[0].slope() * (t - history[0].s)


def euler_ancestral(history, t, flow, z):
    if t == 0:
        return history[0].x0
    down, keep, up = lower(history[0].s, t, flow)
    return keep * euler(history, down, flow, z) + up * S_NOISE * z


def ddpm(history, t, flow, z):
    """With eta 1 its variance is that of the posterior."""
    x, x0, _, s = history[0]
    ahead, here = alpha(t, flow), alpha(s, flow)
    variance = (ETA * t) ** 2 * (1 - (here * t / (ahead * s)) ** 2 if t else 0)
    seen_noise = (x - here * x0) / s
    return ahead * x0 + math.sqrt(t**2 - variance) * seen_noise + math.sqrt(variance) * S_NOISE * z


def lcm(history, t, flow, z):
    return alpha(t, flow) * history[0].x0 + t * S_NOISE * z


def euler_cfg_pp(history, t, flow, z):
    x, x0, other, s = history[0]
    return alpha(t, flow) * x0 + t * (x - alpha(s, flow) * other) / s


def euler_ancestral_cfg_pp(history, t, flow, z):
    if t == 0:
        return history[0].x0
    down, keep, up = lower(history[0].s, t, flow)
    return keep * euler_cfg_pp(history, down, flow, z) + up * S_NOISE * z


def dpmpp_2m_cfg_pp(history, t, flow, z):
    here, known = history[0], recent(history, flow, 2)
    plain = euler_cfg_pp(history, t, flow, z)
    if t == 0 or here.rho(flow) == math.inf or len(known) == 1:
        return plain
    h = math.log(here.rho(flow) / rho(t, flow))
    r = math.log(known[1].rho(flow) / here.rho(flow)) / h
    return plain - alpha(t, flow) * math.expm1(-h) / (2 * r) * (here.other - known[1].other)


FORMULAS = {
    "euler": euler,
    "ddim": euler,
    "euler_ancestral": euler_ancestral,
    "ddpm": ddpm,
    "lcm": lcm,
    "dpmpp_2m": multistep(2, midpoint=True),
    "dpmpp_2m_sde": multistep(2, ETA, midpoint=True),
    "dpmpp_2m_sde_heun": multistep(2, ETA),
    "dpmpp_3m_sde": multistep(3, ETA),
    "res_multistep": multistep(2),
    "res_multistep_ancestral": res_multistep_ancestral,
    "deis": deis(2),
    "deis_3m": deis(3),
    "uni_pc": uni_pc(lambda h: h),
    "uni_pc_bh2": uni_pc(lambda h: -math.expm1(-h)),
    "er_sde": er_sde,
    "lms": bashforth(4),
    "ipndm": bashforth(4, even=True),
    "gradient_estimation": gradient_estimation,
    "euler_cfg_pp": euler_cfg_pp,
    "euler_ancestral_cfg_pp": euler_ancestral_cfg_pp,
    "dpmpp_2m_cfg_pp": dpmpp_2m_cfg_pp,
}


@pytest.mark.parametrize("name", STEP_SAMPLERS)
@pytest.mark.parametrize("flow, sigmas", WAYS)
def test_every_step_is_that_of_the_formula(name, flow, sigmas):
    x = torch.linspace(-2, 2, 16, dtype=torch.float64).reshape(1, 1, 4, 4)
    history: list[Seen] = []
    run = SAMPLERS[name].run(Model(), x, sigmas, noise, flow, ETA, S_NOISE)
    for index, (sigma, next_sigma) in enumerate(pairwise(sigmas)):
        after, _ = next(run)
        x0, other = Model().pair(x, sigma)
        history = [Seen(x, x0, other, sigma), *history]
        expected = FORMULAS[name](history, next_sigma, flow, noise(index))
        assert torch.allclose(after, expected, rtol=1e-10, atol=1e-10), index
        x = after


@pytest.mark.parametrize("name", [n for n in STEP_SAMPLERS if "eta" in SAMPLERS[n].takes])
@pytest.mark.parametrize(
    "flow, sigmas", [(False, [4.0, 1.0, 0.9, 0.0]), (True, [0.9, 0.2, 0.1, 0.0])]
)
def test_more_noise_than_the_next_level_has_is_all_of_it(name, flow, sigmas):
    """eta above 1 stays finite, and so does what is noised wholly anew."""
    x = torch.linspace(-2, 2, 16, dtype=torch.float64).reshape(1, 1, 4, 4)
    trace = list(SAMPLERS[name].run(Model(), x, sigmas, noise, flow, 3.0))
    assert all(torch.isfinite(after).all() for after, _ in trace)
    if name in ("euler_ancestral", "ddpm"):
        expected = alpha(sigmas[1], flow) * model(x, sigmas[0]) + sigmas[1] * noise(0)
        assert torch.allclose(trace[0][0], expected)

"""Data whose best denoiser and exact solution are known: N(0, SPREAD**2)."""

import math
from dataclasses import dataclass

import torch

from nodes.diffusion.samplers import SAMPLERS

SPREAD = 0.7


@dataclass(frozen=True)
class Ideal:
    """The best x0 for data N(0, SPREAD**2), with a prompt as without."""

    flow: bool

    def __call__(self, x, sigma):
        keep = 1 - sigma if self.flow else 1.0
        return x * keep * SPREAD**2 / ((keep * SPREAD) ** 2 + sigma**2)

    def pair(self, x, sigma):
        return self(x, sigma), self(x, sigma)


ideal = Ideal(False)  # in x0 + sigma * noise
ideal_flow = Ideal(True)  # in (1 - sigma) * x0 + sigma * noise


def levels(steps, top=10.0, bottom=0.05):
    """Karras' sigmas in double precision, not down to 0."""
    ramp = torch.linspace(0, 1, steps + 1, dtype=torch.float64)
    return ((top ** (1 / 7) + ramp * (bottom ** (1 / 7) - top ** (1 / 7))) ** 7).tolist()


def never(index, part=0):
    raise AssertionError("a deterministic sampler drew noise")


def last(run):
    return list(run)[-1][0]


def error(name, steps, flow=False):
    """Relative error at the last sigma, where the answer is known; with eta 0, where there is one.

    Flow sigmas are even, from 0.99.
    """
    sigmas, denoise = levels(steps), ideal
    spread = [math.hypot(SPREAD, s) for s in (sigmas[0], sigmas[-1])]
    if flow:
        sigmas = torch.linspace(0.99, 0.05, steps + 1, dtype=torch.float64).tolist()
        denoise = ideal_flow
        spread = [math.hypot((1 - s) * SPREAD, s) for s in (sigmas[0], sigmas[-1])]
    x = torch.ones(1, 1, 1, 1, dtype=torch.float64)
    got = last(SAMPLERS[name].run(denoise, x, sigmas, never, flow, eta=0.0)).item()
    return abs(got / (spread[1] / spread[0]) - 1)


def order(name, flow=False):
    return math.log2(error(name, 80, flow) / error(name, 160, flow))


def spread_of(name, sigmas, denoise, flow, count=200_000):
    stream = torch.Generator().manual_seed(0)

    def draw(index, part=0):
        return torch.randn(count, generator=stream)

    first = math.hypot(SPREAD, sigmas[0]) if not flow else 1.0
    return last(SAMPLERS[name].run(denoise, draw(0) * first, sigmas, draw, flow)).std().item()


def shifted(steps):
    """Flow sigmas of shift 3."""
    even = torch.linspace(1, 0, steps + 1, dtype=torch.float64)
    return (3 * even / (1 + 2 * even)).tolist()

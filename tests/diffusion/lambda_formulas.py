"""Formulas of samplers that solve the linear part exactly, written out plainly.

What scales with alpha is written for y = x / alpha at rho = sigma / alpha, where both ways of
mixing noise in are one, and integrated by points. A step is (what was seen, newest first; the next
sigma; flow; fresh noise) -> the next x.
"""

import math
from typing import NamedTuple

import numpy as np
import torch

from .test_reference import ETA, S_NOISE, alpha, lower

POINTS, WEIGHTS = np.polynomial.legendre.leggauss(80)


class Seen(NamedTuple):
    x: torch.Tensor
    x0: torch.Tensor
    other: torch.Tensor  # x0 of the negative
    s: float

    def rho(self, flow):
        return rho(self.s, flow)

    def slope(self):
        return (self.x - self.x0) / self.s


def rho(s, flow):
    return s / alpha(s, flow) if alpha(s, flow) else math.inf


def integral(function, start, end):
    half = (end - start) / 2
    at = [start + half * (1 + point) for point in POINTS]
    return sum(half * weight * function(u) for weight, u in zip(WEIGHTS, at, strict=True))


def polynomial(places, values):
    """The one through all the values."""

    def at(u):
        return sum(
            value * math.prod((u - b) / (a - b) for b in places if b != a)
            for a, value in zip(places, values, strict=True)
        )

    return at


def recent(history, flow, count):
    """The last `count` seen, none from pure noise but the newest."""
    return [history[0], *(h for h in history[1:count] if h.rho(flow) < math.inf)]


def lambdas(known, flow):
    return [-math.log(h.rho(flow)) for h in known]


def solved(y, s, t, flow, x0, eta=0.0, fresh=0.0):
    """The stochastic equation from lambda of s to that of t, given x0 as a function of lambda."""
    start, end = -math.log(rho(s, flow)), -math.log(rho(t, flow))
    rate, h = 1 + eta, end - start
    forced = integral(lambda u: rate * math.exp(rate * (u - end)) * x0(u), start, end)
    kept = math.exp(-rate * h) * y
    return alpha(t, flow) * (
        kept + forced + S_NOISE * rho(t, flow) * math.sqrt(1 - math.exp(-2 * eta * h)) * fresh
    )


def multistep(count, eta=0.0, midpoint=False):
    """DPM-Solver++ and RES."""

    def step(history, t, flow, z):
        here = history[0]
        if t == 0:
            return here.x0
        if here.rho(flow) == math.inf:
            return (1 - t) * here.x0 + t * (S_NOISE * z if eta else here.x)
        known = recent(history, flow, count)
        seen_over = math.log(known[-1].rho(flow) / here.rho(flow))
        if math.log(here.rho(flow) / rho(t, flow)) > seen_over:
            known = known[:2]  # no parabola that far out
        places = lambdas(known, flow)
        through = polynomial(places, [h.x0 for h in known])
        if midpoint:
            middle = through((places[0] - math.log(rho(t, flow))) / 2)
            return solved(here.x / alpha(here.s, flow), here.s, t, flow, lambda u: middle, eta, z)
        return solved(here.x / alpha(here.s, flow), here.s, t, flow, through, eta, z)

    return step


def res_multistep_ancestral(history, t, flow, z):
    """The last x0 counts as seen as far back as the last step went down."""
    here = history[0]
    if t == 0:
        return here.x0
    down, keep, up = lower(here.s, t, flow)
    known = recent(history, flow, 2)
    if here.rho(flow) == math.inf:
        return keep * ((1 - down) * here.x0 + down * here.x) + up * S_NOISE * z
    places = lambdas(known[:1], flow)
    if len(known) == 2:
        went = rho(known[1].s, flow) / rho(lower(known[1].s, here.s, flow)[0], flow)
        places.append(places[0] - math.log(went))
    through = polynomial(places, [h.x0 for h in known])
    x = solved(here.x / alpha(here.s, flow), here.s, down, flow, through)
    return keep * x + up * S_NOISE * z


def deis(count):
    def step(history, t, flow, z):
        here = history[0]
        if t == 0 or here.rho(flow) == math.inf:
            return here.x + here.slope() * (t - here.s)
        known = recent(history, flow, count)
        noises = [(h.x - alpha(h.s, flow) * h.x0) / h.s for h in known]
        places = [math.log(h.rho(flow)) for h in known]
        through = polynomial(places, noises)
        moved = integral(lambda u: math.exp(u) * through(u), places[0], math.log(rho(t, flow)))
        return alpha(t, flow) * (here.x / alpha(here.s, flow) + moved)

    return step


def uni_pc(size):
    """`size` is B(h), of which the paper has two."""

    def corrected(history, flow):
        here, *before = history
        if not before or before[0].rho(flow) == math.inf:
            return here.x
        last = before[0]
        y, known = corrected(before, flow) / alpha(last.s, flow), recent(history, flow, 3)
        if len(known) == 3:
            through = polynomial(lambdas(known, flow), [h.x0 for h in known])
            return solved(y, last.s, here.s, flow, through)
        h = math.log(last.rho(flow) / here.rho(flow))
        y = math.exp(-h) * y - math.expm1(-h) * last.x0 + size(h) / 2 * (here.x0 - last.x0)
        return alpha(here.s, flow) * y

    def step(history, t, flow, z):
        here, y = history[0], corrected(history, flow)
        if t == 0 or here.rho(flow) == math.inf:
            return here.x0 + t / here.s * (y - here.x0)
        h, y = math.log(here.rho(flow) / rho(t, flow)), y / alpha(here.s, flow)
        y = math.exp(-h) * y - math.expm1(-h) * here.x0
        for last in recent(history, flow, 2)[1:]:
            r = math.log(here.rho(flow) / last.rho(flow)) / h
            y = y + size(h) / 2 * (last.x0 - here.x0) / r
        return alpha(t, flow) * y

    return step


def er_sde(history, t, flow, z):
    """By parts: what is left to integrate is the slope of x0 over phi."""
    here, known = history[0], recent(history, flow, 3)
    if t == 0:
        return here.x0
    if here.rho(flow) == math.inf:
        return (1 - t) * here.x0 + t * S_NOISE * z
    start, end = here.rho(flow), rho(t, flow)
    x0 = polynomial([h.rho(flow) for h in known], [h.x0 for h in known])
    ratio = phi(end) / phi(start)
    rest = integral(
        lambda u: (x0(math.exp(u) + 1) - x0(math.exp(u) - 1)) / 2 * math.exp(u) / phi(math.exp(u)),
        math.log(end),
        math.log(start),
    )
    y = ratio * here.x / alpha(here.s, flow) + x0(end) - ratio * x0(start) + phi(end) * rest
    return alpha(t, flow) * (y + S_NOISE * math.sqrt(end**2 - (start * ratio) ** 2) * z)


def phi(level):
    return level * (math.exp(level**0.3) + 10) ** ETA

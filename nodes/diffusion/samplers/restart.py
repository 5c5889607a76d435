"""Restart: a stretch of the way is gone again and again, each time from fresh noise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from torch import Tensor

from nodes.diffusion.sampler import Denoise, Draw, NoiseAt, Trace, freshened, sampler, signal

from .euler import heun

# The stretch in noise to signal (in k-space: sigma), and how often it is gone again.
LOW, HIGH, TIMES = 0.3, 1.0, 2


@sampler
def restart(
    denoise: Denoise,
    x: Tensor,
    sigmas: Sequence[float],
    flow: bool,
    noise: NoiseAt,
    s_noise: float = 1.0,
) -> Trace:
    """heun; from noise to signal .3 back to 1 by fresh noise and down, twice. Xu et al. (2023).

    It turns at the last level of the schedule within that stretch and goes no higher than the
    schedule began; with no such level it is heun. A turn belongs to the step that led to it.
    """
    turn, again = _stretch(sigmas, flow)
    for index, levels in enumerate(pairwise(sigmas)):
        ((x, denoised),) = heun(denoise, x, levels)
        for part in range(TIMES if index + 1 == turn else 0):
            x = _noised(x, again[-1], again[0], flow, s_noise, partial(noise, index, part))
            *_, (x, _) = heun(denoise, x, again)
        yield x, denoised


def _stretch(sigmas: Sequence[float], flow: bool) -> tuple[int, list[float]]:
    """The place of the turn, 0 for none, and the levels to go again from the top to there."""
    low, high = (level / (1 + level) if flow else level for level in (LOW, HIGH))
    top = min(high, sigmas[0])
    within = [place for place, level in enumerate(sigmas[:-1]) if place and low <= level < top]
    if not within:
        return 0, []
    return within[-1], [top, *(sigmas[place] for place in within)]


def _noised(
    x: Tensor, sigma: float, higher: float, flow: bool, s_noise: float, draw: Draw
) -> Tensor:
    """The latent with noise added up to a higher sigma."""
    keep = signal(higher, flow) / signal(sigma, flow)
    return freshened(keep * x, s_noise * math.sqrt(higher**2 - (keep * sigma) ** 2), draw)

"""Schedules that are places of the table of sigmas a model was trained on.

The table of a flow model holds its shift, so these are shifted as the model is.
"""

from __future__ import annotations

import torch
from torch import Tensor

from nodes.core.problem import Problem
from nodes.diffusion.denoiser import Denoiser
from nodes.diffusion.schedule import named
from nodes.diffusion.stock import model_sigmas

from .incomplete_beta import quantile


@named
def normal(denoiser: Denoiser, steps: int) -> Tensor:
    """Even steps of training time, from its first to its last: diffusers' `linspace` spacing."""
    last = len(denoiser.prediction.table) - 1
    return denoiser.prediction.sigmas_at(torch.linspace(last, 0, steps, dtype=torch.float64))


@named
def simple(denoiser: Denoiser, steps: int) -> Tensor:
    """Entries of the training table, evenly from the noisiest: `trailing` spacing."""
    length = len(denoiser.prediction.table)
    return _entries(denoiser, [length - 1 - place * length // steps for place in range(steps)])


@named
def sgm_uniform(denoiser: Denoiser, steps: int) -> Tensor:
    """Even steps of training time that stop one step before the last: for few steps."""
    last = len(denoiser.prediction.table) - 1
    return denoiser.prediction.sigmas_at(
        torch.linspace(last, 0, steps + 1, dtype=torch.float64)[:-1]
    )


@named
def ddim_uniform(denoiser: Denoiser, steps: int) -> Tensor:
    """Entries of the training table, evenly up from the second: `leading` spacing.

    Song et al. (2021), appendix D.2, linear: entry 1 + floor(i * 1000 / steps). Wherever steps
    divide 1,000 that is the common stride; elsewhere a whole stride would give an entry too many
    (31 for 30 steps) or stay far below the top (600 steps), so it is rounded entry by entry. It
    begins a stride below the noisiest level: the fewer steps, the less noise is believed in.
    """
    length = len(denoiser.prediction.table)
    rising = [min(1 + place * length // steps, length - 1) for place in range(steps)]
    return _entries(denoiser, rising[::-1])


@named
def beta(denoiser: Denoiser, steps: int) -> Tensor:
    """Most steps at both ends: quantiles of the beta distribution. Lee et al. (2024)."""
    return beta_sigmas(denoiser, steps, 0.6, 0.6)


def beta_sigmas(denoiser: Denoiser, steps: int, alpha: float, beta: float) -> Tensor:
    """(steps,) entries of the table where Beta(alpha, beta) has its evenly spaced quantiles."""
    share = 1 - torch.arange(steps, dtype=torch.float64) / steps
    place = (len(denoiser.prediction.table) - 1) * quantile(share, alpha, beta)
    # 499.5, the median, is rounded up however it is computed
    return _entries(denoiser, (place + 1e-9).round().long().tolist())


@named
def model(denoiser: Denoiser, steps: int) -> Tensor:
    """What the scheduler of the model's own folder visits."""
    return model_sigmas(denoiser, steps)


def _entries(denoiser: Denoiser, places: list[int]) -> Tensor:
    """The sigmas at falling places. Raises Problem for more places than there are."""
    table = denoiser.prediction.table.double()
    if len(places) > len(table):
        raise Problem(
            f"is {len(places)}, the model knows {len(table)} noise levels: choose another schedule",
            "steps",
        )
    return table[_apart(places)]


def _apart(places: list[int]) -> list[int]:
    """Where rounding met a place twice, one goes to the next that is free: no step stands still."""
    for i in range(1, len(places)):
        places[i] = min(places[i], places[i - 1] - 1)
    return [max(place, len(places) - 1 - i) for i, place in enumerate(places)]

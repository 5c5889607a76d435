"""Which noise levels are visited: one function for each schedule.

To add one, write a function (denoiser, steps) -> falling sigmas (steps,) under `@named`, without
the final 0, which `schedule` appends.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from nodes.core.problem import Problem

from .denoiser import Denoiser
from .stock import model_sigmas

MOST = 1000
Schedule = Callable[[Denoiser, int], Tensor]
SCHEDULES: dict[str, Schedule] = {}


def named(make: Schedule) -> Schedule:
    """Register a schedule under the function's name."""
    SCHEDULES[make.__name__] = make
    return make


def schedule(name: str, denoiser: Denoiser, steps: int, denoise: float = 1.0) -> Tensor:
    """(steps + 1,) falling sigmas, float32, ending with 0.

    With `denoise` below 1 the last `steps` steps of a schedule of int(steps / denoise) are taken
    (of 1,000 at most): as many steps are run, from a lower sigma. 0 gives [0], no step.
    """
    if name not in SCHEDULES:
        raise Problem(
            f"There is no schedule {name}; it is one of {', '.join(SCHEDULES)}.", port="schedule"
        )
    check(steps, denoise)
    if denoise == 0:
        return torch.zeros(1)
    whole = SCHEDULES[name](denoiser, int(min(steps / denoise + 1e-9, MOST)))
    return torch.cat([whole[-steps:], whole.new_zeros(1)]).float()


def check(steps: int, denoise: float) -> None:
    """Raise Problem for numbers that no schedule can be made of."""
    if not 1 <= steps <= MOST:
        raise Problem(f"A schedule has 1 to {MOST} steps, not {steps}.", port="steps")
    if not 0 <= denoise <= 1:
        raise Problem(f"Denoise is between 0 and 1, not {denoise}.", port="denoise")


@named
def normal(denoiser: Denoiser, steps: int) -> Tensor:
    """Even steps of training time, from its first to its last: diffusers' `linspace` spacing."""
    last = len(denoiser.prediction.table) - 1
    return denoiser.prediction.sigmas_at(torch.linspace(last, 0, steps, dtype=torch.float64))


@named
def simple(denoiser: Denoiser, steps: int) -> Tensor:
    """Entries of the training table, evenly from the noisiest: `trailing` spacing."""
    table = denoiser.prediction.table.double()
    last = len(table) - 1
    return table[[last - place * len(table) // steps for place in range(steps)]]


@named
def sgm_uniform(denoiser: Denoiser, steps: int) -> Tensor:
    """Even steps of training time that stop one step before the last: for few steps."""
    last = len(denoiser.prediction.table) - 1
    return denoiser.prediction.sigmas_at(torch.linspace(last, 0, steps + 1).double()[:-1])


@named
def exponential(denoiser: Denoiser, steps: int) -> Tensor:
    """Even steps of ln sigma: `use_exponential_sigmas` of diffusers."""
    top, bottom = math.log(denoiser.prediction.sigma_max), math.log(denoiser.prediction.sigma_min)
    return torch.linspace(top, bottom, steps, dtype=torch.float64).exp()


@named
def karras(denoiser: Denoiser, steps: int) -> Tensor:
    """Karras et al. (2022), equation 5, with rho = 7: most steps where there is little noise."""
    top, bottom = denoiser.prediction.sigma_max ** (1 / 7), denoiser.prediction.sigma_min ** (1 / 7)
    return (top + torch.linspace(0, 1, steps, dtype=torch.float64) * (bottom - top)) ** 7


@named
def model(denoiser: Denoiser, steps: int) -> Tensor:
    """What the scheduler of the model's own folder visits."""
    return model_sigmas(denoiser, steps)

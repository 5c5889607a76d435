"""Which noise levels are visited: what every schedule is. They are in `schedules`.

To add one, write a function (denoiser, steps) -> falling sigmas (steps,) under `@named` in a file
of `schedules`, without the final 0, which `schedule` appends. `sigma_max` and `sigma_min` of the
denoiser's prediction are the ends of what it was trained on; for flow models sigma_max is 1.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from nodes.core.problem import Problem

from .denoiser import Denoiser

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

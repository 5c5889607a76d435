"""Which part of a run is made: SDXL's model makes the first steps, its refiner the others.

A part is one of the training's times, from 0, its noisiest, to 1: at 0.8 of 1,000 times 200 are
left. Steps that begin above that level belong to the part before it, as in diffusers' pipelines
(`denoising_end`, `denoising_start`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nodes.core.problem import Problem

if TYPE_CHECKING:
    from torch import Tensor

    from .prediction import Prediction

TRAINED = 1000


@dataclass(frozen=True)
class Span:
    """The part of a run from `start` to `end`.

    What begins after 0 goes on with a latent that has its noise; what ends before 1 leaves some.
    """

    start: float = 0.0
    end: float = 1.0

    def check(self, denoise: float, blank: bool) -> None:
        """Raise Problem for a part that there is not, or that nothing can begin with."""
        if self.start >= self.end:
            told = f"is {self.start:g}, the end is {self.end:g}: a run ends after it starts"
            raise Problem(told, "start")
        if self.start and denoise < 1:
            raise Problem(
                f"is {denoise:g}, but a run from {self.start:g} on takes the latent as it is: "
                "set denoise to 1",
                "denoise",
            )
        if self.start and blank:
            told = f"is blank: a run from {self.start:g} on needs one that another run left there"
            raise Problem(told, "latent")

    def cut(self, sigmas: Tensor, prediction: Prediction) -> tuple[Tensor, int]:
        """The levels (steps + 1,) of this part of a schedule, and how many steps are before it."""
        times = [_time(prediction, sigma) for sigma in sigmas.tolist()[:-1]]
        first, last = self._ends(times, prediction, TRAINED, 1e-6)
        return sigmas[first : last + 1], first

    def places(self, stock: Any, prediction: Prediction) -> tuple[int, int]:
        """Its first of a scheduler's times, and the one after its last.

        A scheduler that evaluates twice a step begins with the first of the two, but may end
        between them, as in diffusers' pipelines.
        """
        trained = int(stock.config.get("num_train_timesteps") or TRAINED)
        first, last = self._ends(stock.timesteps.tolist(), prediction, trained, 0.0)
        left = len(stock.timesteps) - first
        if self.start and stock.order == 2 and left % 2 == 0 and first:
            first -= 1
        return first, last

    def _ends(
        self, times: list[float], prediction: Prediction, trained: int, slack: float
    ) -> tuple[int, int]:
        """How many falling times are before it, and how many when it ends."""

        def above(part: float) -> int:
            limit = _limit(prediction, part, trained)
            return sum(time >= limit - slack * max(1.0, abs(limit)) for time in times)

        last = above(self.end) if self.end < 1 else len(times)
        return above(self.start) if self.start else 0, last


WHOLE = Span()


def _limit(prediction: Prediction, part: float, trained: int) -> float:
    """The time that is left after a part."""
    left = round(trained - part * trained)
    if _logarithmic(prediction):
        import torch

        return prediction.timestep(float(prediction.sigmas_at(torch.tensor(left))))
    return left


def _time(prediction: Prediction, sigma: float) -> float:
    """The time at a level, as diffusers' schedulers count it."""
    if sigma == 0:
        return -math.inf
    return sigma * TRAINED if prediction.flow else prediction.timestep(sigma)


def _logarithmic(prediction: Prediction) -> bool:
    """Whether its times are no places of training: those of Karras et al. (2022)."""
    from .prediction import Preconditioned

    return isinstance(prediction, Preconditioned)

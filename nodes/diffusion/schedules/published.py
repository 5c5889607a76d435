"""Schedules that were searched for and published as numbers, for the models searched with."""

from __future__ import annotations

import torch
from torch import Tensor

from nodes.core.problem import Problem
from nodes.diffusion.denoiser import Denoiser
from nodes.diffusion.schedule import named

# Sabour et al. (2024), "Align Your Steps", ten steps each. The last level is where the tenth step
# would end; a picture is finished from there to 0.
ALIGNED = {
    "SD 1.x": (14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152, 0.029),
    "SDXL": (14.615, 6.315, 3.771, 2.181, 1.342, 0.862, 0.555, 0.380, 0.234, 0.113, 0.029),
}


@named
def align_your_steps(denoiser: Denoiser, steps: int) -> Tensor:
    """Ten levels searched for SD 1.x and SDXL, for other counts between them by ln sigma."""
    check_family("align_your_steps", denoiser.family.name)
    if denoiser.prediction.flow:
        _refuse("a flow model")
    logs = torch.tensor(ALIGNED[denoiser.family.name], dtype=torch.float64).log()
    place = torch.linspace(0, len(logs) - 1, steps + 1, dtype=torch.float64)[:-1]
    low = place.long()
    return torch.lerp(logs[low], logs[low + 1], place - low).exp()


def check_family(schedule: str | None, family: str | None) -> None:
    """Raise Problem for a schedule that was not made for this family; None is not known."""
    if schedule == "align_your_steps" and family is not None and family not in ALIGNED:
        _refuse(family)


def _refuse(kind: str) -> None:
    told = f"is align_your_steps, made for {' and '.join(ALIGNED)} only; this model is {kind}"
    raise Problem(f"{told}: choose another schedule", "schedule")

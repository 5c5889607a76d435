"""Noise levels made by hand: written as text, shifted, joined. All are falling float32 (N,)."""

from __future__ import annotations

import math
import re

import numpy as np
import torch
from torch import Tensor

from nodes.core.problem import Problem

from .schedule import MOST

HIGHEST = 100_000
ALIKE = 1e-6


def falling(levels: Tensor, port: str) -> Tensor:
    """The levels as float32. Raises Problem where two of them are the same number then."""
    values = levels.float()
    if bool((values.diff() >= 0).any()):
        place = int((values.diff() >= 0).nonzero()[0]) + 1
        raise Problem(
            f"brings levels {place} and {place + 1} too close to tell apart "
            f"({float(levels[place - 1]):.9g}): take fewer steps or a milder value",
            port,
        )
    return values


def ended(levels: Tensor, port: str) -> Tensor:
    """The levels (N,) with a 0 after them, (N + 1,)."""
    return falling(torch.cat([levels, levels.new_zeros(1)]), port)


def parsed(text: str, port: str) -> Tensor:
    """The numbers of a text, divided by commas, semicolons or space. Raises Problem naming one."""
    entries = [entry for entry in re.split(r"[\s,;]+", text) if entry]
    if not entries:
        raise Problem("is empty; it holds falling noise levels, such as 14.6, 7, 2.5, 0.5, 0", port)
    if len(entries) > MOST + 1:
        raise Problem(f"has {len(entries)} levels, the limit is {MOST + 1} ({MOST} steps)", port)
    values = torch.tensor([_level(entry, n, port) for n, entry in enumerate(entries, 1)])
    rises = (values.diff() >= 0).nonzero().flatten().tolist()
    if rises:
        before, after = entries[rises[0]], entries[rises[0] + 1]
        told = f"has {after[:20]} as entry {rises[0] + 2}, after {before[:20]}"
        raise Problem(f"{told}: each level lies below the one before it", port)
    return values


def _level(entry: str, number: int, port: str) -> float:
    try:
        level = float(entry) + 0.0  # -0 is 0
    except ValueError:
        level = math.nan
    if math.isnan(level):
        raise Problem(f'has "{entry[:20]}" as entry {number}, which is no number', port)
    if not 0 <= level <= HIGHEST:
        raise Problem(
            f"has {entry[:20]} as entry {number}; a noise level is between 0 and {HIGHEST}", port
        )
    return level


def written(values: Tensor) -> str:
    """The shortest text that `parsed` reads as the same float32 values."""
    numbers = values.detach().cpu().float().numpy()
    return ", ".join(np.format_float_positional(number, trim="-") for number in numbers)


def shifted(values: Tensor, shift: float) -> Tensor:
    """Levels of a flow model moved to the noisy end: Esser et al. (2024), equation 23.

    Raises Problem for levels above 1, which no flow model has.
    """
    if float(values[0]) > 1:
        raise Problem(
            f"begins at {float(values[0]):.4g}: only levels of flow models, 1 and below, are "
            "shifted; karras_schedule and its like move others",
            "sigmas",
        )
    level = values.double()
    return falling(shift * level / (1 + (shift - 1) * level), "shift")


def joined(parts: list[Tensor], port: str) -> Tensor:
    """Schedules one after another; the level that one ends and the next begins at counts once."""
    if not parts:
        raise Problem("brings no schedule: wire one", port)
    whole = parts[0]
    for number, part in enumerate(parts[1:], 2):
        end, start = float(whole[-1]), float(part[0])
        met = math.isclose(end, start, rel_tol=ALIKE)
        if start > end and not met:
            raise Problem(
                f"rises from {end:.6g} to {start:.6g} at schedule {number}: each begins where the "
                "one before it ends, or below",
                port,
            )
        whole = torch.cat([whole, part[1:] if met else part])
    if len(whole) > MOST + 1:
        raise Problem(f"come to {len(whole) - 1} steps, the limit is {MOST}", port)
    return whole

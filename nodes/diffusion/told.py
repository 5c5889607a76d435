"""The sizes and the score that a U-Net is told of its picture, as numbers (Podell et al., 2023)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nodes.core.types import Conditioning, Sizes

if TYPE_CHECKING:
    from torch import Tensor

# How much people like what a prompt leads to, and what it leads away from.
LIKED, DISLIKED = 6.0, 2.5


def in_turn(given: list[Conditioning], batch: int, away: int) -> tuple[Sizes, ...]:
    """What each row of a call is told, `batch` rows for every conditioning.

    The last one leads; the first `away` are led away from. One that is told nothing is told the
    sizes of the last, but not its score.
    """
    leads = given[-1].sizes or (Sizes(),)
    rows: list[Sizes] = []
    for place, conditioning in enumerate(given):
        negative = place < away
        told = conditioning.sizes or tuple(replace(sizes, score=None) for sizes in leads)
        each = told if len(told) == batch else told[:1] * batch
        rows += [replace(sizes, negative=negative) for sizes in each]
    return tuple(rows)


def time_ids(conditioning: Conditioning, height: int, width: int, scored: bool) -> Tensor:
    """(B, 6) numbers for pictures of height x width pixels, (B, 5) where a score ends them."""
    import torch

    text = conditioning.text
    told = conditioning.sizes or (Sizes(),) * len(text)
    rows = [_numbers(sizes, height, width, scored) for sizes in told]
    return torch.tensor(rows, dtype=text.dtype, device=text.device)


def _numbers(told: Sizes, height: int, width: int, scored: bool) -> list[float]:
    original = [told.height or height, told.width or width, told.top, told.left]
    if not scored:
        return [*original, told.target_height or height, told.target_width or width]
    usual = DISLIKED if told.negative else LIKED
    return [*original, usual if told.score is None else told.score]

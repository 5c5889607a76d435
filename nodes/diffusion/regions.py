"""Several prompts that lead at once: who leads when, and how much of each place is whose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional

from nodes.core.problem import Problem
from nodes.core.types import Conditioning, Place

Leading = tuple[Conditioning, ...]


def every(conditioning: Conditioning) -> Leading:
    """The prompts in it, the first one first."""
    return (conditioning, *conditioning.others)


def everywhere(
    conditioning: Conditioning, change: Callable[[Conditioning], Conditioning]
) -> Conditioning:
    """The same change to all prompts in it."""
    first = change(replace(conditioning, others=()))
    return replace(first, others=tuple(map(change, conditioning.others)))


def beside(leading: Leading) -> Conditioning:
    """One conditioning of prompts that lead beside one another. The first has the unconditional."""
    first, *others = leading
    return replace(first, others=tuple(replace(other, others=()) for other in others))


def leading(conditioning: Conditioning, moment: float | None) -> Leading:
    """Those of it that lead at a part of a run; where none does, all of them.

    Raises Problem where the moment matters and is None, not known.
    """
    prompts = every(conditioning)
    if len(prompts) == 1:
        return prompts
    if moment is None:
        if any((one.place.start, one.place.end) != (0, 1) for one in prompts):
            told = (
                "is needed, and steps: this conditioning changes over the run. Wire in.index to it"
            )
            raise Problem(told, "index")
        moment = 0.0
    places = [(one, one.place) for one in prompts]
    now = tuple(one for one, place in places if place.start <= moment < place.end)
    return now or prompts


def blended(given: list[Tensor], prompts: Leading, factor: int) -> Tensor:
    """What prompts lead to together, from what each leads to alone: (B, C, H, W) both.

    Each counts at a place by its mask times its strength, less where others do too; where all of
    them count nothing, all count the same. `factor` is the pixels along a side of a value.
    """
    if len(given) == 1:
        return given[0]
    weights = [_weight(one.place, given[0], factor) for one in prompts]
    whole = torch.stack(torch.broadcast_tensors(*weights))
    total = whole.sum(0)
    shares = torch.where(total > 0, whole / total, 1 / len(given))
    parts = [share.to(one.dtype) * one for share, one in zip(shares, given, strict=True)]
    return torch.stack(parts).sum(0)


def _weight(place: Place, like: Tensor, factor: int) -> Tensor:
    """(1 or B, 1, H, W) float32 for latents like this one."""
    rows, columns = like.shape[-2:]
    weight = torch.full((1, 1, rows, columns), place.strength, device=like.device)
    if place.area:
        left, right, top, bottom = _cells(place, rows, columns, factor)
        inside = torch.zeros_like(weight)
        inside[..., top:bottom, left:right] = 1
        weight = weight * inside
    if place.mask is not None:
        if len(place.mask) not in (1, len(like)):
            raise Problem(
                f"A prompt has {len(place.mask)} masks for {len(like)} pictures: "
                "give one, or one each."
            )
        mask = place.mask.to(like.device, torch.float32)
        weight = weight * functional.interpolate(mask, (rows, columns), mode="area")
    return weight


def _cells(place: Place, rows: int, columns: int, factor: int) -> tuple[int, int, int, int]:
    """(left, right, top, bottom) of an area in latent values: at least one, within the picture."""
    assert place.area
    x, y, width, height = place.area
    across, down = (factor, factor) if place.pixels else (1 / columns, 1 / rows)
    left, top = round(x / across), round(y / down)
    if place.pixels:
        refuse_beyond((x, y), columns * factor, rows * factor)
    left, top = min(left, columns - 1), min(top, rows - 1)
    right, bottom = round((x + width) / across), round((y + height) / down)
    return left, max(right, left + 1), top, max(bottom, top + 1)


def refuse_beyond(
    corner: tuple[float, float] | None,
    width: int | None,
    height: int | None,
    port: str | None = None,
) -> None:
    """Raise Problem for an area in pixels that begins where the picture has ended."""
    if corner and ((width and corner[0] >= width) or (height and corner[1] >= height)):
        x, y = corner
        told = f"{width or '?'} × {height or '?'} pixels"
        raise Problem(
            f"has an area that begins at {x:g}, {y:g}, beyond the picture of {told}: move the area",
            port,
        )

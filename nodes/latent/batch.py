"""Nodes that put the pictures of latents together and take them apart."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, NamedTuple

import torch
from torch import Tensor

from nodes.core import Latent, LatentFacts, Number, Problem, node
from nodes.core.sizes import same_size, same_space, total

from .agree import all_shown, any_masked
from .grid import carried, joint_mask

MOST = 4096


class Split(NamedTuple):
    first: Latent
    rest: Latent


@node
def batch_latents(latents: list[Latent]) -> Latent:
    """Put latents of one size and space into one batch, in the order of their wires.

    Where one has a mask, everything may change of those that have none.
    """
    _batched([latent.facts for latent in latents])
    here = latents[0].values
    # a mask follows its latent, and all follow the first
    joined = joint_mask(latents, lambda masks: torch.cat([mask.to(here.device) for mask in masks]))
    values = torch.cat([latent.values.to(here) for latent in latents])
    return replace(latents[0], values=values, mask=joined)


@batch_latents.facts
def _batched(latents: list[LatentFacts | None] | None) -> LatentFacts:
    if latents is None:
        return LatentFacts()
    if not latents:
        raise Problem("is empty, wire at least one latent to it", "latents")
    first, *others = [latent or LatentFacts() for latent in latents]
    for number, other in enumerate(others, 2):
        _goes_with(first, other, f"number {number} ")
    batch = total([latent.batch for latent in (first, *others)])
    shown = all_shown(first, *others)
    return replace(first, batch=batch, masked=any_masked(first, *others), shown=shown)


def _goes_with(first: LatentFacts, other: LatentFacts, which: str) -> None:
    channels = (first.channels, other.channels)
    if None not in channels and (channels[0] == 0) != (channels[1] == 0):
        told = "is not blank, number 1 is" if channels[1] else "is blank, number 1 is not"
        raise Problem(f"{which}{told}: sample the blank one first", "latents")
    same_space("number 1", first, "latents", other, which)
    same_size("number 1", first, "latents", other, which)


@node
def pick_latent(
    latent: Latent,
    index: Annotated[int, Number(0, MOST, 1)] = 0,
    count: Annotated[int, Number(1, MOST, 1)] = 1,
) -> Latent:
    """Take pictures out of a batch: `count` of them from `index` on, the first being 0."""
    _picked(latent.facts, index, count)
    return _part(latent, index, index + count)


@pick_latent.facts
def _picked(latent: LatentFacts | None, index: int | None, count: int | None) -> LatentFacts:
    latent = latent or LatentFacts()
    if latent.batch is not None and index is not None:
        _has(latent.batch, index, "index")
        if count is not None and index + count > latent.batch:
            left = latent.batch - index
            raise Problem(f"is {count}, from picture {index} on there are {left}", "count")
    return replace(latent, batch=count)


@node
def split_latent(latent: Latent, at: Annotated[int, Number(1, MOST, 1)] = 1) -> Split:
    """Take a batch apart: `at` pictures come first, the others are the rest."""
    _split(latent.facts, at)
    return Split(_part(latent, 0, at), _part(latent, at, len(latent.values)))


@split_latent.facts
def _split(latent: LatentFacts | None, at: int | None) -> tuple[LatentFacts, LatentFacts]:
    latent = latent or LatentFacts()
    if latent.batch is None or at is None:
        return replace(latent, batch=at), replace(latent, batch=None)
    if at >= latent.batch:
        raise Problem(f"is {at}, with {latent.batch} pictures there would be no rest", "at")
    return replace(latent, batch=at), replace(latent, batch=latent.batch - at)


@node
def repeat_latent(latent: Latent, times: Annotated[int, Number(1, 64, 1)] = 2) -> Latent:
    """Repeat a whole batch: pictures 1 2 become 1 2 1 2."""
    return _each(latent, lambda values: values.repeat(times, 1, 1, 1))


@repeat_latent.facts
def _repeated(latent: LatentFacts | None, times: int | None) -> LatentFacts:
    latent = latent or LatentFacts()
    known = latent.batch is not None and times is not None
    return replace(latent, batch=(latent.batch or 0) * (times or 0) if known else None)


def _has(batch: int, index: int, port: str) -> None:
    if index >= batch:
        raise Problem(f"is {index}, the last of {batch} pictures is {batch - 1}", port)


def _part(latent: Latent, start: int, end: int) -> Latent:
    return _each(latent, lambda values: values[start:end].clone())


def _each(latent: Latent, change: Callable[[Tensor], Tensor]) -> Latent:
    """A change of which pictures there are; a mask for all of them stays the one it is."""

    def several(values: Tensor) -> Tensor:
        return change(values) if len(values) > 1 else values

    return replace(latent, values=change(latent.values), mask=carried(latent.mask, several))

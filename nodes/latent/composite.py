"""The node that lays one latent on another."""

from dataclasses import replace
from typing import Annotated, NamedTuple

import torch
from torch import Tensor

from nodes.core import Context, Latent, LatentFacts, Mask, MaskFacts, Number, Problem, Slider, node
from nodes.core.sizes import common_batch, filled, same_space

from .agree import all_shown, any_masked, covers
from .grid import cells, factor_of, joint_mask, shrunk


class Overlap(NamedTuple):
    """Along one side, in latent values: where it begins in a and in b, and how long it is."""

    a: int
    b: int
    length: int


@node
def composite_latents(
    a: Latent,
    b: Latent,
    x: Annotated[int, Number(-16384, 16384, 8)] = 0,
    y: Annotated[int, Number(-16384, 16384, 8)] = 0,
    mask: Mask | None = None,
    feather: Annotated[int, Slider(0, 512, 8)] = 0,
    *,
    context: Context,
) -> Latent:
    """Lay b on a, its upper left corner at x, y of the picture. What sticks out is cut off.

    Only where `mask` (as large as the picture of b) is white. With `feather` its edges fade in over
    that many pixels, but not along the edges of a. Where one has a mask set, so has the result.
    """
    facts = _composed(a.facts, b.facts, x, y, mask.facts if mask else None)
    factor = factor_of(a)
    left, top = cells(context, factor, x=x, y=y)
    across = _overlap(left, a.values.shape[3], b.values.shape[3])
    down = _overlap(top, a.values.shape[2], b.values.shape[2])
    weight = _fade(down, b.values.shape[2], a.values.shape[2], feather / factor)[:, None] * _fade(
        across, b.values.shape[3], a.values.shape[3], feather / factor
    )
    weight = weight[None, None].to(a.values)
    if mask is not None:
        weight = weight * _cut(shrunk(mask, b), down, across).to(a.values)

    def lay(below: Tensor, above: Tensor) -> Tensor:
        laid = below.expand(facts.batch or 1, -1, -1, -1).clone()
        place = laid[..., down.a : down.a + down.length, across.a : across.a + across.length]
        place.copy_(torch.lerp(place, _cut(above.to(below), down, across).expand_as(place), weight))
        return laid

    joined = joint_mask([a, b], lambda masks: lay(*masks))
    return replace(a, values=lay(a.values, b.values), mask=joined)


@composite_latents.facts
def _composed(
    a: LatentFacts | None,
    b: LatentFacts | None,
    x: int | None,
    y: int | None,
    mask: MaskFacts | None,
) -> LatentFacts:
    a, b = a or LatentFacts(), b or LatentFacts()
    filled(a, "a")
    filled(b, "b")
    same_space("a", a, "b", b)
    _meets(x, a.width, b.width, a.factor, ("x", "wide"))
    _meets(y, a.height, b.height, a.factor, ("y", "high"))
    if mask is not None:
        covers(mask, b, "b")
    batch = common_batch(a=a.batch, b=b.batch, mask=mask.batch if mask else 1)
    return replace(a, batch=batch, masked=any_masked(a, b), shown=all_shown(a, b))


def _meets(
    at: int | None, a: int | None, b: int | None, factor: int | None, words: tuple[str, str]
) -> None:
    if at is None or a is None or b is None or factor is None:
        return
    start = at - at % factor
    if not -b < start < a:
        told = f"is {at}, there b ({b} pixels {words[1]}) lies wholly outside a ({a})"
        raise Problem(told, words[0])


def _overlap(start: int, a: int, b: int) -> Overlap:
    end = min(start + b, a)
    return Overlap(max(start, 0), max(-start, 0), end - max(start, 0))


def _cut(values: Tensor, down: Overlap, across: Overlap) -> Tensor:
    return values[..., down.b : down.b + down.length, across.b : across.b + across.length]


def _fade(overlap: Overlap, b: int, a: int, over: float) -> Tensor:
    """How much of b is seen along one side, rising from those of its edges that lie inside a."""
    weight = torch.ones(overlap.length)
    if not over:
        return weight
    place = torch.arange(overlap.length) + 0.5
    if overlap.a > 0:
        weight = torch.minimum(weight, place / over)
    if overlap.a + overlap.length < a:
        weight = torch.minimum(weight, place.flip(0) / over)
    return weight

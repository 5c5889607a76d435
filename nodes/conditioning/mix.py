"""Nodes that make one conditioning of two."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

import torch
from torch import Tensor

from nodes.core import Conditioning, ConditioningFacts, Slider, node
from nodes.diffusion.regions import beside, every

from .agree import one_prompt, shared, together


@node
def average_conditioning(
    a: Conditioning, b: Conditioning, amount: Annotated[float, Slider(0, 1, 0.01)] = 0.5
) -> Conditioning:
    """One prompt between two: at 0 it is a, at 1 it is b.

    Where one is longer, the other has what stands for no prompt there. Sizes, areas and times are
    those of a.
    """
    _single(a.facts, b.facts)

    def mixed(one: Tensor, other: Tensor) -> Tensor:
        return torch.lerp(one, other.to(one), amount)

    length = max(a.text.shape[1], b.text.shape[1])
    return _made(a, b, mixed(_filled(a, length), _filled(b, length)), mixed)


@average_conditioning.facts
def _single(a: ConditioningFacts | None, b: ConditioningFacts | None) -> ConditioningFacts:
    one_prompt(a, "a")
    one_prompt(b, "b")
    return replace(together(a, b), corner=a.corner if a else None)


@node
def concat_conditioning(a: Conditioning, b: Conditioning) -> Conditioning:
    """Put b behind a, as one longer prompt whose halves do not touch: red stays with its own hat.

    What is pooled, sizes, areas and times are those of a.
    """
    _single(a.facts, b.facts)
    rows = max(len(a.text), len(b.text))
    text = torch.cat([_rows(a.text, rows), _rows(b.text, rows).to(a.text)], dim=1)
    masks = [one for one in (a.mask, b.mask) if one is not None]
    mask = torch.cat([_rows(one, rows).to(masks[0]) for one in masks], dim=1) if masks else None
    return replace(
        a,
        text=text,
        pooled=None if a.pooled is None else _rows(a.pooled, rows),
        mask=mask,
        families=shared(a.families, b.families) or (),
        unconditional=a.unconditional or b.unconditional,
    )


concat_conditioning.facts(_single)


@node
def combine_conditioning(a: Conditioning, b: Conditioning) -> Conditioning:
    """Two prompts lead at once: what each of them leads to is averaged in every step.

    Each counts by its strength, in its area and while it is scheduled. The model is asked for each,
    so two take about twice as long.
    """
    _both(a.facts, b.facts)
    first, *more = (*every(a), *every(b))
    unconditional = a.unconditional or b.unconditional
    families = shared(a.families, b.families) or ()
    return beside((replace(first, families=families, unconditional=unconditional), *more))


@combine_conditioning.facts
def _both(a: ConditioningFacts | None, b: ConditioningFacts | None) -> ConditioningFacts:
    spans = (*a.spans, *b.spans) if a and b and a.spans and b.spans else None
    return replace(together(a, b), spans=spans)


def _made(
    a: Conditioning, b: Conditioning, text: Tensor, mixed: Callable[[Tensor, Tensor], Tensor]
) -> Conditioning:
    """a with another text, and what is pooled of both mixed."""
    pooled = a.pooled
    if a.pooled is not None and b.pooled is not None:
        pooled = mixed(a.pooled, b.pooled)
    mask = a.mask
    if a.mask is not None and b.mask is not None:
        length = text.shape[1]
        mask = torch.maximum(_longer(a.mask, length), _longer(b.mask.to(a.mask), length))
    return replace(
        a,
        text=text,
        pooled=pooled,
        mask=mask,
        families=shared(a.families, b.families) or (),
        unconditional=a.unconditional or b.unconditional,
    )


def _filled(conditioning: Conditioning, length: int) -> Tensor:
    """Its text as long as that, the rest being what stands for no prompt, over and over."""
    text, empty = conditioning.text, conditioning.unconditional
    missing = length - text.shape[1]
    if not missing:
        return text
    fill = torch.zeros_like(text[:1]) if empty is None else empty.text[:1].to(text)
    fill = fill.repeat(len(text), -(-missing // fill.shape[1]), 1)[:, :missing]
    return torch.cat([text, fill], dim=1)


def _longer(mask: Tensor, length: int) -> Tensor:
    """(B, tokens) with no words in what is added."""
    return torch.nn.functional.pad(mask, (0, length - mask.shape[1]))


def _rows(values: Tensor, rows: int) -> Tensor:
    return values if len(values) == rows else values.expand(rows, *values.shape[1:])

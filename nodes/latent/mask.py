"""Nodes for what of a latent a sampler may change."""

from dataclasses import replace
from typing import Literal

from nodes.core import Latent, LatentFacts, LatentMask, Mask, MaskFacts, node
from nodes.core.sizes import common_batch, filled

from .agree import covers, sized
from .grid import factor_of, mask_of, shrunk


@node
def set_latent_mask(
    latent: Latent,
    mask: Mask,
    how: Literal["area", "nearest", "cover"] = "area",
    gradual: bool = False,
) -> Latent:
    """Say what a sampler may change: white is free, black is kept. It replaces a mask set before.

    The mask is as large as the picture. A latent value stands for many pixels: it takes their mean
    (area), the upper left one (nearest), or is free where any of them is (cover). Gradual: grey is
    free for that part of the steps, counted from the end, instead of half kept in each.
    """
    facts = _masked(latent.facts, mask.facts)
    values = latent.values
    if len(values) != facts.batch:
        values = values.expand(facts.batch or 1, -1, -1, -1).clone()
    return replace(latent, values=values, mask=LatentMask(shrunk(mask, latent, how), gradual))


@set_latent_mask.facts
def _masked(latent: LatentFacts | None, mask: MaskFacts | None) -> LatentFacts:
    latent, mask = latent or LatentFacts(), mask or MaskFacts()
    filled(latent)
    covers(mask, latent)
    batch = common_batch(latent=latent.batch, mask=mask.batch)
    return replace(latent, batch=batch, masked=True, shown=False)


@node
def clear_latent_mask(latent: Latent) -> Latent:
    """Let a sampler change all of a latent again."""
    return replace(latent, mask=None)


@clear_latent_mask.facts
def _cleared(latent: LatentFacts | None) -> LatentFacts:
    return replace(latent or LatentFacts(), masked=False, shown=False)


@node
def latent_mask(latent: Latent) -> Mask:
    """What a sampler may change of a latent, as a mask of the picture's size.

    All white where no mask is set.
    """
    sized(latent.facts)
    factor = factor_of(latent)
    values = mask_of(latent).repeat_interleave(factor, 2).repeat_interleave(factor, 3)
    return Mask(values.cpu())


@latent_mask.facts
def _seen(latent: LatentFacts | None) -> MaskFacts:
    latent = latent or LatentFacts()
    sized(latent)
    return MaskFacts(latent.width, latent.height, latent.batch)

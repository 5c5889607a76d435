"""Nodes that reckon with latents, value by value."""

from dataclasses import replace
from typing import Annotated, Literal

import torch

from nodes.core import Latent, LatentFacts, Number, Slider, node
from nodes.core.sizes import filled
from nodes.diffusion.sphere import spherical

from .agree import together


@node
def blend_latents(
    a: Latent,
    b: Latent,
    amount: Annotated[float, Slider(0, 1, 0.01)] = 0.5,
    how: Literal["linear", "spherical"] = "linear",
) -> Latent:
    """Mix two latents. At 0 you get a, at 1 you get b. The mask is that of a.

    Spherical keeps the strength of noise on the way, for walking from one noise to another.
    """
    together(a.facts, b.facts)
    mixed = spherical if how == "spherical" else torch.lerp
    return replace(a, values=mixed(a.values, b.values.to(a.values), amount))


@blend_latents.facts
def _blended(a: LatentFacts | None, b: LatentFacts | None) -> LatentFacts:
    return together(a, b)


@node
def add_latents(a: Latent, b: Latent) -> Latent:
    """Add two latents, value by value. The mask is that of a."""
    together(a.facts, b.facts)
    return replace(a, values=a.values + b.values.to(a.values))


@add_latents.facts
def _added(a: LatentFacts | None, b: LatentFacts | None) -> LatentFacts:
    return together(a, b)


@node
def subtract_latents(a: Latent, b: Latent) -> Latent:
    """What is left of a without b, value by value. The mask is that of a."""
    together(a.facts, b.facts)
    return replace(a, values=a.values - b.values.to(a.values))


@subtract_latents.facts
def _subtracted(a: LatentFacts | None, b: LatentFacts | None) -> LatentFacts:
    return together(a, b)


@node
def multiply_latent(latent: Latent, by: Annotated[float, Number(-100, 100, 0.01)] = 1.0) -> Latent:
    """Multiply every value of a latent by a number: 0 is grey, -1 turns it around."""
    filled(latent.facts)
    return replace(latent, values=latent.values * by)


@multiply_latent.facts
def _multiplied(latent: LatentFacts | None) -> LatentFacts:
    latent = latent or LatentFacts()
    filled(latent)
    return latent

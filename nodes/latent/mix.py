"""Nodes that make one latent of several."""

from typing import Annotated

import torch

from nodes.core import Latent, Problem, Slider, node
from nodes.core.facts import LatentFacts


@node
def blend_latents(
    a: Latent, b: Latent, amount: Annotated[float, Slider(0, 1, 0.01)] = 0.5
) -> Latent:
    """Mix two latents. At 0 you get a, at 1 you get b."""
    return Latent(torch.lerp(a.values, b.values.to(a.values.device), amount), a.space)


@blend_latents.facts
def _blended(a: LatentFacts | None, b: LatentFacts | None) -> LatentFacts:
    a, b = a or LatentFacts(), b or LatentFacts()
    for field in ("space", "width", "height"):
        first, second = getattr(a, field), getattr(b, field)
        if first is not None and second is not None and first != second:
            raise Problem(f"has {field} {second}, that of a is {first}", "b")
    return a

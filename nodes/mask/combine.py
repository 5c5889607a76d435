"""Nodes that work on how strongly a mask applies, not on where."""

from collections.abc import Callable
from typing import Annotated

import torch
from torch import Tensor

from nodes.core import Choice, Mask, Slider, node
from nodes.core.facts import MaskFacts
from nodes.core.sizes import agreed

WAYS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "add": lambda a, b: (a + b).clamp(max=1),
    "subtract": lambda a, b: (a - b).clamp(min=0),
    "multiply": torch.mul,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
    "difference": lambda a, b: (a - b).abs(),
}


@node
def invert_mask(mask: Mask) -> Mask:
    """What was free is kept, and the other way round."""
    return Mask(1 - mask.values)


@node
def combine_masks(a: Mask, b: Mask, how: Annotated[str, Choice(tuple(WAYS))] = "maximum") -> Mask:
    """Make one mask of two of the same size.

    `maximum` is where either of them is, `minimum` where both are, `subtract` is a without b,
    `difference` where one is and the other is not.
    """
    agreed(a=a.facts, b=b.facts)
    return Mask(WAYS[how](a.values, b.values.to(a.values)))


@combine_masks.facts
def _combined(a: MaskFacts | None, b: MaskFacts | None) -> MaskFacts:
    return MaskFacts(*agreed(a=a, b=b))


@node
def threshold_mask(mask: Mask, level: Annotated[float, Slider(0, 1, 0.01)] = 0.5) -> Mask:
    """Make a mask hard: 1 where it is at least `level`, 0 elsewhere."""
    return Mask((mask.values >= level).float())

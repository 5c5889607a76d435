"""Blend modes: what a pixel of the upper picture makes of the one below it.

Formulas are those of Compositing and Blending Level 1 (W3C), section 10, except for add, subtract
and linear light, which are sums. Values are (B, 3, H, W) from 0 to 1, and so is what comes out.
"""

from collections.abc import Callable

import torch
from torch import Tensor

_WEIGHTS = (0.3, 0.59, 0.11)


def screen(below: Tensor, above: Tensor) -> Tensor:
    return below + above - below * above


def hard_light(below: Tensor, above: Tensor) -> Tensor:
    return torch.where(above <= 0.5, below * 2 * above, screen(below, 2 * above - 1))


def soft_light(below: Tensor, above: Tensor) -> Tensor:
    curve = torch.where(below <= 0.25, ((16 * below - 12) * below + 4) * below, below.sqrt())
    darker = below - (1 - 2 * above) * below * (1 - below)
    return torch.where(above <= 0.5, darker, below + (2 * above - 1) * (curve - below))


def dodge(below: Tensor, above: Tensor) -> Tensor:
    lit = torch.where(above >= 1, 1.0, below / (1 - above).clamp(min=1e-12))
    return torch.where(below == 0, 0.0, lit.clamp(max=1))


def burn(below: Tensor, above: Tensor) -> Tensor:
    return 1 - dodge(1 - below, 1 - above)


def luminosity_of(values: Tensor) -> Tensor:
    return (values * torch.tensor(_WEIGHTS).view(1, 3, 1, 1)).sum(1, keepdim=True)


def saturation_of(values: Tensor) -> Tensor:
    return values.amax(1, keepdim=True) - values.amin(1, keepdim=True)


def with_luminosity(values: Tensor, wanted: Tensor) -> Tensor:
    """The same colour as bright as wanted; what would leave 0..1 is drawn towards its grey."""
    values = values + (wanted - luminosity_of(values))
    grey = luminosity_of(values)
    low, high = values.amin(1, keepdim=True), values.amax(1, keepdim=True)
    raised = grey + (values - grey) * grey / (grey - low).clamp(min=1e-12)
    values = torch.where(low < 0, raised, values)
    lowered = grey + (values - grey) * (1 - grey) / (high - grey).clamp(min=1e-12)
    return torch.where(high > 1, lowered, values)


def with_saturation(values: Tensor, wanted: Tensor) -> Tensor:
    """The same hue from 0 to `wanted`; grey has none and becomes black."""
    spread = saturation_of(values)
    raised = (values - values.amin(1, keepdim=True)) * wanted / spread.clamp(min=1e-12)
    return torch.where(spread > 0, raised, 0.0)


def hue(below: Tensor, above: Tensor) -> Tensor:
    coloured = with_saturation(above, saturation_of(below))
    return with_luminosity(coloured, luminosity_of(below))


def saturation(below: Tensor, above: Tensor) -> Tensor:
    coloured = with_saturation(below, saturation_of(above))
    return with_luminosity(coloured, luminosity_of(below))


MODES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "normal": lambda below, above: above.expand_as(below),
    "multiply": lambda below, above: below * above,
    "screen": screen,
    "overlay": lambda below, above: hard_light(above, below),
    "soft light": soft_light,
    "hard light": hard_light,
    "darken": torch.minimum,
    "lighten": torch.maximum,
    "difference": lambda below, above: (below - above).abs(),
    "exclusion": lambda below, above: below + above - 2 * below * above,
    "colour dodge": dodge,
    "colour burn": burn,
    "add": lambda below, above: below + above,
    "subtract": lambda below, above: below - above,
    "linear light": lambda below, above: below + 2 * above - 1,
    "hue": hue,
    "saturation": saturation,
    "colour": lambda below, above: with_luminosity(above, luminosity_of(below)),
    "luminosity": lambda below, above: with_luminosity(below, luminosity_of(above)),
}


def blend(below: Tensor, above: Tensor, mode: str, weight: Tensor | float = 1.0) -> Tensor:
    """The mode's picture, mixed with the one below: `weight` 0 leaves that, 1 takes it away.

    Batches are equal, or 1; `weight` is a number or (B, 1, H, W).
    """
    below, above = torch.broadcast_tensors(below, above)
    return torch.lerp(below, MODES[mode](below, above).clamp(0, 1), torch.as_tensor(weight))

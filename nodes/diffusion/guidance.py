"""How the x0 of several prompts become one: classifier-free guidance and what was made of it."""

from __future__ import annotations

from bisect import bisect_right

import torch
from torch import Tensor

from nodes.core.types import Conditioning, Guider

from .denoiser import Denoiser
from .prompts import each, join

Scales = tuple[float, float]  # of the prompt, and of the middle prompt where there is one
UNGUIDED: Scales = (1.0, 1.0)


def guide(positive: Tensor, negative: Tensor, scale: float) -> Tensor:
    """From the negative x0 towards the positive one and beyond; 1 gives the positive.

    Ho and Salimans (2022).
    """
    if scale == 1:
        return positive
    return negative + scale * (positive - negative)


def guide_twice(positive: Tensor, middle: Tensor, negative: Tensor, scales: Scales) -> Tensor:
    """From the negative to the middle by the second scale, and on to the positive by the first.

    Brooks et al. (2023), equation 3. Scales of 1 give the positive.
    """
    if scales == UNGUIDED:
        return positive
    scale, middle_scale = scales
    return negative + middle_scale * (middle - negative) + scale * (positive - middle)


def rescaled(guided: Tensor, positive: Tensor, amount: float) -> Tensor:
    """A guided model output with the spread of the positive one, by `amount` (0: as it was).

    Lin et al. (2024), section 3.4. It acts on outputs of the model, each picture by itself; one
    without any spread stays.
    """
    dims = tuple(range(1, guided.dim()))
    own = guided.std(dims, keepdim=True)
    spread = torch.where(own > 0, positive.std(dims, keepdim=True) / own, 1.0)
    return amount * (guided * spread) + (1 - amount) * guided


def rescaled_denoised(
    denoiser: Denoiser, guided: Tensor, positive: Tensor, x: Tensor, sigma: float, amount: float
) -> Tensor:
    """The same for x0 at the latent x: what the model put out is x0 less what x alone gives."""
    rest = denoiser.prediction.denoised(x, torch.zeros_like(x), sigma)
    return rest + rescaled(guided - rest, positive - rest, amount)


def combined(parts: list[Tensor], scales: Scales) -> Tensor:
    """One of [positive], [negative, positive] or [negative, middle, positive]."""
    if len(parts) == 1:
        return parts[0]
    if len(parts) == 3:
        return guide_twice(parts[2], parts[1], parts[0], scales)
    return guide(parts[-1], parts[0], scales[0])


def scales_at(guider: Guider, usual: float, index: int, steps: int) -> Scales:
    """The scales of step `index` of `steps`, from 0; `usual` where the guider leaves it open."""
    part = index / steps
    first = next((place for place in range(steps) if place / steps >= guider.start), steps)
    if not guider.start <= part < guider.end or (index - first) % guider.every:
        return UNGUIDED
    scale = usual if guider.scale is None else guider.scale
    if guider.curve:
        scale = on_curve(guider.curve, part)
    return scale, guider.middle_scale if guider.middle else 1.0


def on_curve(points: tuple[tuple[float, float], ...], part: float) -> float:
    """The value at a part of the run; level before the first point and after the last."""
    place = bisect_right([at for at, _ in points], part)
    if place in (0, len(points)):
        return points[min(place, len(points) - 1)][1]
    (before, low), (after, high) = points[place - 1], points[place]
    return low + (high - low) * (part - before) / (after - before)


def evaluate(
    denoiser: Denoiser,
    x: Tensor,
    sigma: float,
    conditioning: Conditioning,
    negative: Conditioning | None = None,
    moment: float | None = None,
) -> tuple[Tensor, Tensor | None]:
    """(x0 for the conditioning, x0 for the negative or None), both from one call of the model.

    x is (B, C, H, W) at sigma, at a `moment` of the run from 0 to 1, where it matters. Raises
    Problem where prompts do not fit the model or the latent.
    """
    given = [conditioning]
    if negative is not None and negative is not conditioning:
        given.insert(0, negative)
    parts = each(denoiser, x, sigma, join(denoiser, given, len(x), moment))
    return parts[-1], None if negative is None else parts[0]

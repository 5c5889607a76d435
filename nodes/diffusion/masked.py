"""Latents of which only a part may change: what is held where, in every step and at the end.

At sigma the model is shown the kept picture with noise at sigma wherever its latent may not change,
and what it foresees is replaced there by the picture. So what is kept leads the rest, and at the
end it is what it was, to the last bit.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from nodes.core.problem import Problem
from nodes.core.types import Kept, Latent, LatentMask

from .prediction import Prediction


def held(
    latent: Latent, picture: Tensor, noise: Tensor | None, levels: Tensor, at_end: bool = False
) -> Latent:
    """A latent at the start of a run over `levels`: its mask, if any, keeps the picture.

    Without noise of this run it keeps what the run before kept, if that did not end at 0. `at_end`:
    it is left alone until then.
    """
    if latent.mask is None:
        return latent
    before = latent.mask.kept if noise is None else None
    kept = Kept(picture, noise, tuple(levels.tolist()), at_end)
    if before:
        kept = replace(before, levels=kept.levels, at_end=at_end)
    return replace(latent, mask=replace(latent.mask, kept=kept))


def fits(mask: LatentMask, values: Tensor) -> LatentMask:
    """The mask on the device of a latent's values. Raises Problem where it is not as large."""
    kept = mask.kept.values if mask.kept else None
    for tensor in (mask.values, kept, mask.shown, mask.pixels):
        if tensor is None:
            continue
        if tensor.shape[-2:] != values.shape[-2:] or len(tensor) not in (1, len(values)):
            told, ours = (" × ".join(map(str, t.shape[-2:])) for t in (tensor, values))
            raise Problem(
                f"has a mask of {len(tensor)} with {told} values for {len(values)} latents with "
                f"{ours}: set the mask again",
                "latent",
            )
    return at(mask, values.device)


def at(mask: LatentMask, device: torch.device) -> LatentMask:
    """The mask with all it keeps on a device."""
    kept = mask.kept
    if kept:
        noise = None if kept.noise is None else kept.noise.to(device)
        kept = replace(kept, values=kept.values.to(device), noise=noise)
    values, shown, pixels = (
        None if tensor is None else tensor.to(device)
        for tensor in (mask.values, mask.shown, mask.pixels)
    )
    assert values is not None
    return replace(mask, values=values, kept=kept, shown=shown, pixels=pixels)


def is_empty(mask: LatentMask | None) -> bool:
    """Whether nothing may change."""
    return mask is not None and not bool(mask.values.any())


def free(mask: LatentMask, index: int, steps: int) -> Tensor:
    """How far each place may change in step `index` of `steps`: 0 to 1, only 0 or 1 if gradual.

    A gradual one frees a place of value v from the part 1 - v of the run on: white always, black
    never.
    """
    if not mask.gradual:
        return mask.values
    return (mask.values >= 1 - index / steps).to(mask.values.dtype)


def seen(x: Tensor, mask: LatentMask | None, sigma: float, prediction: Prediction) -> Tensor:
    """The latent the model is shown at sigma."""
    kept = mask.kept if mask else None
    if mask is None or kept is None or kept.noise is None or kept.at_end:
        return x
    noised = prediction.noised(kept.values, kept.noise, sigma)
    return torch.lerp(noised, x, _free_at(mask, kept, sigma))


def keep(denoised: Tensor, mask: LatentMask | None, sigma: float) -> Tensor:
    """The x0 foreseen at sigma, with the kept picture where it may not change."""
    if mask is None or mask.kept is None or mask.kept.at_end:
        return denoised
    return torch.lerp(mask.kept.values, denoised, _free_at(mask, mask.kept, sigma))


def settled(latent: Latent, sigma: float) -> Latent:
    """The latent after a step to sigma. At 0 what was kept is as it was: samplers round."""
    mask = latent.mask
    if sigma > 0 or mask is None or mask.kept is None:
        return latent
    steps = max(len(mask.kept.levels) - 1, 1)
    never = free(mask, steps - 1, steps) == 0
    values = torch.where(never, mask.kept.values, latent.values)
    return replace(latent, values=values, mask=replace(mask, kept=None))


def _free_at(mask: LatentMask, kept: Kept, sigma: float) -> Tensor:
    """`free` in the step that sigma lies in: one begins at each level but the last."""
    steps = max(len(kept.levels) - 1, 1)
    index = sum(level >= sigma for level in kept.levels[1:])
    return free(mask, min(index, steps - 1), steps)

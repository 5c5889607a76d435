"""Pixels of a picture on the grid of latent values, and masks that go where those values go."""

import math
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional

from nodes.core import Context, Latent, LatentMask, Mask
from nodes.core.types import Kept


def factor_of(latent: Latent) -> int:
    """Pixels along each side of one latent value; a blank latent has one value a pixel."""
    return latent.space.factor if latent.space else 1


def cells(context: Context, factor: int, **pixels: int) -> list[int]:
    """Latent values for so many pixels each, by input; it is said which were rounded down."""
    told = [f"{name} {given} became {given - given % factor}" for name, given in pixels.items()]
    odd = [line for line, given in zip(told, pixels.values(), strict=True) if given % factor]
    if odd:
        context.notice(f"{', '.join(odd)}: a latent value is {factor} pixels wide and high")
    return [given // factor for given in pixels.values()]


def moved(latent: Latent, change: Callable[[Tensor], Tensor], turns: bool = False) -> Latent:
    """The latent with a change of its rows and columns, made to its mask too.

    `turns`: it is made to the pixels of each value as well.
    """
    mask = latent.mask
    if turns and mask and mask.pixels is not None:
        mask = replace(mask, pixels=_inside(mask.pixels, change))
    return replace(latent, values=change(latent.values), mask=carried(mask, change))


def _inside(pixels: Tensor, change: Callable[[Tensor], Tensor]) -> Tensor:
    """The pixels of each value (B, F * F, H, W), changed as a picture of F x F."""
    each = pixels.permute(0, 2, 3, 1)
    side = math.isqrt(pixels.shape[1])
    return change(each.reshape(-1, 1, side, side)).reshape(each.shape).permute(0, 3, 1, 2)


def carried(mask: LatentMask | None, change: Callable[[Tensor], Tensor]) -> LatentMask | None:
    """The mask with a change made to it, to what a model is shown with it and, between the steps of
    a run, to what it keeps.
    """
    if mask is None:
        return None
    kept = mask.kept
    if kept:
        noise = None if kept.noise is None else change(kept.noise)
        kept = replace(kept, values=change(kept.values), noise=noise)
    shown = None if mask.shown is None else change(mask.shown)
    pixels = None if mask.pixels is None else change(mask.pixels).round()
    return replace(mask, values=change(mask.values), kept=kept, shown=shown, pixels=pixels)


def mask_of(latent: Latent) -> Tensor:
    """What may change of each picture (B, 1, H, W): everything where no mask is set."""
    batch, _, height, width = latent.values.shape
    if latent.mask is None:
        return torch.ones(batch, 1, height, width, device=latent.values.device)
    return latent.mask.values.to(latent.values.device).expand(batch, -1, -1, -1)


def joint_mask(latents: list[Latent], join: Callable[[list[Tensor]], Tensor]) -> LatentMask | None:
    """The masks of several latents made one; None where none has one, gradual where one is."""
    masks = [latent.mask for latent in latents if latent.mask]
    if not masks:
        return None
    values = join([mask_of(latent) for latent in latents])
    gradual, kept = any(mask.gradual for mask in masks), _joint_kept(latents, join)
    if len(masks) < len(latents) or any(mask.shown is None for mask in masks):
        return LatentMask(values, gradual, kept)
    shown, pixels = (
        join([_each_of(latent, tensor) for latent, tensor in zip(latents, tensors, strict=True)])
        for tensors in ([mask.shown for mask in masks], [mask.pixels for mask in masks])
    )
    return LatentMask(values, gradual, kept, shown, pixels.round())


def _each_of(latent: Latent, tensor: Tensor | None) -> Tensor:
    """What belongs to a mask, for each picture of a latent."""
    assert tensor is not None
    return tensor.to(latent.values.device).expand(len(latent.values), -1, -1, -1)


def _joint_kept(latents: list[Latent], join: Callable[[list[Tensor]], Tensor]) -> Kept | None:
    """What several masks keep; where one keeps nothing all is free, and it is never looked at."""
    kept = [latent.mask.kept if latent.mask else None for latent in latents]
    known = [one for one in kept if one]
    if not known:
        return None
    both = list(zip(latents, kept, strict=True))
    values = [one.values.expand_as(latent.values) if one else latent.values for latent, one in both]
    noises = [
        one.noise.expand_as(latent.values) if one and one.noise is not None else latent.values
        for latent, one in both
    ]
    noise = None if any(one.noise is None for one in known) else join(noises)
    return Kept(join(values), noise, known[0].levels)


def shrunk(mask: Mask, latent: Latent, how: str = "area") -> Tensor:
    """A mask of the picture's size as one of the latent's (B, 1, H, W), on the latent's device.

    What encoding crops from a picture is cropped from its mask: evenly on both sides. how: `area`
    is the mean over the pixels of a value, `cover` the most, `nearest` the upper left one.
    """
    factor, (rows, columns) = factor_of(latent), latent.values.shape[2:]
    height, width = rows * factor, columns * factor
    top, left = (mask.values.shape[2] - height) // 2, (mask.values.shape[3] - width) // 2
    values = mask.values[:, :, top : top + height, left : left + width].to(latent.values.device)
    if how == "nearest":
        return values[:, :, ::factor, ::factor].contiguous()
    pool = functional.max_pool2d if how == "cover" else functional.avg_pool2d
    pooled: Tensor = pool(values, factor)
    return pooled

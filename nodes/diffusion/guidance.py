"""Classifier-free guidance: Ho and Salimans (2022), on x0."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from nodes.core.problem import Problem
from nodes.core.types import Conditioning

from .denoiser import Denoiser


def guide(positive: Tensor, negative: Tensor, scale: float) -> Tensor:
    """From the negative x0 towards the positive one and beyond; 1 gives the positive."""
    if scale == 1:
        return positive
    return negative + scale * (positive - negative)


def evaluate(
    denoiser: Denoiser,
    x: Tensor,
    sigma: float,
    conditioning: Conditioning,
    negative: Conditioning | None = None,
) -> tuple[Tensor, Tensor | None]:
    """(x0 for the conditioning, x0 for the negative or None), both from one call of the model.

    x is (B, C, H, W) at sigma. Raises Problem where prompts do not fit the model or the latent.
    """
    return both(denoiser, x, sigma, together(denoiser, conditioning, negative, len(x)))


def both(
    denoiser: Denoiser, x: Tensor, sigma: float, pair: Conditioning
) -> tuple[Tensor, Tensor | None]:
    """`evaluate` with the prompts already `together`: B rows, or 2B, the negative ones first."""
    if len(pair.text) == len(x):
        return denoiser(x, sigma, pair), None
    prediction = denoiser.prediction
    scaled = prediction.scale_in(x, sigma)
    out = denoiser.raw(torch.cat([scaled, scaled]), prediction.timestep(sigma), pair)
    negative, positive = out.chunk(2)
    return prediction.denoised(x, positive, sigma), prediction.denoised(x, negative, sigma)


def together(
    denoiser: Denoiser, positive: Conditioning, negative: Conditioning | None, batch: int
) -> Conditioning:
    """One conditioning for the call: negative rows, then positive, each repeated to the batch.

    Prompts of different length are repeated to their least common length, which leaves attention
    over them as it was.
    """
    given = [positive] if negative is None else [negative, positive]
    for conditioning in given:
        _check(denoiser, conditioning, batch)
    device, dtype = denoiser.device, denoiser.dtype
    texts = [_rows(conditioning.text.to(device, dtype), batch) for conditioning in given]
    longest = math.lcm(*(text.shape[1] for text in texts))
    texts = [text.repeat(1, longest // text.shape[1], 1) for text in texts]
    pooled = [
        _rows(conditioning.pooled.to(device, dtype), batch)
        for conditioning in given
        if conditioning.pooled is not None
    ]
    return Conditioning(
        torch.cat(texts), torch.cat(pooled) if pooled else None, families=positive.families
    )


def _check(denoiser: Denoiser, conditioning: Conditioning, batch: int) -> None:
    wanted, name = denoiser.defaults.text_width, denoiser.family.name
    if conditioning.families and name not in conditioning.families:
        written = " or ".join(conditioning.families)
        raise Problem(f"This prompt was encoded for {written}; the model is {name}.")
    if conditioning.text.shape[-1] != wanted:
        width = conditioning.text.shape[-1]
        raise Problem(f"This prompt has {width} numbers a token; the model reads {wanted}.")
    if len(conditioning.text) not in (1, batch):
        raise Problem(
            f"{len(conditioning.text)} prompts do not fit {batch} pictures: give one, or one each."
        )


def _rows(values: Tensor, batch: int) -> Tensor:
    return values if len(values) == batch else values.repeat(batch, *[1] * (values.dim() - 1))

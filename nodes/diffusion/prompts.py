"""Several prompts in one call of the model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from nodes.core.problem import Problem
from nodes.core.types import Conditioning

from .denoiser import Denoiser
from .told import in_turn


@dataclass(frozen=True, eq=False)
class Prompts:
    """What leads a run of `batch` pictures: as one conditioning with all prompts, or one alone."""

    denoiser: Denoiser
    batch: int
    positive: Conditioning
    negative: Conditioning | None
    middle: Conditioning | None = None

    @cached_property
    def alone(self) -> Conditioning:
        return together(self.denoiser, [self.positive], self.batch)

    @cached_property
    def all(self) -> Conditioning:
        """The negative, the middle one if there is one, the positive. Raises Problem for none."""
        if self.negative is None:
            raise Problem(
                "This conditioning has nothing that stands for no prompt: "
                "wire a negative, or set the guidance to 1.",
                port="negative",
            )
        middle = [self.middle] if self.middle else []
        return together(self.denoiser, [self.negative, *middle, self.positive], self.batch)


def each(denoiser: Denoiser, x: Tensor, sigma: float, joined: Conditioning) -> list[Tensor]:
    """The x0 of every prompt that was put `together`, in their order, from one call of the model.

    x is (B, C, H, W) at sigma.
    """
    times = len(joined.text) // len(x)
    if times == 1:
        return [denoiser(x, sigma, joined)]
    prediction = denoiser.prediction
    scaled = torch.cat([prediction.scale_in(x, sigma)] * times)
    out = denoiser.raw(scaled, prediction.timestep(sigma), joined)
    return [denoiser.foreseen(x, part, sigma) for part in out.chunk(times)]


def together(denoiser: Denoiser, given: list[Conditioning], batch: int) -> Conditioning:
    """One conditioning for the call: the rows of each in turn, each repeated to the batch.

    Prompts of different length are repeated to their least common length, which leaves attention
    over them as it was. The last is the one that leads.
    """
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
    masks = [_rows(one.mask.to(device), batch) for one in given if one.mask is not None]
    return Conditioning(
        torch.cat(texts),
        torch.cat(pooled) if pooled else None,
        families=given[-1].families,
        mask=torch.cat(masks) if masks else None,
        guidance=given[-1].guidance,
        sizes=in_turn(given, batch),
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

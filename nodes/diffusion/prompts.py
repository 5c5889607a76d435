"""Several prompts in one call of the model."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor

from nodes.core.problem import Problem
from nodes.core.types import Conditioning

from .denoiser import Denoiser
from .regions import Leading, blended, leading
from .shown import beside, fitting
from .told import in_turn

Call = tuple[Conditioning, tuple[int, ...]]  # what is called, and the number of each prompt in it


@dataclass(frozen=True, eq=False)
class Joined:
    """What the model is asked at once: roles (negative, positive …), each of prompts that lead it.

    `calls` have every prompt of every role in them: one call, or one for each length of text.
    """

    roles: tuple[Leading, ...]
    calls: tuple[Call, ...]

    def guided_by(self, scale: float) -> Joined:
        """The same for models that are told the scale."""
        calls = tuple((replace(asked, guidance=scale), rows) for asked, rows in self.calls)
        return replace(self, calls=calls)

    def by_role(self, given: list[Tensor], factor: int) -> list[Tensor]:
        """For each role one of what is given for each prompt."""
        each = iter(given)
        return [blended([next(each) for _ in role], role, factor) for role in self.roles]


@dataclass(frozen=True, eq=False)
class Prompts:
    """What leads a run of `batch` pictures: as one conditioning with all prompts, or one alone.

    Asked for at a part of the run, from 0 to 1, as some lead in a part of it only.
    """

    denoiser: Denoiser
    batch: int
    positive: Conditioning
    negative: Conditioning | None
    middle: Conditioning | None = None
    kept: dict[tuple[tuple[int, ...], ...], Joined] = field(default_factory=dict)

    def alone(self, moment: float) -> Joined:
        return self._joined([self.positive], moment)

    def all(self, moment: float) -> Joined:
        """The negative, the middle one if there is one, the positive. Raises Problem for none."""
        if self.negative is None:
            raise Problem(
                "This conditioning has nothing that stands for no prompt: "
                "wire a negative, or set the guidance to 1.",
                port="negative",
            )
        middle = [self.middle] if self.middle else []
        return self._joined([self.negative, *middle, self.positive], moment)

    def _joined(self, given: list[Conditioning], moment: float) -> Joined:
        key = tuple(tuple(map(id, leading(role, moment))) for role in given)
        if key not in self.kept:
            self.kept[key] = join(self.denoiser, given, self.batch, moment)
        return self.kept[key]


def each(denoiser: Denoiser, x: Tensor, sigma: float, joined: Joined) -> list[Tensor]:
    """The x0 of every role that was `join`ed, in their order. x is (B, C, H, W) at sigma."""
    prediction = denoiser.prediction
    scaled = prediction.scale_in(x, sigma)
    given = asked(denoiser, scaled, prediction.timestep(sigma), joined)
    seen = [denoiser.foreseen(x, out, sigma) for out in given]
    return joined.by_role(seen, denoiser.space.factor)


def asked(denoiser: Denoiser, scaled: Tensor, time: Any, joined: Joined) -> list[Tensor]:
    """What the module puts out for each prompt, in their order; `scaled` is what it is shown."""
    found: dict[int, Tensor] = {}
    for conditioning, numbers in joined.calls:
        times = len(numbers)
        shown = torch.cat([scaled] * times) if times > 1 else scaled
        out = denoiser.raw(shown, time, conditioning)
        found |= zip(numbers, out.chunk(times), strict=True)
    return [found[number] for number in sorted(found)]


def join(
    denoiser: Denoiser, given: list[Conditioning], batch: int, moment: float | None = None
) -> Joined:
    """The roles at a part of a run. The last one leads, and of several the first leads away.

    All are one call, if their texts are of one length or may be repeated to one.
    """
    roles = tuple(leading(role, moment) for role in given)
    prompts = [prompt for role in roles for prompt in role]
    away = len(roles[0]) if len(roles) > 1 else 0
    told = in_turn(prompts, batch, away)
    scale = given[-1].guidance
    prompts = [
        replace(prompt, sizes=told[number * batch : (number + 1) * batch], guidance=scale)
        for number, prompt in enumerate(prompts)
    ]
    picture = fitting(denoiser, given[-1], batch)
    lengths: dict[int, list[int]] = {}
    for number, prompt in enumerate(prompts):
        length = 0 if denoiser.family.repeats else prompt.text.shape[1]
        lengths.setdefault(length, []).append(number)
    calls = [
        (together(denoiser, [prompts[number] for number in numbers], batch), tuple(numbers))
        for numbers in lengths.values()
    ]
    return Joined(roles, tuple((beside(one, picture), numbers) for one, numbers in calls))


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
        sizes=tuple(sizes for one in given for sizes in one.sizes),
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

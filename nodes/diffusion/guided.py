"""The model as a sampler sees it over a run: led by prompts, held by a mask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from nodes.core.types import Guider, LatentMask

from .bound import bounded
from .denoiser import Denoiser
from .guidance import UNGUIDED, Scales, combined, rescaled, rescaled_denoised, scales_at
from .masked import keep, seen
from .prompts import Joined, Prompts, asked, each


@dataclass
class Guided:
    """`Guided(x, sigma)` → the guided x0, `pair` that and the negative's. It is in step `index`.

    `usual` is the scale where the guider leaves it open. A step whose scales are 1 evaluates the
    prompt alone, which is half the work.
    """

    denoiser: Denoiser
    prompts: Prompts
    guider: Guider
    usual: float
    steps: int
    mask: LatentMask | None = None
    index: int = 0

    def __call__(self, x: Tensor, sigma: float) -> Tensor:
        shown = seen(x, self.mask, sigma, self.denoiser.prediction)
        scales = self.scales
        parts = each(self._here, shown, sigma, self._joined(scales))
        return self._led(parts, scales, shown, sigma)

    def pair(self, x: Tensor, sigma: float) -> tuple[Tensor, Tensor]:
        shown = seen(x, self.mask, sigma, self.denoiser.prediction)
        parts = each(self._here, shown, sigma, self._joined(self.scales, pairs=True))
        guided = self._led(parts, self.scales, shown, sigma)
        return guided, keep(parts[0], self.mask, sigma)

    def output(self, scaled: Callable[[Tensor, Any], Tensor], x: Tensor, time: Any) -> Tensor:
        """What the module itself puts out at a time for the latent x, once `scaled`, guided."""
        scales, channels = self.scales, x.shape[1]
        joined = self._joined(scales)
        given = asked(self._here, scaled(x, time), time, joined)
        whole = joined.by_role(given, self.denoiser.space.factor)
        parts = [part[:, :channels] for part in whole]
        out = combined(parts, scales)
        if len(parts) > 1 and self.guider.rescale and scales != UNGUIDED:
            out = rescaled(out, parts[-1], self.guider.rescale)
        variance = whole[-1][:, channels:]  # the prompt's own, as nothing else has a meaning
        return torch.cat([out, variance], dim=1) if variance.shape[1] else out

    @property
    def scales(self) -> Scales:
        """Those of the step it is in; a sampler that goes on after the last stays in it."""
        return scales_at(self.guider, self.usual, min(self.index, self.steps - 1), self.steps)

    @property
    def moment(self) -> float:
        """The part of the run that this step begins at, from 0."""
        return min(self.index, self.steps - 1) / self.steps

    @property
    def _here(self) -> Denoiser:
        """The denoiser in this step, with the ControlNets that act in it."""
        return self.denoiser.at(min(self.index, self.steps - 1), self.steps)

    def _led(self, parts: list[Tensor], scales: Scales, x: Tensor, sigma: float) -> Tensor:
        led = combined(parts, scales)
        if len(parts) > 1 and self.guider.rescale and scales != UNGUIDED:
            amount = self.guider.rescale
            led = rescaled_denoised(self.denoiser, led, parts[-1], x, sigma, amount)
        return keep(bounded(led, self.denoiser.space), self.mask, sigma)

    def _joined(self, scales: Scales, pairs: bool = False) -> Joined:
        """The prompts one call is led by: a model that is told its scale is asked once."""
        if self.denoiser.defaults.embeds_guidance:
            return self.prompts.alone(self.moment).guided_by(scales[0])
        unguided = scales == UNGUIDED and not pairs
        return (self.prompts.alone if unguided else self.prompts.all)(self.moment)

    def prepare(self, pairs: bool = False) -> None:
        """Put the prompts together before the run, so that what does not fit is told at once."""
        for index in range(self.steps):
            step = replace(self, index=index)
            step._joined(step.scales, pairs)

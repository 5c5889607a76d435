"""A denoiser in use: its module, and what its family knows about calling it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from nodes.core.facts import ModelFacts
from nodes.core.types import Conditioning, LatentSpace

from .family import Family
from .prediction import Prediction


@dataclass(frozen=True, eq=False)
class Denoiser:
    """`Denoiser(x, sigma, conditioning)` → x0, for every family.

    x (B, C, H, W) float32 is the noisy latent at `sigma`, unpacked; conditioning has as many rows.
    `defaults` are the model's facts: native size, steps, guidance, sampler, schedule.
    """

    module: nn.Module
    family: Family
    prediction: Prediction
    space: LatentSpace
    defaults: ModelFacts
    scheduler_config: dict[str, Any]
    device: torch.device
    dtype: torch.dtype

    @property
    def width(self) -> int:
        """The native width in pixels."""
        return self.defaults.width or 512

    @property
    def height(self) -> int:
        """The native height in pixels."""
        return self.defaults.height or 512

    def __call__(self, x: Tensor, sigma: float, conditioning: Conditioning) -> Tensor:
        scaled = self.prediction.scale_in(x, sigma)
        out = self.raw(scaled, self.prediction.timestep(sigma), conditioning)
        return self.prediction.denoised(x, out, sigma)

    def raw(self, x: Tensor, time: Any, conditioning: Conditioning) -> Tensor:
        """The module's own output for its own input and time, in its own dtype.

        It is made in inference mode, which saves 2 % of a small model's step; what is computed
        from it outside is a plain tensor again.
        """
        with torch.inference_mode():
            return self.family.predict(
                self.module, x.to(self.dtype), time, conditioning, self.space
            )

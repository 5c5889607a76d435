"""A denoiser in use: its module, and what its family knows about calling it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor, nn

from nodes.core.facts import ModelFacts
from nodes.core.problem import Problem
from nodes.core.types import Conditioning, Latent, LatentSpace

from .control import Steering, acting, summed
from .family import Family
from .prediction import Prediction
from .stock import timed

UNSHOWN = "has no picture with a hole in it, and this model fills one: make it with encode_inpaint"


@dataclass(frozen=True, eq=False)
class Denoiser:
    """`Denoiser(x, sigma, conditioning)` → x0, for every family.

    x (B, C, H, W) float32 is the noisy latent at `sigma`, unpacked; conditioning has as many rows.
    `defaults` are the model's facts: native size, steps, guidance, sampler, schedule. `grid` are
    the rows and columns of the latents it works on, 0 for its native size: see `on`.
    `noising` is the config of the scheduler by which a picture that it is shown is noised, `beside`
    (1 or B, C, H, W) what a model that fills holes is shown in more channels: see `on`.
    """

    module: nn.Module
    family: Family
    prediction: Prediction
    space: LatentSpace
    defaults: ModelFacts
    scheduler_config: dict[str, Any]
    device: torch.device
    dtype: torch.dtype
    grid: tuple[int, int] = (0, 0)
    noising: dict[str, Any] = field(default_factory=dict)
    beside: Tensor | None = None
    controls: tuple[Steering, ...] = ()

    @property
    def width(self) -> int:
        """The native width in pixels."""
        return self.defaults.width or 512

    @property
    def height(self) -> int:
        """The native height in pixels."""
        return self.defaults.height or 512

    @property
    def rows(self) -> int:
        return self.grid[0] or self.height // self.space.factor

    @property
    def columns(self) -> int:
        return self.grid[1] or self.width // self.space.factor

    def on(self, latent: Latent) -> Denoiser:
        """The same for a latent in its space, whose size may decide which levels are visited, and
        whose mask has what the model is shown if it fills holes.
        """
        rows, columns = latent.values.shape[-2:]
        prediction, beside = self.prediction.sized(rows, columns), None
        if self.defaults.inpaints and latent.mask and latent.mask.shown is not None:
            beside = self.family.beside(latent.mask).to(self.device, self.dtype)
        return replace(self, prediction=prediction, grid=(rows, columns), beside=beside)

    def at(self, index: int | None, steps: int | None) -> Denoiser:
        """The same in a step of a run, counted from 0, in which some of its ControlNets may not
        act. Raises Problem where that matters and the step is not told.
        """
        if not self.controls:
            return self
        return replace(self, controls=acting(self.controls, index, steps))

    def timed(self, steps: int, device: torch.device | None = None) -> Any:
        """A new scheduler of the model's folder with its steps set, as the stock pipeline does."""
        given = self.family.timing(self.scheduler_config, steps, self.rows, self.columns)
        return timed(self.scheduler_config, steps, device, given)

    def __call__(self, x: Tensor, sigma: float, conditioning: Conditioning) -> Tensor:
        scaled = self.prediction.scale_in(x, sigma)
        out = self.raw(scaled, self.prediction.timestep(sigma), conditioning)
        return self.foreseen(x, out, sigma)

    def foreseen(self, x: Tensor, out: Tensor, sigma: float) -> Tensor:
        """x0, from the latent x at sigma and what the module put out, its variance left aside."""
        return self.prediction.denoised(x, out[:, : x.shape[1]], sigma)

    def raw(self, x: Tensor, time: Any, conditioning: Conditioning) -> Tensor:
        """The module's own output for its own input and time, in its own dtype.

        It is made in inference mode, which saves 2 % of a small model's step; what is computed
        from it outside is a plain tensor again.
        """
        x = x.to(self.dtype)
        with torch.inference_mode():
            added = self._controlled(x, time, conditioning)
            if self.defaults.inpaints:
                if self.beside is None:
                    raise Problem(UNSHOWN, "latent")
                more = self.beside.repeat(len(x) // len(self.beside), 1, 1, 1)
                x = torch.cat([x, more], dim=1)
            return self.family.predict(self.module, x, time, conditioning, self.space, **added)

    def _controlled(self, x: Tensor, time: Any, conditioning: Conditioning) -> dict[str, Any]:
        """What its ControlNets add in this call, as more arguments of `predict`."""
        steer = self.family.control
        if not self.controls or steer is None:
            return {}
        return summed([steer(one, x, time, conditioning, self.space) for one in self.controls])

"""ControlNets in use: what they add to a denoiser's layers, led by a picture.

Zhang, Rao and Agrawala (2023). Several over one model are summed, as diffusers does. A step in
which one does not act is not evaluated, which is what multiplying it by 0 comes to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from nodes.core.problem import Problem
from nodes.core.types import Control, Image, Vae

from .autoencoder import Autoencoder, encode_together

INDEX_NEEDED = (
    "is needed, and steps: a ControlNet here begins late or ends early. Wire in.index to it"
)
KEPT = 8  # pictures made ready for a ControlNet
AT_ONCE = 4  # rows that are encoded in one call, as all are in diffusers: bits depend on how many
Residuals = dict[str, Any]


@dataclass(frozen=True, eq=False)
class ControlModule:
    """A ControlNet in use: its module, and the pictures it was shown, as it is given them."""

    module: nn.Module
    kept: dict[tuple[object, ...], tuple[Tensor, Tensor]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Steering:
    """A ControlNet over a denoiser. `autoencoder` makes one of a handle, for those that are shown
    latents of their picture.
    """

    control: Control
    used: ControlModule
    denoiser: nn.Module
    autoencoder: Callable[[Vae], Autoencoder]
    device: torch.device
    dtype: torch.dtype

    @property
    def module(self) -> Any:
        return self.used.module

    def acts(self, index: int, steps: int) -> bool:
        """Whether it does in a step, counted from 0, as diffusers decides it."""
        late, over = index / steps < self.control.start, (index + 1) / steps > self.control.end
        return not (late or over)

    @property
    def always(self) -> bool:
        return self.control.start <= 0 and self.control.end >= 1

    def hint(self, rows: int, height: int, width: int, shifted: bool = True) -> Tensor:
        """What it is shown in a call: (rows, C, H, W), from pictures made so large."""
        image = self.control.image
        if rows % len(image):
            told = f"is controlled by {len(image)} pictures, the latent has {rows}"
            raise Problem(f"{told}: give as many, or one for all", "model")
        times = rows // len(image) if rows <= AT_ONCE else 1
        key = (id(image), times, height, width, self.control.vae, self.dtype)
        if self.used.kept.get(key, (None,))[0] is not image:
            if len(self.used.kept) >= KEPT:
                self.used.kept.clear()
            ready = self._ready(repeated(sized(image, height, width), times), shifted)
            self.used.kept[key] = image, ready
        ready = self.used.kept[key][1]
        return repeated(ready, rows // len(ready))

    def _ready(self, image: Tensor, shifted: bool) -> Tensor:
        if self.control.vae is None:
            return image.to(self.device, self.dtype)
        vae = self.autoencoder(self.control.vae)
        vae = vae if shifted else replace(vae, space=replace(vae.space, shift=0.0))
        latents = [encode_together(vae, Image(some)) for some in image.split(AT_ONCE)]
        whole = torch.cat(latents) if len(latents) > 1 else latents[0]
        if vae.own and not shifted:  # a small one writes latents that are shifted already
            space = self.control.vae.space
            whole = whole + space.shift * space.scale
        return whole.to(self.device, self.dtype)


def repeated(values: Tensor, times: int) -> Tensor:
    """The rows so often. Once, they lie in memory as they did, on which bits depend."""
    return values.repeat(times, 1, 1, 1) if times > 1 else values


def sized(image: Tensor, height: int, width: int) -> Tensor:
    """A picture (B, 3, H, W), 0 to 1, of another size by bicubic interpolation; the same as it is.

    It averages where it makes smaller.
    """
    if image.shape[-2:] == (height, width):
        return image
    made = functional.interpolate(image, (height, width), mode="bicubic", antialias=True)
    return made.clamp(0, 1)


def acting(
    controls: tuple[Steering, ...], index: int | None, steps: int | None
) -> tuple[Steering, ...]:
    """Those that act in a step. Raises Problem where that matters and the step is not told."""
    if index is None or steps is None:
        if not all(control.always for control in controls):
            raise Problem(INDEX_NEEDED, "index")
        return controls
    return tuple(control for control in controls if control.acts(index, steps))


def summed(every: list[Residuals]) -> Residuals:
    """What several ControlNets add, in their order: lists layer by layer."""
    first, *others = every
    for other in others:
        known: dict[tuple[int, int], Tensor] = {}
        first = {name: _sum(first[name], other[name], known) for name in first}
    return first


def _sum(one: Any, other: Any, known: dict[tuple[int, int], Tensor]) -> Any:
    """Of two tensors or lists of them, None for none. Layers that share a tensor share the sum."""
    if one is None or other is None:
        return other if one is None else one
    if isinstance(one, Tensor):
        key = id(one), id(other)
        if key not in known:
            known[key] = one + other
        return known[key]
    return [_sum(a, b, known) for a, b in zip(one, other, strict=True)]


def spread(found: list[Tensor] | None, blocks: nn.Module, how: str) -> list[Tensor] | None:
    """What is for each block of a transformer, of which there may be fewer than blocks.

    how: each is for several in a row, shared out `even`ly (SD3), or in `rows` of one length
    (FLUX.1); or they follow one another and begin `again`.
    """
    if not found:
        return None
    layers, count = sum(1 for _ in blocks.children()), len(found)
    ways: dict[str, Callable[[int], int]] = {
        "even": lambda n: int(n / (layers / count)),
        "rows": lambda n: n // -(-layers // count),
        "again": lambda n: n % count,
    }
    return [found[ways[how](n)] for n in range(layers)]

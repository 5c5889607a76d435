"""Nodes that make latents larger and smaller. Masks set on them go along."""

import math
from dataclasses import replace
from typing import Annotated, Literal

from torch import Tensor
from torch.nn import functional

from nodes.core import Context, Latent, LatentFacts, Number, Size, node
from nodes.core.sizes import check_size

from .agree import resized, sized
from .grid import cells, factor_of, moved

Method = Literal["nearest", "bilinear", "bicubic", "area"]
MODES = {"nearest": "nearest-exact", "bilinear": "bilinear", "bicubic": "bicubic", "area": "area"}


@node
def resize_latent(
    latent: Latent,
    width: Annotated[int, Size()] = 1024,
    height: Annotated[int, Size()] = 1024,
    method: Method = "bilinear",
    *,
    context: Context,
) -> Latent:
    """Stretch a latent to a size, in pixels of the picture it stands for.

    Rounded down to whole latent values. Area is the mean over what becomes one value, for smaller
    ones. Stretched values are no picture's own: sample again, with some noise, to sharpen it.
    """
    _resized(latent.facts, width, height)
    columns, rows = cells(context, factor_of(latent), width=width, height=height)
    return _stretched(latent, rows, columns, method)


@resize_latent.facts
def _resized(latent: LatentFacts | None, width: int | None, height: int | None) -> LatentFacts:
    return resized(latent or LatentFacts(), width, height)


@node
def resize_latent_by(
    latent: Latent,
    factor: Annotated[float, Number(0.05, 16, 0.05)] = 2.0,
    method: Method = "bilinear",
) -> Latent:
    """Stretch a latent to so many times its width and height, to the nearest whole value.

    At 2 both sides double. Methods are those of resize_latent.
    """
    _resized_by(latent.facts, factor)
    rows, columns = (_times(cells, factor) for cells in latent.values.shape[2:])
    return _stretched(latent, rows, columns, method)


@resize_latent_by.facts
def _resized_by(latent: LatentFacts | None, factor: float | None) -> LatentFacts:
    latent = latent or LatentFacts()
    sized(latent)
    pixels = latent.factor
    if factor is None or pixels is None:
        return replace(latent, width=None, height=None)
    width, height = (
        None if side is None else _times(side // pixels, factor) * pixels
        for side in (latent.width, latent.height)
    )
    check_size(width, height, "factor")
    return replace(latent, width=width, height=height)


def _times(cells: int, factor: float) -> int:
    return math.floor(cells * factor + 0.5)


def _stretched(latent: Latent, rows: int, columns: int, method: str) -> Latent:
    def stretch(values: Tensor) -> Tensor:
        stretched: Tensor = functional.interpolate(values, size=(rows, columns), mode=MODES[method])
        return stretched

    if latent.values.shape[1] == 0:
        return replace(latent, values=latent.values.new_zeros(len(latent.values), 0, rows, columns))
    large = moved(latent, stretch)
    if large.mask is None:
        return large
    # bicubic overshoots, a mask stays between nothing and all
    return replace(large, mask=replace(large.mask, values=large.mask.values.clamp(0, 1)))

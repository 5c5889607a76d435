"""Overlapping tiles over a picture or a latent, and what became of them blended into one."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Tile:
    """A rectangle of latent values, or of pixels."""

    top: int
    left: int
    height: int
    width: int

    def cut(self, latent: Tensor) -> Tensor:
        """The tile's part of a latent (B, C, H, W)."""
        return latent[:, :, self.top : self.top + self.height, self.left : self.left + self.width]

    def times(self, factor: int) -> Tile:
        """The same rectangle where each value is `factor` pixels wide and high."""
        return Tile(*(factor * side for side in (self.top, self.left, self.height, self.width)))


def tiles(height: int, width: int, side: int) -> list[Tile]:
    """Tiles of `side` values that cover it all and overlap by a quarter of a side or more."""
    rows, columns = starts(height, side), starts(width, side)
    return [
        Tile(top, left, min(side, height), min(side, width)) for top in rows for left in columns
    ]


def starts(length: int, side: int) -> list[int]:
    """Where tiles begin along one direction: spread evenly, the last ending at the end."""
    if length <= side:
        return [0]
    stride = side - side // 4
    count = -(-(length - side) // stride) + 1
    return [round(place * (length - side) / (count - 1)) for place in range(count)]


def blended(pieces: list[tuple[Tile, Tensor]], height: int, width: int, factor: int = 1) -> Tensor:
    """One picture (1, C, H, W) of the tiles' pictures, weighted by distance from their edges.

    height, width: those of the whole in the tiles' units, each of which is `factor` pixels.
    """
    if len(pieces) == 1:
        return pieces[0][1]
    first = pieces[0][1]
    whole = first.new_zeros(1, first.shape[1], height * factor, width * factor)
    total = first.new_zeros(1, 1, height * factor, width * factor)
    for tile, picture in pieces:
        place = tile.times(factor)
        weight = _ramp(place.height, first)[:, None] * _ramp(place.width, first)
        place.cut(whole).add_(picture * weight)
        place.cut(total).add_(weight)
    return whole / total


def _ramp(length: int, like: Tensor) -> Tensor:
    """1 inside, falling to almost 0 at both edges over a quarter of the length."""
    from_edge = torch.arange(length, dtype=like.dtype, device=like.device) + 0.5
    from_edge = torch.minimum(from_edge, length - from_edge)
    return (from_edge / max(length // 4, 1)).clamp(max=1.0)

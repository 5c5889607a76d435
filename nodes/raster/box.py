"""A rectangle of pixels, and how one is chosen around a mask."""

from typing import NamedTuple

from torch import Tensor


class Box(NamedTuple):
    x: int
    y: int
    width: int
    height: int

    @property
    def rows(self) -> slice:
        return slice(self.y, self.y + self.height)

    @property
    def columns(self) -> slice:
        return slice(self.x, self.x + self.width)


def bounds(values: Tensor) -> Box | None:
    """The smallest box around everything above 0 in masks (B, 1, H, W), None where all is empty."""
    found = (values > 0).any(0)[0]
    x, y = found.any(0).nonzero(), found.any(1).nonzero()
    if not len(x):
        return None
    left, top = int(x[0]), int(y[0])
    return Box(left, top, int(x[-1]) + 1 - left, int(y[-1]) + 1 - top)


def around(box: Box, margin: int, whole: Box) -> Box:
    """The box with so much more on every side, as far as the whole goes."""
    left, top = max(box.x - margin, 0), max(box.y - margin, 0)
    right = min(box.x + box.width + margin, whole.width)
    bottom = min(box.y + box.height + margin, whole.height)
    return Box(left, top, right - left, bottom - top)


def widened(box: Box, width: int, height: int, whole: Box) -> Box:
    """A box of at least that size about the same centre, moved and cut to stay in the whole."""
    x, wide = _stretched(box.x, box.width, width, whole.width)
    y, high = _stretched(box.y, box.height, height, whole.height)
    return Box(x, y, wide, high)


def _stretched(start: int, length: int, wanted: int, whole: int) -> tuple[int, int]:
    longer = min(max(length, wanted), whole)
    return max(0, min(start - (longer - length) // 2, whole - longer)), longer


def rounded_up(side: int, multiple: int) -> int:
    """The next number that `multiple` divides."""
    return side + -side % multiple

"""Pictures of another size. Values are (B, C, H, W), from 0 to 1."""

from math import floor

import numpy as np
import torch
from PIL import Image as Pillow
from torch import Tensor

METHODS = {
    "lanczos": Pillow.Resampling.LANCZOS,
    "bicubic": Pillow.Resampling.BICUBIC,
    "bilinear": Pillow.Resampling.BILINEAR,
    "area": Pillow.Resampling.BOX,
    "nearest": Pillow.Resampling.NEAREST,
}
WAYS = ("stretch", "fit", "crop", "pad")

Box = tuple[float, float, float, float]


def resize(
    values: Tensor, width: int, height: int, method: str = "lanczos", box: Box | None = None
) -> Tensor:
    """All of a picture, or the `box` of it (left, top, right, bottom), made so large.

    Resampled plane by plane with Pillow's filters in floating point: every method but nearest
    averages when it makes smaller. Lanczos has three lobes, bicubic has a = -0.5.
    """
    planes = values.reshape(-1, *values.shape[-2:]).contiguous().numpy()
    made = [_plane(plane, (width, height), METHODS[method], box) for plane in planes]
    return torch.stack(made).view(*values.shape[:2], height, width).clamp(0, 1)


def _plane(
    plane: np.ndarray, size: tuple[int, int], method: Pillow.Resampling, box: Box | None
) -> Tensor:
    return torch.from_numpy(np.array(Pillow.fromarray(plane).resize(size, method, box)))


def within(width: int, height: int, most_wide: int, most_high: int) -> tuple[int, int]:
    """The largest size of the same proportions that fits; no side is below 1."""
    if most_wide * height <= most_high * width:
        return most_wide, max(1, divided(height * most_wide, width))
    return max(1, divided(width * most_high, height)), most_high


def covered(width: int, height: int, to_width: int, to_height: int) -> Box:
    """The largest box in the middle of a picture that has the proportions of another size."""
    wide, high = float(width), float(height)
    if width * to_height > height * to_width:
        wide = height * to_width / to_height
    else:
        high = width * to_height / to_width
    left, top = (width - wide) / 2, (height - high) / 2
    return left, top, min(left + wide, width), min(top + high, height)


def divided(number: int, by: int) -> int:
    """A quotient to the nearest whole number, halves up: the same on every machine."""
    return (2 * number + by) // (2 * by)


def multiplied(side: int, ratio: float, multiple: int = 1) -> int:
    """A side so many times as long, as the nearest multiple that is not 0."""
    return max(multiple, floor(side * ratio / multiple + 0.5) * multiple)

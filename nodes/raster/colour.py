"""Colours of pictures (B, 3, H, W), red green blue from 0 to 1."""

import math

import torch
from torch import Tensor

LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601
_LINEAR_LUMA = (0.213, 0.715, 0.072)  # Filter Effects Module 1, W3C


def rgb(colour: str) -> Tensor:
    """`#rrggbb` as (1, 3, 1, 1)."""
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return torch.tensor(parts, dtype=torch.float32).view(1, 3, 1, 1) / 255


def luma(values: Tensor) -> Tensor:
    """How bright a picture looks, (B, 1, H, W): the weights of ITU-R BT.601, of sum 1."""
    return (values * torch.tensor(LUMA).view(1, 3, 1, 1)).sum(1, keepdim=True).clamp(0, 1)


def levels(values: Tensor, black: float, white: float, gamma: float) -> Tensor:
    """Black and what is below becomes 0, white and above 1; gamma above 1 lifts the middle."""
    return ((values - black) / (white - black)).clamp(0, 1) ** (1 / gamma)


def warmed(values: Tensor, stops: float) -> Tensor:
    """Red up and blue down by half of so many stops (doublings); below 0 the other way."""
    gains = [2 ** (stops / 2), 1.0, 2 ** (-stops / 2)]
    return values * torch.tensor(gains).view(1, 3, 1, 1)


def adjusted(
    values: Tensor, brightness: float, contrast: float, saturation: float, hue: float
) -> Tensor:
    """The filters brightness, contrast, saturate and hue-rotate of CSS, in this order.

    1, 1, 1 and 0 (degrees) leave everything. Filter Effects Module 1, W3C; kept within 0..1 once,
    at the end.
    """
    values = values * brightness
    values = (values - 0.5) * contrast + 0.5
    if saturation != 1:
        values = _mixed(values, _saturation(saturation))
    if hue % 360:
        values = _mixed(values, _rotation(math.radians(hue)))
    return values.clamp(0, 1)


def _mixed(values: Tensor, matrix: Tensor) -> Tensor:
    return torch.einsum("oc,bchw->bohw", matrix.float(), values)


def _grey() -> Tensor:
    return torch.tensor(_LINEAR_LUMA, dtype=torch.float64).expand(3, 3)


def _saturation(amount: float) -> Tensor:
    return torch.lerp(_grey(), torch.eye(3, dtype=torch.float64), amount)


def _rotation(angle: float) -> Tensor:
    """About the grey axis; luminance stays."""
    grey, one = _grey(), torch.eye(3, dtype=torch.float64)
    turned = torch.tensor(
        [[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]],
        dtype=torch.float64,
    )
    return grey + math.cos(angle) * (one - grey) + math.sin(angle) * turned

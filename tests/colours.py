"""Pictures written out by hand, and how they are read back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from nodes.core.node import NodeFunction
from nodes.core.problem import Problem
from nodes.core.types import Image, Mask

Rows = list[list[float]]


def grey(*pictures: Rows) -> Image:
    """Pictures of equal red, green and blue, each a list of rows."""
    values = torch.tensor([[rows] for rows in pictures], dtype=torch.float32)
    return Image(values.expand(-1, 3, -1, -1).clone())


def mask(*pictures: Rows) -> Mask:
    return Mask(torch.tensor([[rows] for rows in pictures], dtype=torch.float32))


def pixel(red: float, green: float, blue: float) -> Image:
    """A picture of one pixel."""
    return Image(torch.tensor([red, green, blue]).view(1, 3, 1, 1))


def rows(image: Image, digits: int = 6) -> list[Rows]:
    """The rows of each picture, which is grey."""
    red, green, blue = image.values.unbind(1)
    assert torch.allclose(red, green) and torch.allclose(red, blue)
    return [[[round(v, digits) for v in row] for row in one] for one in red.tolist()]


def colour(image: Image, x: int = 0, y: int = 0, digits: int = 4) -> list[float]:
    """Red, green and blue of a pixel of the first picture."""
    return [round(v, digits) for v in image.values[0, :, y, x].tolist()]


def rule(node: NodeFunction[..., Any]) -> Callable[..., Any]:
    """What tells a node's facts before it runs."""
    assert node.rule
    return node.rule


def told(call: Callable[[], object]) -> tuple[str | None, str]:
    """The port and the sentence of a refusal."""
    with pytest.raises(Problem) as caught:
        call()
    return caught.value.port, caught.value.message

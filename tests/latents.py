"""Latents written out by hand, and a context for calling nodes one by one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from nodes.core.context import Context
from nodes.core.node import NodeFunction
from nodes.core.plan import Plan
from nodes.core.types import Latent, LatentMask, LatentSpace, Mask
from nodes.host import Local

# one channel and two pixels a value, so that a latent can be read at a glance
SPACE = LatentSpace("tiny", 1, 2)
Rows = list[list[float]]


def values(*pictures: Rows) -> torch.Tensor:
    """(B, 1, H, W) of pictures, each a list of rows."""
    return torch.tensor([[rows] for rows in pictures], dtype=torch.float32)


def latent(*pictures: Rows, mask: list[Rows] | None = None, gradual: bool = False) -> Latent:
    """A latent of these pictures, with these masks of its own size set."""
    free = None if mask is None else LatentMask(values(*mask), gradual)
    return Latent(values(*pictures), SPACE, free)


def mask(*pictures: Rows) -> Mask:
    return Mask(values(*pictures))


def context(folder: Path) -> Context:
    return Context(Local(folder, folder, data=folder), Plan({}), "node", "node")


def blank(width: int, height: int, batch: int = 1) -> Latent:
    return Latent(torch.zeros(batch, 0, height, width))


def read(latent: Latent) -> list[Rows]:
    """The rows of each picture, as they were written."""
    rows: list[Rows] = latent.values[:, 0].tolist()
    return rows


def read_mask(latent: Latent) -> list[Rows]:
    assert latent.mask is not None
    rows: list[Rows] = latent.mask.values[:, 0].tolist()
    return rows


def rule(node: NodeFunction[..., Any]) -> Callable[..., Any]:
    """What tells a node's facts before it runs."""
    assert node.rule
    return node.rule

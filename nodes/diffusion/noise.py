"""Where randomness comes from: one stream for every picture and step, always drawn on the CPU.

Picture i of a batch with seed s is drawn as seed s + i, so a batch shows the same pictures as
single runs. (torch's CPU generator uses the low 32 bits of a seed: seeds 2**32 apart are one.)
"""

from __future__ import annotations

import hashlib

import torch
from torch import Tensor


def noise(shape: tuple[int, ...], seed: int, batch: int, index: int = 0, part: int = 0) -> Tensor:
    """Standard normal noise (batch, *shape), float32 on the CPU.

    `shape` is that of one picture (C, H, W). Index 0 is what the pipelines of diffusers draw from
    `Generator().manual_seed(seed + i)`; index k > 0 is the stream of step k, which is found from
    the seed and k alone, so that any step can be repeated without the ones before it. `part` counts
    the draws within a step.
    """
    return torch.cat([_draw(shape, seed + i, index, part) for i in range(batch)])


def generators(seed: int, batch: int) -> list[torch.Generator]:
    """One generator for every picture, as a pipeline is given them."""
    return [torch.Generator().manual_seed(seed + i) for i in range(batch)]


def _draw(shape: tuple[int, ...], seed: int, index: int, part: int) -> Tensor:
    stream = seed if index == part == 0 else _derived(seed, index, part)
    return torch.randn((1, *shape), generator=torch.Generator().manual_seed(stream))


def _derived(seed: int, index: int, part: int) -> int:
    place = f"{seed} {index}" + (f" {part}" if part else "")
    digest = hashlib.blake2b(place.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")

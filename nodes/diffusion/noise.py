"""Where randomness comes from: one stream for every picture and step, always drawn on the CPU.

Picture i of a batch with seed s is drawn as seed s + i, so a batch shows the same pictures as
single runs. (torch's CPU generator uses the low 32 bits of a seed: seeds 2**32 apart are one.)
"""

from __future__ import annotations

import hashlib

import torch
from torch import Tensor

from nodes.core.problem import Problem
from nodes.core.types import Latent, Noise

from .sphere import spherical


def noise(shape: tuple[int, ...], seed: int, batch: int, index: int = 0, part: int = 0) -> Tensor:
    """Standard normal noise (batch, *shape), float32 on the CPU.

    `shape` is that of one picture (C, H, W). Index 0 is what the pipelines of diffusers draw from
    `Generator().manual_seed(seed + i)`; index k > 0 is the stream of step k, which is found from
    the seed and k alone, so that any step can be repeated without the ones before it. `part` counts
    the draws within a step.
    """
    return torch.cat([_draw(shape, seed + i, index, part) for i in range(batch)])


def drawn(given: Noise, latent: Latent) -> Tensor:
    """Noise as large as a latent (B, C, H, W), float32. Raises Problem where it has another size.

    0 and 1 of the way between two noises are exactly the first and the second.
    """
    if given.ends and 0 < given.amount < 1:
        a, b = (drawn(end, latent) for end in given.ends)
        return spherical(a, b.to(a.device), given.amount)
    if given.ends:
        return drawn(given.ends[int(given.amount)], latent)
    batch, *shape = latent.values.shape
    if given.drawn is None:
        return noise(tuple(shape), given.seed, batch)
    return _as_large(given.drawn, latent)


def seed_of(given: Noise) -> int | None:
    """The seed that noise goes by: its own, or that of the first it lies between."""
    return given.facts.seed


def _as_large(taken: Latent, latent: Latent) -> Tensor:
    values, shape = taken.values, latent.values.shape
    if values.shape[1:] != shape[1:] or len(values) not in (1, shape[0]):
        told, ours = (" × ".join(map(str, tuple(s))) for s in (values.shape, shape))
        raise Problem(f"is a latent of {told} values, the one it is for has {ours}", "noise")
    return values.float().expand(shape).contiguous()


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

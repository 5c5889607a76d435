"""A picture that a model is shown beside its latent. Tensors are torch's: no torch here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Shown:
    """Pictures a model is to enlarge: `values` (B, 3, H, W), red green blue, -1 to 1.

    `level` (0 to 999) says how much noise they are given before the model sees them, which it is
    told; the noise of picture i is that of `seed` + i.
    """

    values: Tensor
    level: int = 250
    seed: int = 0

"""What shows a model where things go in a picture. Tensors are torch's: no torch here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .facts import ControlNetFacts
from .weights import Weights

if TYPE_CHECKING:
    from torch import Tensor

    from .types import Vae


@dataclass(frozen=True)
class ControlNet:
    """A handle to a ControlNet: Zhang, Rao and Agrawala (2023)."""

    weights: Weights
    facts: ControlNetFacts


@dataclass(frozen=True)
class Control:
    """A ControlNet over a model: `image` (1 or B, 3, H, W), 0 to 1, is what it is shown.

    What it writes is multiplied by `strength`. Step i of n is controlled unless i / n < `start` or
    (i + 1) / n > `end`. `mode` is the kind of picture, for those that are made for several; `vae`
    is there for those that are shown latents of the picture.
    """

    weights: Weights
    image: Tensor
    strength: float = 1.0
    start: float = 0.0
    end: float = 1.0
    mode: int | None = None
    vae: Vae | None = None

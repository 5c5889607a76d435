"""Weights that are no numbers: told by what comes out, since looking through all would take long.

A file that was written or converted badly holds NaN or what is infinite, and so does every picture
made with it, without any error.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from torch import Tensor, nn

from nodes.core.problem import Problem
from nodes.core.types import Weights

NONE = "no number (NaN or infinite)"


def finite(made: Tensor, weights: Weights, modules: Iterable[nn.Module], port: str) -> None:
    """Raise Problem at `port` where what was made with these modules is no number.

    The weights that are to blame are named where they are held; a LoRA over them may be as well.
    """
    if bool(made.isfinite().all()):
        return
    found, given = list(modules), weights.files or (weights.path,)
    files = [Path(path).name for path in given]
    for place, module in enumerate(found):
        name = _broken(module)
        if name:
            file = files[min(place, len(files) - 1)]
            over = " or of a LoRA over it" if weights.loras else ""
            told = f"has broken weights: {name} of {file}{over} holds what is {NONE}"
            raise Problem(f"{told}: get the file anew", port)
    told = f"gave what is {NONE}: {' or '.join(files)} is broken, or what goes in is too large"
    raise Problem(told, port)


def _broken(module: nn.Module) -> str | None:
    """The first of its weights that are here which holds what is no number."""
    here = (pair for pair in module.named_parameters() if not pair[1].is_meta)
    return next((name for name, weight in here if not bool(weight.isfinite().all())), None)

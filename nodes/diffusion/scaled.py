"""Weights that a file keeps in 8 bits, with a number to multiply each one or each row of it by.

Files name that number `….scale_weight` or `….weight_scale`. A weight is multiplied out when it is
copied to where it is used, so that a large file takes no more memory than what is made of it.
"""

from __future__ import annotations

from torch import Tensor

SCALE = ".scale_weight"
SAME = (".weight_scale",)
UNUSED = (".scale_input", ".input_scale", ".comfy_quant")
MARKS = ("scaled_fp8",)


def tidied(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The same with one name for such numbers, and without what only faster arithmetic needs."""
    found = {}
    for name, tensor in state.items():
        for ending in SAME:
            name = name.removesuffix(ending) + SCALE if name.endswith(ending) else name
        if not name.endswith((*UNUSED, *MARKS)):
            found[name] = tensor
    return found


def stored(name: str, state: dict[str, Tensor]) -> Tensor:
    """The weight called `name`, multiplied out where it has a number beside it."""
    weight, scale = state[name], state.get(name.removesuffix(".weight") + SCALE)
    if scale is None:
        return weight
    rows = (-1, *[1] * (weight.dim() - 1)) if scale.numel() > 1 else ()
    return weight.float() * scale.float().reshape(rows)

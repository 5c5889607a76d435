"""LoRAs over weights: handles with them laid over, and weights with them in.

The changed module has copies of the weights a LoRA touches and shares all others with the module
it was made from, which stays as it is to the last bit.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from nodes.core.problem import Problem
from nodes.core.types import Lora, Model, TextEncoder, Weights

from .lora_file import Change, LoraFile, read_lora
from .mapped import tensors
from .matching import Fitting, fitting, text_parts


def with_lora(
    model: Model, text_encoder: TextEncoder, lora: Lora
) -> tuple[Model, TextEncoder, list[str]]:
    """The handles with a LoRA over what lies over them already, and the tensors that fit nowhere.

    Reads headers and configs, no weights. Raises Problem where nothing fits, where nothing of what
    is for a denoiser does (families share text encoders), and where a layer of the right name has
    another shape. A handle it does not touch stays as it is.
    """
    file, words = read_lora(Path(lora.path)), text_encoder.weights
    first, each = laid(file, model.weights, words)
    return (
        replace(model, weights=_over(model.weights, lora, [first])),
        replace(text_encoder, weights=_over(words, lora, each)),
        _left_out(file, [change for found in (first, *each) for change in found.values()]),
    )


def laid(file: LoraFile, model: Weights, words: Weights) -> tuple[Fitting, list[Fitting]]:
    """What it changes in a denoiser and in each text encoder. Raises what `with_lora` does."""
    first, texts = fitting(file, model), text_parts(words)
    each = [fitting(file, replace(words, part=part)) for part in texts]
    if not first and (file.denoisers or not any(each)):
        raise Problem(_refusal(file, model.family, (model.part, *texts)))
    return first, each


class Merged:
    """The LoRAs of `weights` over a part's weights, one weight at a time.

    Sums are float32, in the order of the LoRAs, and rounded once to the weight's dtype. `names` are
    the weights that they change.
    """

    def __init__(self, weights: Weights) -> None:
        self._sums: dict[str, list[tuple[float, Change, dict[str, Tensor]]]] = {}
        for lora in weights.loras:
            path = Path(lora.path)
            state, found = tensors(path), fitting(read_lora(path), weights)
            for name, change in found.items():
                self._sums.setdefault(name, []).append((lora.strength, change, state))
        self.names = frozenset(self._sums)

    def __call__(self, name: str, weight: Tensor) -> Tensor:
        summed = weight.float()
        for strength, change, state in self._sums[name]:
            summed = summed + strength * _product(change, state, weight)
        return summed.to(weight.dtype)


def _over(weights: Weights, lora: Lora, found: list[Fitting]) -> Weights:
    if not any(found) or lora.strength == 0:
        return weights
    return replace(weights, loras=(*weights.loras, lora))


def _product(change: Change, state: dict[str, Tensor], weight: Tensor) -> Tensor:
    """alpha / rank * up @ down in the weight's shape, float32."""
    up, down = (
        state[name].to(weight.device, torch.float32, copy=True).flatten(1)
        for name in (change.up, change.down)
    )
    if change.rows:
        up = up[slice(*change.rows)]
    if change.swapped:
        up = torch.cat(up.chunk(2)[::-1])
    alpha = change.alpha
    if isinstance(alpha, str):
        alpha = float(state[alpha])
    return (up @ down).reshape(weight.shape) * change.scale(alpha)


def _refusal(file: LoraFile, family: str, parts: tuple[str, ...]) -> str:
    seen = [f"{part} {layer}" for part, changes in file.parts.items() for layer in changes]
    listed = ", ".join(seen[:3]) + (f" and {len(seen) - 3:,} more" if len(seen) > 3 else "")
    return (
        f"{file.name} was made for another family: of the {len(seen):,} layers it changes none is "
        f"in this model ({family}, {' and '.join(parts)}): {listed}."
    )


def _left_out(file: LoraFile, used: list[Change]) -> list[str]:
    """The file's layers that the model has not, and its tensors that are no change at all."""
    kept = {change.down for change in used}
    layers = [
        f"{part} {layer}"
        for part, changes in file.parts.items()
        for layer, change in changes.items()
        if change.down not in kept
    ]
    return layers + file.other

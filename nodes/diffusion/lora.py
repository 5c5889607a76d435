"""LoRAs over weights: which of a model's weights a file changes, and a module with them changed.

The changed module has copies of the weights a LoRA touches and shares all others with the module
it was made from, which stays as it is to the last bit.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor, nn

from nodes.core.problem import Problem
from nodes.core.types import Lora, Model, TextEncoder, Weights

from .loading import outline
from .lora_file import Change, LoraFile, read_lora
from .mapped import tensors
from .recognise import found_of

Shapes = dict[str, tuple[int, ...]]
Fitting = dict[str, Change]


def with_lora(
    model: Model, text_encoder: TextEncoder, lora: Lora
) -> tuple[Model, TextEncoder, list[str]]:
    """The handles with a LoRA over what lies over them already, and the tensors that fit nowhere.

    Reads headers and configs, no weights. Raises Problem where nothing fits, and where a layer of
    the right name has another shape. A part it does not touch keeps its handle.
    """
    file = read_lora(Path(lora.path))
    first, second = (_fitting(file, handle.weights) for handle in (model, text_encoder))
    if not first and not second:
        parts = (model.weights.part, text_encoder.weights.part)
        raise Problem(_refusal(file, model.weights.family, parts))
    return (
        replace(model, weights=_over(model.weights, lora, first)),
        replace(text_encoder, weights=_over(text_encoder.weights, lora, second)),
        _left_out(file, [*first.values(), *second.values()]),
    )


class Merged:
    """The LoRAs of `weights` over a part's weights, one weight at a time.

    Sums are float32, in the order of the LoRAs, and rounded once to the weight's dtype. `names` are
    the weights that they change.
    """

    def __init__(self, weights: Weights) -> None:
        shapes = _shapes(replace(weights, loras=()))
        self._sums: dict[str, list[tuple[float, Change, dict[str, Tensor]]]] = {}
        for lora in weights.loras:
            path = Path(lora.path)
            state, fitting = tensors(path), matched(read_lora(path), weights, shapes)
            for name, change in fitting.items():
                self._sums.setdefault(name, []).append((lora.strength, change, state))
        self.names = frozenset(self._sums)

    def __call__(self, name: str, weight: Tensor) -> Tensor:
        summed = weight.float()
        for strength, change, state in self._sums[name]:
            summed = summed + strength * _product(change, state, weight)
        return summed.to(weight.dtype)


def matched(file: LoraFile, weights: Weights, shapes: Shapes) -> Fitting:
    """The file's changes by the weights they are for. Raises Problem for one of another shape."""
    layers = {name.removesuffix(".weight").replace(".", "_"): name for name in shapes}
    fitting = {}
    for layer, change in file.parts.get(weights.part, {}).items():
        name = layers.get(layer)
        if name and _trimmed(shapes[name]) != _trimmed(change.shape):
            theirs, ours = (" x ".join(map(str, s)) for s in (change.shape, shapes[name]))
            raise Problem(
                f"{file.name} was made for another family: its {layer} is {theirs}, "
                f"that of this model ({weights.family}) is {ours}."
            )
        if name:
            fitting[name] = change
    return fitting


def _trimmed(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A 1x1 convolution is a linear layer."""
    return shape[:2] if all(side == 1 for side in shape[2:]) else shape


def _shapes_of(module: nn.Module) -> Shapes:
    return {name: tuple(parameter.shape) for name, parameter in module.named_parameters()}


def _fitting(file: LoraFile, weights: Weights) -> Fitting:
    return matched(file, weights, _shapes(replace(weights, loras=())))


@lru_cache(8)
def _shapes(weights: Weights) -> Shapes:
    """The shapes of a part's weights, from its config."""
    return _shapes_of(outline(found_of(weights), weights.part))


def _over(weights: Weights, lora: Lora, fitting: Fitting) -> Weights:
    if not fitting or lora.strength == 0:
        return weights
    return replace(weights, loras=(*weights.loras, lora))


def _product(change: Change, state: dict[str, Tensor], weight: Tensor) -> Tensor:
    """alpha / rank * up @ down in the weight's shape, float32."""
    up, down = (
        state[name].to(weight.device, torch.float32, copy=True).flatten(1)
        for name in (change.up, change.down)
    )
    alpha = change.alpha
    if isinstance(alpha, str):
        alpha = float(state[alpha])
    return (up @ down).reshape(weight.shape) * change.scale(alpha)


def _refusal(file: LoraFile, family: str, parts: tuple[str, ...]) -> str:
    seen = [f"{part} {layer}" for part, changes in file.parts.items() for layer in changes]
    listed = ", ".join(seen[:3]) + (f" and {len(seen) - 3:,} more" if len(seen) > 3 else "")
    return (
        f"{file.name} changes nothing in this model ({family}, {' and '.join(parts)}): "
        f"it was made for layers that are not in it ({listed})."
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

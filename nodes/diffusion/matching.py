"""Which weights of a model a LoRA file changes, from headers and configs.

Files name layers as the module has them, or as single files of its authors do, where one layer may
stand for several of ours: their rows one after another.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from nodes.core.problem import Problem
from nodes.core.types import Weights

from .family import Alias, Config, Family
from .loading import outline
from .lora_file import Change, LoraFile
from .recognise import found_of

Shapes = dict[str, tuple[int, ...]]
Fitting = dict[str, Change]
LAST_TEXT = "text_encoder_3"  # T5 for files in the layout of single files, whichever it is for us


def fitting(file: LoraFile, weights: Weights) -> Fitting:
    """The file's changes by the weights of a part that they are for.

    Raises Problem for a layer of another shape.
    """
    bare = replace(weights, loras=())
    family, config, shapes = _known(bare)
    layers = {_layer(name): name for name in shapes}
    found: Fitting = {}
    fit, wrong = 0, ""
    for layer, change in _changes(file, weights.part, family).items():
        alias = Alias((layer,))
        if layer not in layers and weights.part == family.denoiser and family.alias:
            alias = family.alias(layer, config)
        ours = [layers[name] for name in alias.layers if name in layers]
        if not ours or len(ours) < len(alias.layers):
            continue
        rows = sum(shapes[name][0] for name in ours)
        if (rows, *_trimmed(shapes[ours[0]])[1:]) != _trimmed(change.shape):
            wrong = wrong or _unfit(file, weights, layer, change, (rows, *shapes[ours[0]][1:]))
            continue
        found, fit = found | _pieces(change, alias, ours, shapes), fit + 1
    if wrong:
        count = len(file.parts.get(weights.part, {}))
        raise Problem(f"{wrong}; {fit} of its {count} layers there fit.")
    return found


def text_parts(weights: Weights) -> tuple[str, ...]:
    """The text encoders of which a handle of theirs is made."""
    found = found_of(replace(weights, loras=()))
    return tuple(part for part in found.family.text_parts if part in found.configs)


def _changes(file: LoraFile, part: str, family: Family) -> dict[str, Change]:
    """What the file says of a part."""
    own = file.parts.get(part, {})
    if not own and family.classes[part].startswith("T5"):
        return file.parts.get(LAST_TEXT, {})
    return own


def _pieces(change: Change, alias: Alias, ours: list[str], shapes: Shapes) -> Fitting:
    """The change of each of our weights out of the one that stands for all of them."""
    if len(ours) == 1:
        return {ours[0]: replace(change, swapped=alias.swapped)}
    found, start = {}, 0
    for name in ours:
        end = start + shapes[name][0]
        found[name] = replace(change, rows=(start, end))
        start = end
    return found


def _layer(name: str) -> str:
    return name.removesuffix(".weight").removeprefix("text_model.").replace(".", "_")


def _trimmed(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A 1x1 convolution is a linear layer."""
    return shape[:2] if all(side == 1 for side in shape[2:]) else shape


def _unfit(
    file: LoraFile, weights: Weights, layer: str, change: Change, own: tuple[int, ...]
) -> str:
    theirs, ours = (" x ".join(map(str, shape)) for shape in (change.shape, own))
    return (
        f"{file.name} was made for another family: its {layer} is {theirs}, "
        f"that of this model ({weights.family}) is {ours}"
    )


@lru_cache(16)
def _known(weights: Weights) -> tuple[Family, Config, Shapes]:
    """Its family, its config, and the shapes of the part's weights, which are made from that."""
    found = found_of(weights)
    module = outline(found, weights.part)
    shapes = {name: tuple(parameter.shape) for name, parameter in module.named_parameters()}
    return found.family, found.configs[weights.part], shapes

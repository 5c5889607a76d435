"""What a LoRA file changes, read from its header alone: which layers, by which tensors, how much.

Two ways of naming are read: diffusers' (`unet.down_blocks.0….to_q.lora_A.weight`, and its older
`….to_q.lora.down.weight` and `….processor.to_q_lora.down.weight`) and kohya's
(`lora_unet_down_blocks_0_…_to_q.lora_down.weight`). Both end as one: the layer's name with every
dot an underscore, which is looked up among the model's own layers. No torch.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from nodes.core.problem import Problem

from .header import Header, read_header

STARTS = {
    "lora_unet_": "unet",
    "lora_transformer_": "transformer",
    "lora_te_": "text_encoder",
    "lora_te1_": "text_encoder",
    "lora_te2_": "text_encoder_2",
    "lora_te3_": "text_encoder_3",
    "unet.": "unet",
    "diffusion_model.": "unet",
    "transformer.": "transformer",
    "text_encoder.": "text_encoder",
    "text_encoder_2.": "text_encoder_2",
    "text_encoder_3.": "text_encoder_3",
}
# layers of what kohya's files call a U-Net all the same
OF_TRANSFORMERS = (
    *("joint_blocks_", "context_embedder", "final_layer_", "t_embedder_", "x_embedder_"),
    *("y_embedder_", "double_blocks_", "single_blocks_", "guidance_in_", "img_in", "time_in_"),
    *("txt_in", "vector_in_", "transformer_blocks_", "single_transformer_blocks_"),
)
DOWN = (
    ".lora_A.weight",
    ".lora.down.weight",
    "_lora.down.weight",
    ".lora_linear_layer.down.weight",
    ".lora_down.weight",
)
DENOISERS = {"unet", "transformer"}
UP = tuple(end.replace("lora_A", "lora_B").replace("down", "up") for end in DOWN)
OLD_TEXT = {"to_q": "q_proj", "to_k": "k_proj", "to_v": "v_proj", "to_out_0": "out_proj"}
OTHER_METHODS = {
    "dora_scale": "DoRA",
    "lora_magnitude_vector": "DoRA",
    "hada_w1_a": "LoHa",
    "lokr_w1": "LoKr",
    "lora_mid": "LoRA with a Tucker core",
}


@dataclass(frozen=True)
class Change:
    """A change of one layer: W + alpha / rank * up @ down. Hu et al. (2021).

    `down` and `up` name the tensors (rank, inputs…) and (outputs, rank…); `alpha` names the tensor
    that holds it, is the number itself, or None where it equals the rank. Of up only the `rows`
    from one to another count, if any are said, and its halves are the other way round where it is
    `swapped`.
    """

    down: str
    up: str
    alpha: str | float | None
    shape: tuple[int, ...]
    rank: int
    root: bool = False
    rows: tuple[int, int] | None = None
    swapped: bool = False

    def scale(self, alpha: float | None) -> float:
        """What up @ down is multiplied by; `root` is rank-stabilised LoRA, Kalajdzievski (2023)."""
        if alpha is None:
            return 1.0
        return alpha / (math.sqrt(self.rank) if self.root else self.rank)


@dataclass(frozen=True)
class LoraFile:
    """A LoRA's header, understood: part (`unet`, `text_encoder`) → layer with underscores → change.

    `other` are tensors that are no half of a pair.
    """

    header: Header
    parts: dict[str, dict[str, Change]]
    other: list[str]

    @property
    def name(self) -> str:
        return self.header.path.name

    @property
    def denoisers(self) -> set[str]:
        """The denoisers it changes by the names of the parts they are, which is one or none."""
        return self.parts.keys() & DENOISERS

    @cached_property
    def text_widths(self) -> set[int]:
        """The widths of the text that the cross-attention of a U-Net that it changes reads."""
        return {
            change.shape[1]
            for layer, change in self.parts.get("unet", {}).items()
            if layer.endswith(("attn2_to_k", "attn2_to_v"))
        }


def read_lora(path: Path) -> LoraFile:
    """The LoRA at `path`. Raises Problem for what is no LoRA, or one of another method."""
    if path.is_dir():
        raise Problem(f"{path.name} is a folder; a LoRA is one safetensors file.")
    header = read_header(path)
    for name in header.tensors:
        for word, method in OTHER_METHODS.items():
            if word in name:
                raise Problem(f"{path.name} is a {method}, which cannot be merged yet.")
    parts, other = _paired(header)
    if not parts:
        seen = ", ".join(f"{start} ({count:,})" for start, count in header.prefixes())
        raise Problem(f"{path.name} is no LoRA: its tensors start with {seen or 'nothing'}.")
    return LoraFile(header, parts, other)


def is_lora(path: Path) -> bool:
    """Whether the file at `path` can be laid over a model."""
    try:
        return bool(read_lora(path).parts)
    except Problem:
        return False


def _paired(header: Header) -> tuple[dict[str, dict[str, Change]], list[str]]:
    """Every pair of a down and an up as a change; and what is neither, nor an alpha."""
    parts: dict[str, dict[str, Change]] = {}
    ups, alphas = _ending(header, UP), _ending(header, (".alpha",))
    used: set[str] = set()
    configs = _adapter_configs(header)
    for place, down in _ending(header, DOWN).items():
        if up := ups.get(place):
            part, layer = place
            config = configs.get(part, {})
            shape, rank = _joined(header, down, up)
            alpha = _single(header, alphas.get(place)) or _alpha(config, layer)
            root = bool(config.get("use_rslora"))
            parts.setdefault(part, {})[layer] = Change(down, up, alpha, shape, rank, root)
            used |= {down, up, alphas.get(place, up)}
    return parts, [name for name in header.tensors if name not in used]


def _ending(header: Header, ends: tuple[str, ...]) -> dict[tuple[str, str], str]:
    """(part, layer) → the tensor of that layer whose name ends so."""
    found = {}
    for name in header.tensors:
        start = next((start for start in STARTS if name.startswith(start)), None)
        end = next((end for end in ends if name.endswith(end)), None)
        if start and end:
            layer, part = _layer(name.removeprefix(start).removesuffix(end)), STARTS[start]
            if part == "unet" and layer.startswith(OF_TRANSFORMERS):
                part = "transformer"
            found[part, layer] = name
    return found


def _layer(name: str) -> str:
    """A layer's name as both ways of naming have it: no dots, no older words."""
    name = name.replace(".", "_").removeprefix("text_model_").replace("_processor_to_", "_to_")
    name = re.sub("_lora(_linear_layer)?$", "", name)
    name = f"{name}_0" if name.endswith("_to_out") else name
    for old, new in OLD_TEXT.items():
        if name.endswith(f"self_attn_{old}"):
            return f"{name.removesuffix(old)}{new}"
    return name


def _joined(header: Header, down: str, up: str) -> tuple[tuple[int, ...], int]:
    """(the shape of the change, its rank). Raises Problem for halves that do not fit together."""
    inner, outer = header.tensors[down].shape, header.tensors[up].shape
    if len(inner) not in (2, 4) or len(outer) not in (2, 4) or any(n != 1 for n in outer[2:]):
        raise Problem(f"{header.path.name} holds a change of a kind not known: {down} {inner}.")
    if inner[0] != outer[1] or inner[0] == 0:
        raise Problem(
            f"{header.path.name} is broken: {down} {inner} and {up} {outer} do not go together."
        )
    return (outer[0], *inner[1:]), inner[0]


def _single(header: Header, alpha: str | None) -> str | None:
    """The name of an alpha, which must be one number."""
    if alpha and math.prod(header.tensors[alpha].shape) != 1:
        raise Problem(f"{header.path.name} is broken: {alpha} is not one number.")
    return alpha


def _adapter_configs(header: Header) -> dict[str, dict[str, Any]]:
    """Part → the settings it was trained with, as diffusers leaves them in the file's metadata."""
    text = header.metadata.get("lora_adapter_metadata")
    try:
        table = json.loads(text) if text else {}
        configs: dict[str, dict[str, Any]] = {}
        for name, value in table.items():
            part, _, key = name.partition(".")
            configs.setdefault(part, {})[key] = value
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise Problem(f"{header.path.name} is broken: its LoRA metadata cannot be read.") from None
    return configs


def _alpha(config: dict[str, Any], layer: str) -> float | None:
    """The alpha that the settings give a layer: its own, or the one of all."""
    own = config.get("alpha_pattern")
    for name, value in own.items() if isinstance(own, dict) else ():
        pattern = _layer(name.removeprefix("^"))
        if layer == pattern or layer.endswith(f"_{pattern}"):
            return _number(value)
    return _number(config.get("lora_alpha"))


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None

"""What the authors of ControlNet call its layers, and what diffusers calls them."""

from __future__ import annotations

import re
from collections.abc import Iterable

START = "control_model."
MARKS = ("zero_convs.0.0.weight", "input_hint_block.0.weight")
OUTSIDE = {
    "input_blocks.0.0": "conv_in",
    "time_embed.0": "time_embedding.linear_1",
    "time_embed.2": "time_embedding.linear_2",
    "label_emb.0.0": "add_embedding.linear_1",
    "label_emb.0.2": "add_embedding.linear_2",
    "middle_block.0": "mid_block.resnets.0",
    "middle_block.1": "mid_block.attentions.0",
    "middle_block.2": "mid_block.resnets.1",
    "middle_block_out.0": "controlnet_mid_block",
}
RESNET = {
    "in_layers.0": "norm1",
    "in_layers.2": "conv1",
    "emb_layers.1": "time_emb_proj",
    "out_layers.0": "norm2",
    "out_layers.3": "conv2",
    "skip_connection": "conv_shortcut",
}


def ours(names: Iterable[str]) -> dict[str, str]:
    """The authors' name of each tensor of a ControlNet → diffusers'; the rest of a file is left."""
    every = set(names)
    start = next((s for s in (START, "") if all(f"{s}{mark}" in every for mark in MARKS)), None)
    if start is None:
        return {}
    own = {name: name.removeprefix(start) for name in every if name.startswith(start)}
    step = _step(own.values())
    hints = [
        int(m[1]) for name in own.values() if (m := re.match(r"input_hint_block\.(\d+)", name))
    ]
    return {name: _ours(inner, step, max(hints)) for name, inner in own.items()}


def _step(names: Iterable[str]) -> int:
    """How many input blocks a level has: the first that makes smaller ends one."""
    found = [re.match(r"input_blocks\.(\d+)\.(0\.op\.weight)?", name) for name in names]
    downs = [int(match[1]) for match in found if match and match[2]]
    return min(downs, default=max((int(match[1]) for match in found if match), default=0) + 1)


def _ours(name: str, step: int, last_hint: int) -> str:
    kind, number, rest = name.split(".", 2)
    place = int(number) if number.isdigit() else 0
    if kind == "zero_convs":
        return f"controlnet_down_blocks.{place}.{rest.removeprefix('0.')}"
    if kind == "input_hint_block":
        ends = {0: "conv_in", last_hint: "conv_out"}
        layer = ends.get(place, f"blocks.{place // 2 - 1}")
        return f"controlnet_cond_embedding.{layer}.{rest}"
    if kind == "input_blocks" and place:
        return _block(place - 1, rest, step)
    for theirs, layer in OUTSIDE.items():
        if name.startswith(f"{theirs}."):
            return f"{layer}.{_within(name.removeprefix(f'{theirs}.'))}"
    return name


def _block(place: int, rest: str, step: int) -> str:
    """A tensor of an input block after the first: of a resnet, an attention, or what halves."""
    level, layer = divmod(place, step)
    part, inner = rest.split(".", 1)
    if inner.startswith("op."):
        return f"down_blocks.{level}.downsamplers.0.conv.{inner.removeprefix('op.')}"
    kind = "resnets" if part == "0" else "attentions"
    return f"down_blocks.{level}.{kind}.{layer}.{_within(inner)}"


def _within(rest: str) -> str:
    """A tensor within a resnet; those within an attention have the same names."""
    for theirs, layer in RESNET.items():
        if rest.startswith(f"{theirs}."):
            return f"{layer}.{rest.removeprefix(f'{theirs}.')}"
    return rest

"""A textual inversion's file, read from its header alone: vectors that a word stands for. No torch.

Gal et al. (2022). Three layouts are about: diffusers' (one tensor, named as the word), A1111's (one
tensor `emb_params`), and that for two encoders (`clip_l` and `clip_g`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nodes.core.facts import TextFacts
from nodes.core.problem import Problem

from .header import read_header

PAIR = {"clip_l": "text_encoder", "clip_g": "text_encoder_2"}
MOST = 75  # vectors: what a CLIP encoder can read at once


@dataclass(frozen=True)
class EmbeddingFile:
    """`tensors`: part → its tensor and how wide a vector in it is; "" is the only part there is."""

    name: str
    tensors: dict[str, tuple[str, int]]


def read_embedding(path: Path) -> EmbeddingFile:
    """The textual inversion at `path`. Raises Problem for what is none."""
    if path.is_dir():
        raise Problem(f"{path.name} is a folder; a textual inversion is one safetensors file.")
    header = read_header(path)
    shapes = {name: tensor.shape for name, tensor in header.tensors.items()}
    named = {part: name for name, part in PAIR.items() if name in shapes}
    only = next(iter(shapes), "")
    if not named and len(shapes) == 1 and "." not in only:  # a layer's weight is no word
        named = {"": only}
    vectors = {part: (name, shapes[name][-1]) for part, name in named.items() if shapes[name]}
    counts = {shapes[name][0] if len(shapes[name]) == 2 else 1 for name, _ in vectors.values()}
    flat = all(len(shapes[name]) in (1, 2) for name, _ in vectors.values())
    if not vectors or not flat or len(counts) != 1 or not 1 <= min(counts) <= MOST:
        seen = ", ".join(f"{name} {list(shape)}" for name, shape in list(shapes.items())[:3])
        more = f" and {len(shapes) - 3:,} more" if len(shapes) > 3 else ""
        raise Problem(f"{path.name} is no textual inversion: it has {seen or 'nothing'}{more}.")
    return EmbeddingFile(path.name, vectors)


def is_embedding(path: Path) -> bool:
    """Whether the file at `path` has vectors that a word can stand for."""
    try:
        return bool(read_embedding(path).tensors)
    except Problem:
        return False


def suiting(file: EmbeddingFile, text: TextFacts) -> dict[str, str]:
    """Part → its tensor. Raises Problem where the file was made for other text encoders."""
    if text.clip is None:
        return {}
    ours = dict(text.clip)
    if not ours:
        told = f"{text.family} has none that a word can be given a meaning for"
        raise Problem(f"{file.name} is for a text encoder of CLIP; {told}.")
    only = next(iter(ours))
    theirs = {part or only: found for part, found in file.tensors.items()}
    if {part: width for part, (_, width) in theirs.items()} != ours:
        told, wanted = _told([width for _, width in theirs.values()]), _told(list(ours.values()))
        raise Problem(f"{file.name} was made for {told}; this model ({text.family}) has {wanted}.")
    return {part: name for part, (name, _) in theirs.items()}


def _told(widths: list[int]) -> str:
    listed = " and ".join(f"{width:,}" for width in widths)
    return f"a text encoder {listed} wide" if len(widths) == 1 else f"text encoders {listed} wide"

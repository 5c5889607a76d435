"""Textual inversions over text encoders: words that stand for vectors of a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from nodes.core.facts import TextFacts
from nodes.core.problem import Problem
from nodes.core.types import Embedding

from .embedding_file import read_embedding, suiting
from .mapped import tensors
from .text import Prompter


def with_words(prompter: Prompter, embeddings: tuple[Embedding, ...]) -> Prompter:
    """The same encoders, for which some words stand for vectors. Of two for one, the last counts.

    The modules are shared with all others that read them, and do not know of it.
    """
    vectors = dict(prompter.vectors)
    for embedding in embeddings:
        for part, value in _vectors(prompter, Path(embedding.path)).items():
            vectors[part] = vectors.get(part, {}) | {embedding.word.lower(): value}
    return replace(prompter, vectors=vectors)


def _vectors(prompter: Prompter, path: Path) -> dict[str, Tensor]:
    """Part → (n, width), float32."""
    parts = [part for part in prompter.family.clips if part in prompter.modules]
    configs: dict[str, Any] = {part: prompter.modules[part].config for part in parts}
    widths = tuple((part, int(config.hidden_size)) for part, config in configs.items())
    named = suiting(read_embedding(path), TextFacts(prompter.family.name, clip=widths))
    state = tensors(path)
    found = {part: state[name].float().clone() for part, name in named.items()}
    found = {part: value.reshape(-1, value.shape[-1]) for part, value in found.items()}
    if not all(bool(torch.isfinite(value).all()) for value in found.values()):
        raise Problem(f"{path.name} is broken: some of its numbers are not finite.")
    return found

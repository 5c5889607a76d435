"""Textual inversions of random vectors, in every layout that is about."""

from pathlib import Path

import torch
from safetensors.torch import save_file


def write_embedding(path: Path, *widths: int, count: int = 1, name: str = "emb_params") -> Path:
    """A file of `count` vectors for a text encoder of that width, or for two."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draw = torch.Generator().manual_seed(5)
    names = (name,) if len(widths) == 1 else ("clip_l", "clip_g")
    save_file(
        {
            name: torch.randn(count, width, generator=draw) * 0.5
            for name, width in zip(names, widths, strict=True)
        },
        path,
    )
    return path

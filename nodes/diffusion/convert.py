"""Pickled weights to safetensors: each file in a child process that can do nothing else.

What reads the pickle is in `unpickle`, what stands around it in `sandbox`. No torch here.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from nodes.core.problem import Problem

from . import sandbox
from .header import PICKLE_ENDINGS

MEMORY = 2**30  # bytes to read the smallest file, beside twice the size of a file
SPEED = 5 * 2**20  # bytes a second that even a slow disk reads and writes
SHORTEST = 120  # seconds for the smallest file
# what diffusers and transformers save in the folder of a model; not the state of an optimizer
SAVED = re.compile(
    r"(diffusion_)?pytorch_(model|lora_weights)[\w.-]*\.bin|(learned_embeds|ip-adapter)[\w.-]*\.bin"
)


def convert(path: str | Path) -> Path:
    """Write the tensors of a pickle (.ckpt, .pt, .pth, .bin) beside it as .safetensors.

    Only plain data and tensors are read; anything else is refused by name. The file appears whole
    or not at all: what is unfinished is hidden and goes when this ends, unless it was killed
    outright. Raises Problem, also where a file of that name is there.
    """
    path = Path(path)
    target = path.with_name(safetensors_name(path.name))
    if target.exists():
        raise Problem(f"{target.name} is there already.")
    if not path.exists():
        raise Problem(f"There is no file {path.name}.")
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        fresh.touch()
        sandbox.call("nodes.diffusion.unpickle:write", path, fresh, _limits(path.stat().st_size))
        os.replace(fresh, target)
    except OSError as error:
        raise Problem(f"{target.name} cannot be written: {error.strerror}.") from None
    finally:
        fresh.unlink(missing_ok=True)
    return target


def convert_folder(folder: str | Path) -> Iterator[Path]:
    """Convert every part of a diffusers folder that is a pickle, and then the lists of its pieces.

    Yields each file when it is there; those that are there already are left as they are. Raises
    Problem where there is nothing to convert.
    """
    folder = Path(folder)
    parts = [path for path in sorted(folder.rglob("*.bin")) if SAVED.fullmatch(path.name)]
    left = [path for path in parts if not path.with_name(safetensors_name(path.name)).exists()]
    lists = [
        path
        for path in sorted(folder.rglob("*pytorch_model.bin.index*.json"))
        if not path.with_name(safetensors_name(path.name)).exists()
    ]
    if not left and not lists:
        why = "they are there already" if parts else "it holds no weights as .bin"
        raise Problem(f"Nothing in the folder {folder.name} is converted: {why}.")
    yield from map(convert, left)
    yield from map(_convert_list, lists)


def safetensors_name(name: str) -> str:
    """The name under which diffusers and transformers look for the safetensors file of a pickle."""
    name = name if name.startswith("pytorch_lora") else name.removeprefix("pytorch_")
    if ".bin.index" in name:
        return name.replace(".bin.index", ".safetensors.index")
    stem, ending = os.path.splitext(name)
    return f"{stem if ending.lower() in PICKLE_ENDINGS else name}.safetensors"


def _convert_list(path: Path) -> Path:
    """The list that says in which piece each tensor of a model is."""
    target = path.with_name(safetensors_name(path.name))
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        places = told["weight_map"].items()
        told["weight_map"] = {tensor: safetensors_name(piece) for tensor, piece in places}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Problem(f"{path.name} is no list of a model's pieces.") from None
    target.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    return target


def _limits(size: int) -> sandbox.Limits:
    seconds = SHORTEST + size // SPEED
    return sandbox.Limits(MEMORY + 2 * size, seconds, 2 * seconds, 2**26 + 4 * size)

"""Pickled weights to safetensors: tensors only, opened without running what is in the pickle."""

from __future__ import annotations

import os
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from nodes.core.problem import Problem

from .header import MAX_TENSORS, NAME

WRAPPERS = ("state_dict", "model_state_dict", "module", "model")


def convert(path: str | Path) -> Path:
    """Write the tensors of a pickle (.ckpt, .pt, .pth, .bin) beside it as .safetensors.

    Only plain data and tensors are read (torch's `weights_only`); anything else is refused by name.
    The file appears whole or not at all. Raises Problem, also where one of that name is there.
    """
    path = Path(path)
    target = path.with_suffix(".safetensors")
    if target.exists():
        raise Problem(f"{target.name} is there already.")
    state = {name: tensor.contiguous() for name, tensor in _tensors(_opened(path))}
    if not state:
        raise Problem(f"{path.name} holds no tensors.")
    bad = next((name for name in state if not NAME.fullmatch(name)), None)
    if bad or len(state) > MAX_TENSORS:
        raise Problem(
            f"{path.name} names or counts its tensors in a way that is not allowed: {bad!r}."
        )
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        save_file(_apart(state), fresh)
        os.replace(fresh, target)
    finally:
        fresh.unlink(missing_ok=True)
    return target


def _opened(path: Path) -> Any:
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise Problem(f"There is no file {path.name}.") from None
    except pickle.UnpicklingError as error:
        named = re.search(r"GLOBAL ([\w.]+)|Unsupported global: GLOBAL ([\w.]+)", str(error))
        what = (
            f"asks for {named[1] or named[2]}, which is no tensor" if named else "is not plain data"
        )
        raise Problem(f"{path.name} is not converted: it {what}.") from None
    except Exception as error:  # a broken pickle can raise anything
        told = str(error).partition("\n")[0] or type(error).__name__
        raise Problem(f"{path.name} cannot be read: {told}") from None


def _tensors(content: Any) -> Iterator[tuple[str, Tensor]]:
    """The named tensors in it, out of what trainers wrap around them."""
    while isinstance(content, dict):
        inner = next((name for name in WRAPPERS if isinstance(content.get(name), dict)), None)
        if inner is None:
            break
        content = content[inner]
    for name, value in content.items() if isinstance(content, dict) else ():
        if isinstance(value, Tensor):
            yield str(name), value.detach()


def _apart(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Tensors that share memory are copied: safetensors keeps each by itself."""
    seen: set[int] = set()
    apart = {}
    for name, tensor in state.items():
        place = tensor.untyped_storage().data_ptr()
        apart[name] = tensor.clone() if place in seen else tensor
        seen.add(place)
    return apart

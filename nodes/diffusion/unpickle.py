"""The tensors of a pickle, read without running what is in it, written as safetensors.

torch's `weights_only` reader knows plain data and tensors, and refuses every other name it meets.
Tensors are mapped from the file and written one after the other, so few are in memory at a time.
"""

from __future__ import annotations

import json
import pickle
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import torch
import torch.utils.serialization.config  # or it would be looked for when files are out of reach
from torch import Tensor

from nodes.core.problem import Problem

from .header import MAX_TENSORS, NAME

WRAPPERS = ("state_dict", "model_state_dict", "params_ema", "params", "module", "model")
EMBEDDING = "emb_params"  # the name under which a textual inversion's only tensor is looked for
DTYPES = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.float8_e4m3fn: "F8_E4M3",
    torch.float8_e5m2: "F8_E5M2",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.int16: "I16",
    torch.int8: "I8",
    torch.uint64: "U64",
    torch.uint32: "U32",
    torch.uint16: "U16",
    torch.uint8: "U8",
    torch.bool: "BOOL",
}


class Bookkeeping:
    """An empty thing in the place of what a trainer noted beside its weights."""

    state: object = None

    def __init__(self, *noted: object) -> None:
        pass

    def __setstate__(self, state: object) -> None:
        self.state = state


# Names that widespread files hold beside their weights. Nothing of them is imported or called.
STAND_INS = (
    "pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint",
    "pytorch_lightning.utilities.types._METRIC",
    "lightning.pytorch.callbacks.model_checkpoint.ModelCheckpoint",
    "numpy.core.multiarray.scalar",
    "numpy._core.multiarray.scalar",
    "numpy.dtype",
    "torch.nn.modules.container.ParameterDict",
)


def write(source: Path, target: BinaryIO) -> None:
    """Write the tensors of the pickle `source` into `target` as safetensors. Raises Problem."""
    tensors, about = named(_opened(source), source.name)
    for name, tensor in tensors.items():
        if not NAME.fullmatch(name) or _hidden(name):
            raise Problem(f"{source.name} names a tensor in a way that is not allowed: {name!r}.")
        if tensor.layout != torch.strided or tensor.dtype not in DTYPES or tensor.is_meta:
            raise Problem(
                f"{source.name} holds {name} as {tensor.dtype}, {tensor.layout}, "
                "which safetensors has no form for."
            )
    if len(tensors) > MAX_TENSORS:
        raise Problem(f"{source.name} holds {len(tensors):,} tensors; {MAX_TENSORS:,} are read.")
    # the largest elements first, so that each tensor starts at a multiple of its element's size
    order = sorted(tensors, key=lambda name: (-tensors[name].element_size(), name))
    target.write(_header({name: tensors[name] for name in order}, about))
    for name in order:
        with _short_of_memory():
            whole = tensors[name].contiguous()
        target.write(whole.reshape(-1).view(torch.uint8).numpy().data)


def named(content: Any, file: str) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Its tensors by name, out of what trainers wrap around them, and what to note beside them.

    A textual inversion's only tensor becomes `emb_params`, its word is noted as `name`.
    """
    if isinstance(content, dict) and "string_to_param" in content:
        return _embedding(content, file)
    wrapped = False
    while isinstance(content, dict):
        inner = next((name for name in WRAPPERS if isinstance(content.get(name), dict)), None)
        if inner is None:
            break
        content, wrapped = content[inner], True
    there = content if isinstance(content, dict) else {}
    tensors = {
        name: value.detach()
        for name, value in there.items()
        if isinstance(name, str) and isinstance(value, Tensor)
    }
    if not tensors:
        seen = ", ".join(str(name)[:40] for name in list(there)[:6])
        at_its_top = f"at its top are {seen}" if seen else f"it is a {type(content).__name__}"
        raise Problem(f"{file} holds no tensors with names: {at_its_top}.")
    (first, tensor), *others = tensors.items()
    if not wrapped and not others and tensor.dim() in (1, 2) and "." not in first:
        return {EMBEDDING: tensor}, {"name": first}
    return tensors, {}


def _embedding(content: dict[str, Any], file: str) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Of {"string_to_param": {"*": vectors}, "name": word}, as Gal et al. (2022)'s trainer saves.

    The inner table may be a ParameterDict.
    """
    held = content["string_to_param"]
    state = held.state if isinstance(held, Bookkeeping) else held
    table = state.get("_parameters", state) if isinstance(state, dict) else {}
    for placeholder, vectors in table.items():
        if isinstance(vectors, Tensor):
            word = str(content.get("name") or placeholder)
            return {EMBEDDING: vectors.detach()}, {"name": word}
    raise Problem(f"{file} is a textual inversion without its vectors.")


def _hidden(name: str) -> bool:
    return any(part.startswith("__") for part in re.split(r"[./]", name))


def _header(tensors: dict[str, Tensor], about: dict[str, str]) -> bytes:
    """What a safetensors file starts with: see `header`. Readers ask that it be made by `pt`."""
    table: dict[str, Any] = {"__metadata__": {"format": "pt", **about}}
    start = 0
    for name, tensor in tensors.items():
        end = start + tensor.numel() * tensor.element_size()
        table[name] = {
            "dtype": DTYPES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [start, end],
        }
        start = end
    text = json.dumps(table, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text


def _opened(path: Path) -> Any:
    with path.open("rb") as file:
        if file.read(9)[6:] == b"\0\0{":
            raise Problem(
                f"{path.name} is safetensors already: rename it to {path.stem}.safetensors."
            )
    allowed: list[Any] = [(Bookkeeping, name) for name in STAND_INS]
    try:
        with torch.serialization.safe_globals(allowed), _short_of_memory():
            return torch.load(path, map_location="cpu", weights_only=True, mmap=_can_map(path))
    except pickle.UnpicklingError as error:
        named = re.search(r"GLOBAL ([\w.]+)", str(error))
        what = f"asks for {named[1]}, which is no tensor" if named else "is not plain data"
        raise Problem(f"{path.name} is not converted: it {what}.") from None
    except (OSError, MemoryError):
        raise
    except Exception as error:  # a broken pickle can raise anything
        told = f": {error}".partition("\n")[0] if isinstance(error, RuntimeError) else "."
        raise Problem(f"{path.name} is broken, or is no file that torch saved{told}") from None


@contextmanager
def _short_of_memory() -> Iterator[None]:
    """torch says it in words only: give it the name that Python has for it."""
    try:
        yield
    except RuntimeError as error:
        if "allocate memory" in str(error):
            raise MemoryError from None
        raise


def _can_map(path: Path) -> bool:
    """Today's form is a zip file whose entries lie in it as they are; a pickle is not mapped."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as file:
        return all(entry.compress_type == zipfile.ZIP_STORED for entry in file.infolist())

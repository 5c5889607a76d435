"""The tensors of a safetensors file where they lie: pages come from disk once they are read.

The file is mapped without leave to write, so that it counts for nothing where a process may hold
only so much. What is to be computed with is copied: a tensor's place in the file is any odd one,
and how it is aligned changes results by 5e-7.
"""

from __future__ import annotations

import math
import mmap
import warnings
from pathlib import Path
from weakref import WeakSet

import torch
from torch import Tensor

from nodes.core.problem import Problem

from .header import Entry, read_header

DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "F8_E4M3": torch.float8_e4m3fn,
    "F8_E5M2": torch.float8_e5m2,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U64": torch.uint64,
    "U32": torch.uint32,
    "U16": torch.uint16,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}

_mapped: WeakSet[mmap.mmap] = WeakSet()


def tensors(path: Path) -> dict[str, Tensor]:
    """Every tensor of a safetensors file, to be read only. Raises Problem as `read_header` does."""
    header = read_header(path)
    try:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise Problem(f"{path.name} is broken: {error}.") from None
    _mapped.add(mapped)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The given buffer is not writable")
        return {name: _tensor(mapped, entry) for name, entry in header.tensors.items()}


def let_go() -> None:
    """What was read of files does not count as this process's memory any longer."""
    if hasattr(mmap, "MADV_DONTNEED"):
        for mapped in _mapped:
            mapped.madvise(mmap.MADV_DONTNEED)


def _tensor(mapped: mmap.mmap, entry: Entry) -> Tensor:
    dtype, count = DTYPES[entry.dtype], math.prod(entry.shape)
    if not count:
        return torch.empty(entry.shape, dtype=dtype)
    flat = torch.frombuffer(mapped, dtype=dtype, count=count, offset=entry.start)
    return flat.view(entry.shape)

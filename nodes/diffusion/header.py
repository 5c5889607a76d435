"""The table of contents of a safetensors file, read without loading a tensor or trusting a byte.

Layout: 8 bytes, little-endian, say how long the JSON header is; the tensors' bytes follow it.
https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nodes.core.problem import Problem

MAX_HEADER = 64 * 2**20
MAX_TENSORS = 100_000
MAX_BRACKETS = 2_000_000  # a list takes 20 times the memory of the two bytes that make it
NAME = re.compile(r"[A-Za-z0-9_.\-/<>*]{1,512}")
PICKLE_ENDINGS = {".ckpt", ".pt", ".pth", ".bin"}
BYTES = {
    **dict.fromkeys(("F64", "I64", "U64"), 8),
    **dict.fromkeys(("F32", "I32", "U32"), 4),
    **dict.fromkeys(("F16", "BF16", "I16", "U16"), 2),
    **dict.fromkeys(("I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2"), 1),
}


@dataclass(frozen=True)
class Entry:
    """One tensor of a file: its dtype as the file writes it (`F32`), its shape, and which byte of
    the file is its first.
    """

    dtype: str
    shape: tuple[int, ...]
    start: int


@dataclass(frozen=True)
class Header:
    """What a file holds: tensor name → entry, and the free text its maker left."""

    path: Path
    tensors: dict[str, Entry]
    metadata: dict[str, str] = field(default_factory=dict)

    def prefixes(self, most: int = 6) -> list[tuple[str, int]]:
        """The first segments of the names with how many tensors each has, the largest first."""
        counts: dict[str, int] = {}
        for name in self.tensors:
            first = name.split(".", 1)[0]
            counts[first] = counts.get(first, 0) + 1
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:most]


def read_header(path: str | Path) -> Header:
    """The header of the safetensors file at `path`.

    Raises Problem, naming the file and what is wrong: missing, empty, a pickle, not safetensors,
    a header too long or not JSON, too many tensors, a name outside the grammar, a cut file.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            start = file.read(16)
            size = path.stat().st_size
            length = _header_length(path, start, size)
            file.seek(8)
            text = file.read(length)
    except FileNotFoundError:
        raise Problem(f"There is no file {path.name}.") from None
    except OSError as error:
        raise Problem(f"{path.name} cannot be read: {error.strerror}.") from None
    table = _json(path, text)
    metadata = table.pop("__metadata__", {})
    _look_at_number(path, len(table))
    tensors = {name: _entry(path, name, value, 8 + length, size) for name, value in table.items()}
    _look_for_overlaps(path, table)
    return Header(path, tensors, metadata if isinstance(metadata, dict) else {})


def _header_length(path: Path, start: bytes, size: int) -> int:
    if size == 0:
        raise Problem(f"{path.name} is empty.")
    length = int.from_bytes(start[:8], "little")
    looks_right = len(start) > 8 and start[8:9] == b"{"
    if path.suffix.lower() in PICKLE_ENDINGS or start[:4] == b"PK\x03\x04":
        raise pickled(path)
    if (
        start[:1] == b"\x80"
        and start[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")
        and not looks_right
    ):
        raise pickled(path)
    if not looks_right:
        raise Problem(f"{path.name} is not a safetensors file.")
    if length > MAX_HEADER:
        raise Problem(
            f"{path.name} claims a header of {length:,} bytes; at most {MAX_HEADER:,} are read."
        )
    if length > size - 8:
        raise Problem(
            f"{path.name} is cut short: its header alone needs {length + 8:,} of {size:,} bytes."
        )
    return length


def pickled(path: Path) -> Problem:
    """The refusal of a pickle, with the way out."""
    return Problem(
        f"{path.name} is a pickle file, which can run any program when it is opened. "
        f"Convert it once: python3 main.py models convert {path.name}"
    )


def _json(path: Path, text: bytes) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        table = dict(pairs)
        if len(table) != len(pairs):
            raise ValueError("a name comes twice")
        return table

    _look_at_number(path, text.count(b'"data_offsets"'))  # long before it is all read
    if text.count(b"[") + text.count(b"{") > MAX_BRACKETS:
        raise Problem(f"{path.name} has a header with too many lists in it.")
    try:
        table = json.loads(text, object_pairs_hook=unique)
    except (ValueError, RecursionError):
        raise Problem(
            f"{path.name} is not a safetensors file: its header is not proper JSON."
        ) from None
    if not isinstance(table, dict):
        raise Problem(f"{path.name} is not a safetensors file: its header is not a table.")
    return table


def _look_at_number(path: Path, tensors: int) -> None:
    if tensors > MAX_TENSORS:
        raise Problem(f"{path.name} lists {tensors:,} tensors; at most {MAX_TENSORS:,} are read.")


def _entry(path: Path, name: str, value: Any, first: int, size: int) -> Entry:
    """One tensor, whose bytes are counted from `first` on in a file of `size`."""
    hidden = any(segment.startswith("__") for segment in re.split(r"[./]", name))
    if hidden or not NAME.fullmatch(name):
        raise Problem(f"{path.name} holds a tensor with a name that is not allowed: {name[:60]!r}.")
    try:
        dtype, shape, (start, end) = value["dtype"], tuple(value["shape"]), value["data_offsets"]
        whole = all(type(number) is int and number >= 0 for number in (*shape, start, end))
        right = whole and end - start == math.prod(shape) * BYTES[dtype]
    except (KeyError, TypeError, ValueError):
        right = False
    if not right:
        raise Problem(f"{path.name} does not say properly what its tensor {name[:60]} is.")
    if first + end > size:
        over = first + end - size
        raise Problem(
            f"{path.name} is cut short: {name[:60]} ends {over:,} bytes after the file does."
        )
    return Entry(dtype, shape, first + start)


def _look_for_overlaps(path: Path, table: dict[str, Any]) -> None:
    """Bytes that belong to two tensors are no file that anyone wrote."""
    reached, before = 0, ""
    for (start, end), name in sorted((tuple(e["data_offsets"]), name) for name, e in table.items()):
        if start < reached:
            raise Problem(f"{path.name} is broken: {before[:60]} and {name[:60]} overlap.")
        if end > reached:
            reached, before = end, name

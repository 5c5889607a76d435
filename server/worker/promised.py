"""The hash that a model file is said to have: beside it, or by whoever made it, in its header."""

import re
from pathlib import Path

from nodes.core.problem import Problem
from nodes.diffusion.header import read_header
from nodes.library import hash_of_tensors

KEYS = ("modelspec.hash_sha256", "sshs_model_hash")  # sha256 of all that follows the header
SHA256 = re.compile(r"\b(?:0x)?([0-9a-f]{64})\b")
MOST = 4096  # bytes of a file that holds a hash


def broken_promise(path: Path, digest: str) -> str | None:
    """What is wrong with a file of this sha256, None where nothing is or nothing was said."""
    for beside in (path.with_name(f"{path.name}.sha256"), path.with_suffix(".sha256")):
        said = _beside(beside)
        if said and said != digest:
            return _told(path, beside.name)
    said = _inside(path)
    if said and said != hash_of_tensors(path):
        return _told(path, "its own header")
    return None


def _beside(file: Path) -> str | None:
    try:
        with file.open(encoding="utf-8", errors="replace") as text:
            found = SHA256.search(text.read(MOST).lower())
    except OSError:
        return None
    return found[1] if found else None


def _inside(path: Path) -> str | None:
    try:
        metadata = read_header(path).metadata
    except Problem:
        return None
    said = (SHA256.search(str(metadata.get(key, "")).lower()) for key in KEYS)
    return next((found[1] for found in said if found), None)


def _told(path: Path, place: str) -> str:
    return f"{path.name} is damaged, it has not the sha256 that {place} says: download it again"

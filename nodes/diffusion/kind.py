"""What a file or folder that somebody has is for, by its header and configs."""

from __future__ import annotations

from pathlib import Path

from nodes.core.problem import Problem

from .alone import is_text_encoder
from .control_file import control_at, is_control
from .embedding_file import is_embedding
from .header import read_header
from .lora_file import is_lora
from .recognise import recognise

Kind = tuple[str | None, str | None, str | None]


def kind_at(path: Path) -> Kind:
    """(`model`, `vae`, `text_encoder`, `lora` …, family, why it cannot be used), each None if not.

    Raises OSError where it cannot be read.
    """
    try:
        if path.is_file():
            read_header(path)  # what is no model file at all is not looked at in other ways
        found = recognise(path)
    except Problem as problem:
        return _other(path, problem)
    if found.model:
        return "model", found.family.name, None
    return ("text_encoder", found.family.name, None) if found.text else ("vae", None, None)


def _other(path: Path, problem: Problem) -> Kind:
    """What is no model and no part of one that stands for itself."""
    if is_control(path):
        return _control(path)
    named = {"lora": is_lora, "embedding": is_embedding, "text_encoder": is_text_encoder}
    kind = next((kind for kind, is_one in named.items() if is_one(path)), None)
    return (kind, None, None) if kind else (None, None, problem.message)


def _control(path: Path) -> Kind:
    try:
        return "controlnet", control_at(path).family.name, None
    except Problem as problem:
        return "controlnet", None, problem.message

"""Where a server's models lie."""

from collections.abc import Iterable
from pathlib import Path

from nodes import library
from nodes.host import MODELS


def model_folders(given: Iterable[Path]) -> list[Path]:
    """The folders in which models are looked for: those given, and our own."""
    return library.model_folders([*given, MODELS])

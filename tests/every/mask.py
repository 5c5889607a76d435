"""Masks. That of `photo` is empty."""

from typing import Any

NODES: dict[str, Any] = {}

"""The text of a saved workflow: what it says of itself, and what is wrong with it."""

from pathlib import Path
from typing import Any

from nodes.core.problem import Problems
from nodes.core.read import MAX_BYTES, read

from ..messages import Saved


def text_of(path: Path) -> bytes:
    """The text in a file; of one that is far too large only so much that it is seen to be."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def parsed(text: bytes) -> dict[str, Any]:
    """The document, an empty one where it cannot be read."""
    try:
        return read(text)
    except Problems:
        return {}


def broken(text: bytes) -> str | None:
    """What is wrong with a file that should hold a workflow."""
    if not text.strip():
        return "is empty"
    try:
        document = read(text)
    except Problems as found:
        return found.problems[0].message
    if not isinstance(document.get("nodes"), dict) or "format" not in document:
        return "holds no workflow"
    return None


def saved(name: str, revision: int, text: bytes, changed_at: float) -> Saved:
    """What is told of a workflow in lists; one without a title is called by its name."""
    title = parsed(text).get("title")
    return Saved(name, revision, title if isinstance(title, str) and title else name, changed_at)


def with_workflow(saved: Saved, text: bytes) -> dict[str, Any]:
    """The same with its document, as a message."""
    return {
        "name": saved.name,
        "revision": saved.revision,
        "title": saved.title,
        "changed_at": saved.changed_at,
        "workflow": parsed(text),
    }

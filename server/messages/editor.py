"""Calls and answers for the editor: the examples in the box, and what its user has set."""

from dataclasses import dataclass, field
from typing import Any

from .runs import Json


@dataclass(frozen=True)
class OfExample:
    """Which example, by its name."""

    name: str


@dataclass(frozen=True)
class Example:
    """A workflow that comes with the program; `picture` says whether there is one of what it
    makes, at /v1/examples/NAME/picture.
    """

    name: str
    title: str
    picture: bool


@dataclass(frozen=True)
class ExampleWithWorkflow(Example):
    """An example and its document."""

    workflow: Json = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Examples:
    """All examples, the one to begin with first, the others by title."""

    examples: list[Example]


@dataclass(frozen=True)
class SaveSettings:
    """All settings of the editor: what it makes of them is its own affair."""

    settings: Json


@dataclass(frozen=True)
class EditorSettings:
    """The settings of the editor as they were saved last, on whatever machine. `notice` says what
    was wrong with their file.
    """

    settings: Json
    notice: str | None = None

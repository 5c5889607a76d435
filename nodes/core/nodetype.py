"""What a node type is to the editor, the checker and the engine."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar

from .facts import KINDS
from .ports import Input, Output
from .problem import Problem
from .widgets import File

X = TypeVar("X")
Auto = Literal["auto"]
AUTO: Auto = "auto"
Steps = Generator[Any, Any, X]
Migration = Callable[[int, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Lazy(Generic[X]):
    """An input that is worked out only if asked for: `value = yield lazy`."""

    port: str


@dataclass(frozen=True, eq=False)
class NodeType:
    """A node type: its ports by name, its function, and what may be done with its results.

    single: the function returns its only output bare. is_generator: it yields on the way.
    code: a digest of the source it is part of. rule: from facts of inputs to those of outputs.
    """

    type: str
    title: str
    category: str
    help: str
    inputs: dict[str, Input]
    outputs: dict[str, Output]
    function: Callable[..., Any]
    single: bool = False
    is_generator: bool = False
    context: str | None = None
    version: int = 1
    migrate: Migration | None = None
    effect: bool = False
    exact: bool = True
    code: str = ""
    rule: Callable[..., Any] | None = None

    def current(self, version: int, values: dict[str, Any]) -> dict[str, Any]:
        """Values of an older version as they are now. Raises `Problem` where they cannot be had."""
        if version == self.version:
            return values
        if version > self.version:
            told = f"is version {version} of {self.type}, this Latentwire has version"
            raise Problem(f"{told} {self.version}: update to run it", "version")
        if self.migrate is None:
            return values
        try:
            return self.migrate(version, dict(values))
        except Exception as error:
            told = f"cannot be brought from version {version} to {self.version}"
            raise Problem(f"{told} ({type(error).__name__}: {error})", "version") from error

    @cached_property
    def stamp(self) -> str:
        """What results depend on that is the same for every node of this type."""
        return f"{self.type} {self.version} {self.code}"

    @cached_property
    def rule_inputs(self) -> tuple[str, ...]:
        return tuple(inspect.signature(self.rule).parameters) if self.rule else ()

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each output stands in what the node gives."""
        return {name: place for place, name in enumerate(self.outputs)}

    @cached_property
    def lazy(self) -> tuple[str, ...]:
        return tuple(port.name for port in self.inputs.values() if port.lazy)

    @cached_property
    def files(self) -> tuple[tuple[str, str], ...]:
        """The inputs that name files, with the kind of each."""
        ports = self.inputs.values()
        return tuple((p.name, p.widget.kind) for p in ports if isinstance(p.widget, File))

    @cached_property
    def passed_through(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """For the default facts rule: each output, and the inputs of its type."""
        outputs = (o for o in self.outputs.values() if o.type in KINDS and not o.many)
        ports = self.inputs.values()
        return tuple((o.name, tuple(p.name for p in ports if p.type == o.type)) for o in outputs)

"""A workflow made ready to run: every node with its type, its values after defaults and where its wires really begin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .node import NodeType
from .workflow import BodyInput, Source


@dataclass(slots=True)
class Step:
    """One node that will run. `sources` have been followed through muted and bypassed nodes.

    `effect` is true of a body that holds an effect as well.
    """

    id: str
    type: NodeType
    constants: dict[str, Any]
    sources: dict[str, tuple[Source, ...]]
    effect: bool = False
    body: Plan | None = None
    over: tuple[str, ...] = ()

    def needs(self) -> Iterator[str]:
        """The nodes this one is fed by, lazily or not."""
        for sources in self.sources.values():
            for source in sources:
                if source.node != "in":
                    yield source.node


@dataclass(slots=True)
class Plan:
    """Nodes in an order in which each comes after what feeds it.

    `inputs` and `outputs` are those of the body this is the inside of (both empty for a workflow).
    `facts` are predicted, by source. `off` are nodes that will not run, with the reason.
    """

    steps: dict[str, Step]
    inputs: dict[str, BodyInput] = field(default_factory=dict[str, BodyInput])
    outputs: dict[str, Source | None] = field(default_factory=dict[str, "Source | None"])
    facts: dict[Source, Any] = field(default_factory=dict[Source, Any])
    off: dict[str, str] = field(default_factory=dict[str, str])
    document: dict[str, Any] = field(default_factory=dict[str, Any])
    signatures: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def effects(self) -> list[str]:
        return [step.id for step in self.steps.values() if step.effect]

    @property
    def wanted(self) -> list[str]:
        """The nodes a run of this works out when nothing else is asked for."""
        sources = (s.node for s in self.outputs.values() if s and s.node != "in")
        return list(dict.fromkeys([*sources, *self.effects]))

    def downstream(self, inputs: frozenset[str]) -> frozenset[str]:
        """The nodes that hang on any of these inputs of the body."""
        hanging: set[str] = set()
        for step in self.steps.values():
            for sources in step.sources.values():
                if any(
                    s.output in inputs if s.node == "in" else s.node in hanging for s in sources
                ):
                    hanging.add(step.id)
        return frozenset(hanging)

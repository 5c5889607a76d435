"""A workflow made ready to run: each node with its type, its values, and where its wires begin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .nodetype import NodeType
from .ports import nearest
from .problem import Problem
from .workflow import BodyInput, Source

MUTED, BYPASSED = "is muted", "is bypassed"


@dataclass(slots=True)
class Step:
    """One node that will run. `sources` have been followed through muted and bypassed nodes.

    `constants` are the values of all inputs without a wire, after defaults. `files` are the names
    that wired File inputs are known to bring. Of a body, `effect` is true where it holds an effect,
    and `exact` false where it holds what is never reused.
    """

    id: str
    type: NodeType
    constants: dict[str, Any]
    sources: dict[str, tuple[Source, ...]]
    effect: bool = False
    exact: bool = True
    body: Plan | None = None
    over: tuple[str, ...] = ()
    files: dict[str, set[str]] | None = None

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

    @property
    def effects(self) -> list[str]:
        return [step.id for step in self.steps.values() if step.effect]

    @property
    def wanted(self) -> list[str]:
        """The nodes a run of this works out when nothing else is asked for."""
        sources = (s.node for s in self.outputs.values() if s and s.node != "in")
        return list(dict.fromkeys([*sources, *self.effects]))

    def targets(self, asked: Iterable[str] | None) -> list[str]:
        """The nodes to work out: those asked for, else those that save or show something.

        Raises `Problem` for one that is not there or does not run, and where there is none.
        """
        if asked is not None:
            targets = list(asked)
            for target in targets:
                self._look_for(target)
            if targets:
                return targets
        elif self.effects:
            return self.effects
        raise Problem(f"nothing to run: {self._why_nothing()}")

    def _look_for(self, target: str) -> None:
        if target in self.off:
            raise Problem(self.off[target], None, target)
        if target not in self.steps:
            raise Problem(
                f"there is no such node that runs{nearest(target, self.steps)}", None, target
            )

    def _why_nothing(self) -> str:
        if not self.off:
            return "no node here saves or shows anything"
        told = "; ".join(f"{id} {reason}" for id, reason in [*self.off.items()][:4])
        return f"no node that saves or shows anything is on ({told})"

    def notices(self, path: str = "") -> Iterator[tuple[str, str]]:
        """The nodes that do not run because another is off, by path, each with the reason."""
        for id, reason in self.off.items():
            if reason not in (MUTED, BYPASSED):
                yield path + id, reason
        for step in self.steps.values():
            if step.body:
                yield from step.body.notices(f"{path}{step.id}/")

    def all(self) -> Iterator[Plan]:
        """This plan and those of the bodies in it, however deep."""
        yield self
        for step in self.steps.values():
            if step.body:
                yield from step.body.all()

    def downstream(self, inputs: frozenset[str]) -> frozenset[str]:
        """The nodes that hang on any of these inputs of the body, or on what is never reused."""
        hanging: set[str] = set()
        for step in self.steps.values():
            starts = (source for sources in step.sources.values() for source in sources)
            if not step.exact or any(_hangs(start, inputs, hanging) for start in starts):
                hanging.add(step.id)
        return frozenset(hanging)


def _hangs(source: Source, inputs: frozenset[str], hanging: set[str]) -> bool:
    return source.output in inputs if source.node == "in" else source.node in hanging

"""What came out of the nodes of a run so far, and what the next one is called with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .keys import Keys
from .nodetype import Lazy
from .plan import Plan, Step
from .ports import value as checked
from .workflow import Source


@dataclass
class Inputs:
    """What comes into a body of the node `path`, in one turn.

    `varying` names what is another in every turn and never reused.
    """

    path: str
    keys_of: Keys
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    keys: dict[str, str] = field(default_factory=dict[str, str])
    varying: frozenset[str] = frozenset()
    iteration: int | None = None


class Results:
    """Outputs by node in `found`; what nothing needs any more is an empty tuple there."""

    def __init__(self, plan: Plan, inputs: Inputs) -> None:
        self.plan, self.inputs = plan, inputs
        self.found: dict[str, tuple[Any, ...]] = {}
        self._uses: dict[str, int] = {}

    def needed(self, targets: list[str]) -> list[Step]:
        """The nodes that the targets hang on, each after what feeds it; counts who needs each."""
        uses = self._uses = dict.fromkeys(targets, 1)
        needed = []
        for step in reversed(self.plan.steps.values()):
            if step.id in uses:
                needed.append(step)
                for sources in step.sources.values():
                    for node, _ in sources:
                        uses[node] = uses.get(node, 0) + 1
        return needed[::-1]

    def let_go(self, step: Step) -> None:
        """Drop what only this node still needed: how long it lasts is for the cache to say."""
        uses, found = self._uses, self.found
        for starts in step.sources.values():
            for node, _ in starts:
                uses[node] -= 1
                if not uses[node] and node in found:
                    found[node] = ()

    def value(self, source: Source) -> Any:
        """What came out at a source."""
        node, output = source
        if node == "in":
            return self.inputs.values.get(output)
        return self.found[node][self.plan.steps[node].type.places[output]]

    def arguments(self, step: Step) -> dict[str, Any]:
        """What a node is called with, by name: values, and what its wires bring."""
        arguments = step.constants.copy()
        for name in step.sources:
            arguments[name] = Lazy(name) if name in step.type.lazy else self.wired(step, name)
        for name in step.type.lazy:
            arguments[name] = Lazy(name)
        return arguments

    def lazy(self, step: Step, name: str) -> Any:
        """The value of an input that was asked for."""
        return self.wired(step, name) if name in step.sources else step.constants[name]

    def wired(self, step: Step, name: str) -> Any:
        """What comes along the wires of an input. A plain value is held to the input's bounds."""
        port, sources = step.type.inputs[name], step.sources[name]
        if not port.many:
            value = self.value(sources[0])
            return value if port.widget is None else checked(port, value)
        values: list[Any] = []
        for source in sources:
            value = self.value(source)
            values += value if isinstance(value, list) else [value]
        return values if port.widget is None else checked(port, values)

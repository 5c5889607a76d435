"""One level of nodes, those of a workflow or those inside a body, made into a plan.

Finds what is wrong with types, values and wires, and follows wires through muted and bypassed
nodes to where they really begin. What wires carry is for infer.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .body_type import Catalogue, swept, type_of
from .inside import inside
from .nodetype import NodeType
from .order import order
from .plan import BYPASSED, MUTED, Plan, Step
from .ports import PLAIN, Input, Output, fits, nearest, value, wire_type
from .problem import Problem
from .workflow import BYPASS, MUTE, BodyInput, Node, Source

INDEX = Output("index", "int")
Starts = tuple[Source, ...]
Wires = dict[str, Starts]
MOST_HINTS = 200  # problems, after which names like unknown ones are not looked for
_PLAIN_NAMES = {kind.__name__ for kind in PLAIN}


@dataclass
class Level:
    """inputs: those of the body, None for a workflow. problems: grows while it is planned.

    open: inputs that nothing feeds. blank: those that are None in the first turn, then fed back.
    """

    catalogue: Catalogue
    nodes: dict[str, Node]
    inputs: dict[str, BodyInput] | None = None
    open: frozenset[str] = frozenset()
    blank: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list[Problem])

    def plan(self) -> Plan:
        self.types: dict[str, NodeType] = {}
        self.steps: dict[str, Step] = {}
        self.off: dict[str, str] = {}
        self.routes: dict[Source, Source | None] = {}
        names, loops = order(self.nodes, self._needs)
        self.problems += loops
        for name in names:
            try:
                self._add(self.nodes[name])
            except Problem as problem:
                self._tell(problem, name)
        return Plan(self.steps, self.inputs or {}, off=self.off)

    def _tell(self, problem: Problem, name: str) -> None:
        self.problems.append(problem.at(name))

    def _needs(self, name: str) -> Iterable[str]:
        node = self.nodes[name]
        if not node.wires or node.mode == MUTE:
            return ()
        nodes = self.nodes
        return [s.node for sources in node.wires.values() for s in sources if s.node in nodes]

    def _add(self, node: Node) -> None:
        if node.mode == MUTE:
            self.off[node.id] = MUTED
            return
        if len(self.problems) > MOST_HINTS and not node.body and node.type not in self.catalogue:
            raise Problem(f'there is no node type "{node.type[:60]}"', "type")
        type = self.types[node.id] = type_of(node, self.catalogue)
        sources = self._sources(node, type) if node.wires else {}
        if node.mode == BYPASS:
            self._bypass(node, type, sources)
            if not type.outputs:
                self.off[node.id] = BYPASSED
            return
        constants = self._constants(node, type, sources)
        if node.id in self.off:
            return
        step = Step(node.id, type, constants, sources, type.effect, type.exact)
        if node.body:
            step.body = inside(self, node, node.body, step, self.problems)
            step.effect, step.over = bool(step.body.effects), swept(node)
        self.steps[node.id] = step

    def _sources(self, node: Node, type: NodeType) -> Wires:
        """Where the wires of each input really begin, without those that begin at nothing.

        A port whose wires are wrong has none, and nothing more is said about it.
        """
        sources = Wires()
        for name, wired in node.wires.items():
            if len(wired) == 1 and self._is_direct(wired[0], type.inputs.get(name)):
                sources[name] = wired
                continue
            try:
                starts = self._starts(name, wired, type)
            except Problem as problem:
                self._tell(problem, node.id)
                if name in type.inputs:
                    sources[name] = ()
            else:
                if starts:
                    sources[name] = starts
        if len(sources) < 2:
            return sources
        return {name: sources[name] for name in type.inputs if name in sources}

    def _is_direct(self, source: Source, port: Input | None) -> bool:
        """Whether a wire fits and begins at a node that runs, as nearly all do."""
        step = self.steps.get(source.node)
        output = step and step.type.outputs.get(source.output)
        return bool(port and output and output.type == port.type and not output.many)

    def _starts(self, name: str, wired: Starts, type: NodeType) -> Starts:
        port = type.inputs.get(name)
        if port is None:
            raise Problem(f"there is no such input{nearest(name, type.inputs)}", name)
        if len(wired) > 1 and not port.many:
            raise Problem(f"takes one wire, it has {len(wired)}", name)
        starts = []
        for source in wired:
            output = self.output(source, name)
            mismatch = output and fits(output, port)
            if mismatch:
                raise Problem(f"{mismatch} (from {source.node}.{source.output})", name)
            start = self.start(source)
            if start is not None:
                if port.required and start.node == "in":
                    self._look_for_blank(start.output, port)
                starts.append(start)
        return tuple(starts)

    def output(self, source: Source, port: str) -> Output | None:
        """The output a wire begins at; None where its node is muted or itself in error."""
        node, name = source
        type = self.types.get(node)
        if type is None:
            if node == "in":
                return self._input(name, port)
            if node not in self.nodes:
                told = f'comes from "{node[:60]}", which is no node here'
                if self.inputs is not None:
                    told += " (what is outside a body comes in as in.NAME)"
                raise Problem(f"{told}{nearest(node, self.nodes)}", port)
            return None
        output = type.outputs.get(name)
        if output is None:
            told = f'comes from {node}, which has no output "{name[:60]}"'
            raise Problem(f"{told}{nearest(name, type.outputs)}", port)
        return output if output.type else None

    def _input(self, name: str, port: str) -> Output:
        """An input of the body, which to the nodes inside is an output."""
        if self.inputs is None:
            raise Problem("comes from `in`, which is there inside a body only", port)
        if name == "index":
            return INDEX
        if name not in self.inputs:
            told = f"comes from in.{name[:60]}, which is no input of this body"
            raise Problem(f"{told}{nearest(name, self.inputs)}", port)
        return Output(name, *wire_type(self.inputs[name].type))

    def start(self, source: Source) -> Source | None:
        """Where a wire really begins; None where that is off."""
        if source.node == "in":
            return None if source.output in self.open else source
        if source.node in self.off:
            return None
        return self.routes.get(source, source)

    def _look_for_blank(self, name: str, port: Input) -> None:
        if name in self.blank:
            told = f"comes from in.{name}, which is empty in the first turn"
            raise Problem(f"{told}: wire something into {name} of the repeat", port.name)

    def _bypass(self, node: Node, type: NodeType, sources: Wires) -> None:
        """Pass the first connected input of an output's type on in its place."""
        if node.body:
            fed = dict.fromkeys(node.body.inputs, True)
            inside(self, node, node.body, Step(node.id, type, fed, sources), [])
        for output in type.outputs.values():
            alike = (s for s in sources.values() if s and self._passes(s[0], output))
            self.routes[Source(node.id, output.name)] = next((s[0] for s in alike), None)

    def _passes(self, start: Source, output: Output) -> bool:
        carried = self.output(start, output.name)
        return carried is not None and carried.type == output.type and carried.many <= output.many

    def _constants(self, node: Node, type: NodeType, sources: Wires) -> dict[str, Any]:
        """Values after defaults of every input without a wire."""
        given = node.values
        if node.version != type.version:
            given = type.current(node.version, given)
        for name in given:
            if name not in type.inputs and not (name == "over" and node.type == "for_each"):
                near = nearest(name, type.inputs)
                self.problems.append(Problem(f"there is no such input{near}", name, node.id))
        constants: dict[str, Any] = {}
        for name, port in type.inputs.items():
            if name in sources:
                continue
            if name not in given:
                if port.required:
                    self._missing(node, port)
                else:
                    constants[name] = port.otherwise
                continue
            try:
                constants[name] = value(port, given[name])
            except Problem as problem:
                self._tell(problem, node.id)
        return constants

    def _missing(self, node: Node, port: Input) -> None:
        """A required input has nothing: that is wrong, unless what is wired to it is off."""
        wired = node.wires.get(port.name)
        if wired:
            told = f"does not run: its {port.name} comes from {self._off(wired[0])}"
            self.off.setdefault(node.id, told)
        else:
            kind = "value" if port.type in _PLAIN_NAMES else f"wire that brings {port.type}"
            self._tell(Problem(f"needs a {kind}", port.name), node.id)

    def _off(self, source: Source) -> str:
        if source.node == "in":
            return f"in.{source.output}, which nothing is wired to"
        if source.node in self.off:
            muted = self.off[source.node] == MUTED
            return f"{source.node}, which {'is muted' if muted else 'does not run'}"
        return f"{source.node}, which passes no {source.output} on"

"""Workflow to plan: finds everything wrong with a workflow before it runs, and makes the rest ready to run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .context import Host
from .infer import infer
from .node import MISSING, NodeType, Output
from .order import order
from .plan import Plan, Step
from .ports import fits, nearest, swept, type_of, value
from .problem import Problem, Problems
from .workflow import Body, BodyInput, Node, Source, Workflow

INDEX = Output("index", "int")
Catalogue = Mapping[str, NodeType]


def check(workflow: Workflow, catalogue: Catalogue, host: Host) -> Plan:
    """The workflow ready to run, with the facts of every wire. Raises `Problems` with all there are."""
    plan, problems = examine(workflow, catalogue, host)
    if problems:
        raise Problems(problems)
    return plan


def examine(workflow: Workflow, catalogue: Catalogue, host: Host) -> tuple[Plan, list[Problem]]:
    """As `check`, but what is right comes with what is wrong: a plan of the nodes that could be read."""
    graph = _Graph(catalogue, "", {}, frozenset())
    plan = graph.plan(workflow.nodes)
    problems = graph.problems + infer(plan, {}, host)
    plan.document = workflow.document
    return plan, problems


class _Graph:
    """One level of nodes: a workflow or the inside of a body. `open` are its inputs that nothing feeds."""

    def __init__(
        self, catalogue: Catalogue, path: str, inputs: dict[str, BodyInput], open: frozenset[str]
    ) -> None:
        self.catalogue, self.path, self.inputs, self.open = catalogue, path, inputs, open
        self.problems: list[Problem] = []
        self.types: dict[str, NodeType] = {}
        self.steps: dict[str, Step] = {}
        self.off: dict[str, str] = {}
        self.routes: dict[Source, Source | None] = {}
        self.nodes: dict[str, Node] = {}

    def plan(self, nodes: dict[str, Node]) -> Plan:
        self.nodes = nodes
        try:
            names = order(nodes, self._needs)
        except Problem as problem:
            self.problems.append(problem)
            return Plan({})
        for name in names:
            try:
                self._add(nodes[name])
            except Problem as problem:
                self._tell(problem, name)
        return Plan(self.steps, self.inputs, off=self.off)

    def _tell(self, problem: Problem, name: str) -> None:
        self.problems.append(problem.at(name))

    def _needs(self, name: str) -> Iterable[str]:
        wires = self.nodes[name].wires.values()
        return [s.node for sources in wires for s in sources if s.node in self.nodes]

    def _add(self, node: Node) -> None:
        if node.mode == "mute":
            self.off[node.id] = "is muted"
            return
        type = self.types[node.id] = type_of(node, self.catalogue)
        sources = {
            port: kept
            for port in node.wires
            if (kept := self._resolved(node, type, port)) is not None
        }
        if node.mode == "bypass":
            self._bypass(node, type, sources)
            return
        constants = self._constants(node, type, sources)
        if node.id in self.off:
            return
        body = self._body(node, type, constants, sources) if node.body else None
        effect = type.effect or bool(body and body.effects)
        over = swept(node) if node.type == "for_each" else ()
        self.steps[node.id] = Step(node.id, type, constants, sources, effect, body, over)

    def _resolved(self, node: Node, type: NodeType, port: str) -> tuple[Source, ...] | None:
        """Where the wires into a port really begin; None if nothing is left of them or they are wrong."""
        spec = type.inputs.get(port)
        sources = node.wires[port]
        try:
            if spec is None:
                raise Problem(f"there is no such input{nearest(port, type.inputs)}", port)
            if len(sources) > 1 and not spec.many:
                raise Problem(f"takes one wire, it has {len(sources)}", port)
            for source in sources:
                output = self._output(source, port)
                mismatch = output and fits(output, spec)
                if mismatch:
                    raise Problem(f"{mismatch} (from {source.node}.{source.output})", port)
        except Problem as problem:
            self._tell(problem, node.id)
            self.off[node.id] = "has a wrong wire"
            return None
        return tuple(s for source in sources if (s := self._start(source)) is not None) or None

    def _output(self, source: Source, port: str) -> Output | None:
        """The output a wire begins at; None where its node is off or itself in error."""
        if source.node == "in":
            return self._input(source.output, port)
        if source.node not in self.nodes:
            raise Problem(
                f'comes from "{source.node[:60]}", which is no node here{nearest(source.node, self.nodes)}',
                port,
            )
        type = self.types.get(source.node)
        if type is None:
            return None
        output = type.outputs.get(source.output)
        if output is None:
            raise Problem(
                f'comes from {source.node}, which has no output "{source.output}"{nearest(source.output, type.outputs)}',
                port,
            )
        return output if output.type else None

    def _input(self, name: str, port: str) -> Output:
        if not self.path:
            raise Problem("comes from `in`, which is there inside a body only", port)
        if name == "index":
            return INDEX
        if name not in self.inputs:
            raise Problem(
                f"comes from in.{name}, which is no input of this body{nearest(name, self.inputs)}",
                port,
            )
        written = self.inputs[name].type
        many = written.startswith("list[")
        return Output(name, written[5:-1] if many else written, many)

    def _start(self, source: Source) -> Source | None:
        if source.node == "in":
            return None if source.output in self.open else source
        if source.node in self.off:
            return None
        return self.routes.get(source, source)

    def _bypass(self, node: Node, type: NodeType, sources: dict[str, tuple[Source, ...]]) -> None:
        """Pass the first connected input of an output's type on in its place."""
        for output in type.outputs.values():
            alike = (
                sources[i.name][0]
                for i in type.inputs.values()
                if i.name in sources and i.type == output.type
            )
            self.routes[Source(node.id, output.name)] = next(alike, None)

    def _constants(
        self, node: Node, type: NodeType, sources: dict[str, tuple[Source, ...]]
    ) -> dict[str, Any]:
        """Values after defaults of every input without a wire."""
        given = self._migrated(node, type)
        for name in given:
            if name not in type.inputs and not (name == "over" and node.type == "for_each"):
                self._tell(
                    Problem(f"there is no such input{nearest(name, type.inputs)}", name), node.id
                )
        constants: dict[str, Any] = {}
        for name, port in type.inputs.items():
            if name in sources:
                continue
            try:
                if name in given:
                    constants[name] = value(port, given[name])
                elif port.required:
                    self._missing(node, name, port.type)
                else:
                    constants[name] = None if port.default is MISSING else port.default
            except Problem as problem:
                self._tell(problem, node.id)
        return constants

    def _missing(self, node: Node, name: str, type: str) -> None:
        if name not in node.wires:
            raise Problem(
                f"needs a {'value' if type in ('int', 'float', 'str', 'bool') else f'wire that brings {type}'}",
                name,
            )
        self.off.setdefault(
            node.id, f"does not run: its {name} comes from {node.wires[name][0].node}, which is off"
        )

    def _migrated(self, node: Node, type: NodeType) -> dict[str, Any]:
        if node.version == type.version:
            return node.values
        if node.version > type.version:
            raise Problem(
                f"is version {node.version} of {node.type}, this Latentwire has version {type.version}: update to run it",
                "version",
            )
        return type.migrate(node.version, dict(node.values)) if type.migrate else node.values

    def _body(
        self,
        node: Node,
        type: NodeType,
        constants: dict[str, Any],
        sources: dict[str, tuple[Source, ...]],
    ) -> Plan:
        assert node.body
        fed_back = (
            set(node.body.outputs) & set(node.body.inputs) if node.type == "repeat" else set[str]()
        )
        open = frozenset(
            n
            for n in node.body.inputs
            if constants.get(n) is None and n not in sources and n not in fed_back
        )
        path = f"{self.path}/{node.id}" if self.path else node.id
        inner = _Graph(self.catalogue, path, node.body.inputs, open)
        plan = inner.plan(node.body.nodes)
        plan.outputs = {name: inner._start(s) for name, s in node.body.outputs.items()}
        self._type_outputs(node, type, node.body, inner, plan)
        self.problems += [p.inside(node.id) for p in inner.problems]
        return plan

    def _type_outputs(
        self, node: Node, type: NodeType, body: Body, inner: _Graph, plan: Plan
    ) -> None:
        """Give a body's outputs the types of what feeds them, and see that what is fed back fits."""
        for name, source in body.outputs.items():
            try:
                inside = inner._output(source, f"body.outputs.{name}")
            except Problem as problem:
                self._tell(problem, node.id)
                continue
            if plan.outputs[name] is None or inside is None:
                self.routes[Source(node.id, name)] = None
                continue
            many = inside.many or node.type == "for_each"
            type.outputs[name] = replace(type.outputs[name], type=inside.type, many=many)
            back = type.inputs.get(name) if node.type == "repeat" else None
            mismatch = back and fits(inside, back)
            if mismatch:
                self._tell(
                    Problem(
                        f"is fed back into the input of the same name, which {mismatch}",
                        f"body.outputs.{name}",
                    ),
                    node.id,
                )

"""The key of a node's result: a digest of everything it depends on, known before it runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any

from .context import Host
from .plan import Plan, Step
from .problem import Problem
from .workflow import Source


class Keys:
    """Makes the keys of one run, and keeps what it found out about bodies while it goes."""

    def __init__(self, host: Host) -> None:
        self.host, self.environment = host, host.environment
        self._signatures: dict[int, str] = {}

    def key(
        self,
        step: Step,
        nodes: Mapping[str, str],
        inputs: Mapping[str, str],
        values: Mapping[str, Any],
    ) -> str:
        """The key of `step`, given those of the nodes before it, and keys and values of `in`.

        It covers type, version, code, environment, values, named files and, through the keys, all
        that lies upstream. One digest for each node: whole workflows cost O(nodes + wires).
        """
        text = f"{step.type.stamp} {self.environment} {step.constants!r} {step.over!r}"
        if step.type.files:
            text += self._files(step, values)
        if step.body:
            text += self._signature(step.body)
        for name, starts in step.sources.items():
            for node, output in starts:
                key = inputs[output] if node == "in" else f"{nodes[node]}.{output}"
                text += f"\n{name}={key}"
        return blake2b(text.encode(), digest_size=20).hexdigest()

    def _files(self, step: Step, values: Mapping[str, Any] | None) -> str:
        """What is in the files a step names. values: of the body's inputs, None for any turn's."""
        text = ""
        for port, kind in step.type.files:
            for name in _names(step, port, values):
                try:
                    text += f" {self.host.digest(kind, name)}"
                except Problem as problem:
                    raise Problem(problem.message, port, step.id, problem.fix) from problem
        return text

    def _signature(self, body: Plan) -> str:
        """A digest of all that a body does."""
        known = self._signatures.get(id(body))
        if known is None:
            rows = [*map(self._row, body.steps.values()), repr(body.outputs)]
            known = self._signatures[id(body)] = _digest("\n".join(rows))
        return known

    def _row(self, step: Step) -> str:
        text = f"{step.id} {step.type.stamp} {step.constants!r} {step.over!r} {step.sources!r}"
        text += self._files(step, None)
        return text + self._signature(step.body) if step.body else text


def _names(step: Step, port: str, values: Mapping[str, Any] | None) -> Iterator[str]:
    """The files that one input names: its value, what its wire brings now, or what it may bring."""
    starts = step.sources.get(port)
    if not starts:
        named: Iterable[Any] = [step.constants.get(port)]
    elif values is not None and starts[0].node == "in":
        named = [values.get(starts[0].output)]
    else:
        named = sorted(step.files[port]) if step.files else ()
    for name in named:
        if isinstance(name, list):
            yield from name
        elif isinstance(name, str):
            yield name


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=20).hexdigest()


def literal_key(value: object) -> str:
    """The key of a plain value that comes into a body."""
    return f"={value!r}"


def turn_key(body_key: str, turn: int, name: str) -> str:
    """The key of what is fed back into turn `turn` of a repeat."""
    return f"{body_key}#{turn}.{name}"


def source_key(source: Source, nodes: Mapping[str, str], inputs: Mapping[str, str]) -> str:
    """The key of what comes along one wire."""
    return inputs[source.output] if source.node == "in" else f"{nodes[source.node]}.{source.output}"

"""The key of a node's result: a digest of everything it depends on, known before it runs."""

from collections.abc import Mapping
from hashlib import blake2b

from .context import Host
from .plan import Plan, Step
from .widgets import File
from .workflow import Source


def step_key(step: Step, sources: Mapping[str, str], inputs: Mapping[str, str], host: Host) -> str:
    """The key of `step`, given those of the nodes that feed it and of its body's inputs.

    It covers type, version, code, environment, values, named files and, through the keys, all that
    lies upstream. One digest for each node: whole workflows cost O(nodes + wires).
    """
    parts = [prefix(step, host)]
    for name, starts in step.sources.items():
        for start in starts:
            key = inputs[start.output] if start.node == "in" else sources[start.node]
            parts.append(f"{name}={key}.{start.output}")
    return blake2b("\n".join(parts).encode(), digest_size=20).hexdigest()


def prefix(step: Step, host: Host) -> str:
    """The part of a node's key that its wires do not touch."""
    parts = f"{step.type.type} {step.type.version} {step.type.code} {host.environment} {step.constants!r}"
    for name, port in step.type.inputs.items():
        chosen = step.constants.get(name)
        if chosen and isinstance(port.widget, File):
            parts += f" {host.digest(port.widget.kind, chosen)}"
    return parts + body_signature(step.body, host) if step.body else parts


def body_signature(body: Plan, host: Host) -> str:
    """A digest of all that a body does."""
    if host.environment not in body.signatures:
        rows = [f"{step.id} {prefix(step, host)} {step.sources!r}" for step in body.steps.values()]
        rows.append(repr(body.outputs))
        body.signatures[host.environment] = blake2b(
            "\n".join(rows).encode(), digest_size=20
        ).hexdigest()
    return body.signatures[host.environment]


def literal_key(value: object) -> str:
    """The key of a plain value that comes into a body."""
    return f"={value!r}"


def turn_key(body_key: str, turn: int, name: str) -> str:
    """The key of what is fed back into turn `turn` of a repeat."""
    return f"{body_key}#{turn}.{name}"


def source_key(source: Source, sources: Mapping[str, str], inputs: Mapping[str, str]) -> str:
    """The key of what comes along one wire."""
    return (
        inputs[source.output] if source.node == "in" else f"{sources[source.node]}.{source.output}"
    )

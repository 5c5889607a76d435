"""A host in memory, and short ways to write, check and run workflows of small nodes."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from nodes.core import Problem
from nodes.core.cache import Cache
from nodes.core.check import examine
from nodes.core.context import Asset
from nodes.core.events import NodeFinished, NodeStarted, Notice
from nodes.core.plan import Plan
from nodes.core.run import Run
from nodes.core.workflow import Source, parse
from tests.core.small import CATALOGUE, calls

FORMAT = "latentwire/1"


@dataclass
class Bench:
    """A host whose files are in memory."""

    device: str = "cpu"
    environment: str = "test"
    scratch: Path = Path("scratch")
    files: dict[str, bytes] = field(default_factory=dict)
    written: dict[str, bytes] = field(default_factory=dict)
    freed: int = 0

    def find(self, kind: str, name: str) -> Path:
        if name not in self.files:
            raise Problem(f"there is no {kind} {name}")
        return Path(name)

    def digest(self, kind: str, name: str) -> str:
        self.find(kind, name)
        return hashlib.sha256(self.files[name]).hexdigest()

    def keep(
        self, node: str, name: str, write: Callable[[IO[bytes]], None], shown_only: bool
    ) -> Asset:
        file = io.BytesIO()
        write(file)
        path = f"{len(self.written)}-{name}"
        self.written[path] = file.getvalue()
        return Asset(node, name, path, hashlib.sha256(file.getvalue()).hexdigest())

    def kept(self, asset: Asset) -> bool:
        return asset.path in self.written

    def free_memory(self) -> None:
        self.freed += 1


def document(nodes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"format": FORMAT, "nodes": nodes} | more


def entry(type: str, wires: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
    """A node as it stands in a file."""
    node: dict[str, Any] = {"type": type}
    if values:
        node["values"] = values
    return node | ({"wires": wires} if wires else {})


def body(
    type: str,
    inputs: dict[str, Any],
    nodes: dict[str, Any],
    outputs: dict[str, str],
    wires: dict[str, Any] | None = None,
    **values: Any,
) -> dict[str, Any]:
    ports = {n: {"type": t} if isinstance(t, str) else t for n, t in inputs.items()}
    inside = {"inputs": ports, "nodes": nodes, "outputs": outputs}
    return entry(type, wires, **values) | {"body": inside}


def planned(nodes: dict[str, Any], host: Bench | None = None) -> Plan:
    plan, problems = examine(parse(document(nodes)), CATALOGUE, host or Bench())
    assert problems == [], [str(problem) for problem in problems]
    return plan


def problems(nodes: dict[str, Any], host: Bench | None = None) -> list[str]:
    found = examine(parse(document(nodes)), CATALOGUE, host or Bench())[1]
    return [str(problem) for problem in found]


class Ran:
    """What a run told and gave."""

    def __init__(self, run: Run) -> None:
        del calls[:]
        self.run, self.events = run, list(run.events())
        self.calls = list(calls)
        finished = self.ends = [e for e in self.events if isinstance(e, NodeFinished)]
        self.finished = [e.node for e in finished]
        self.fresh = [e.node for e in finished if not e.reused]
        self.reused = [e.node for e in finished if e.reused]
        self.started = [e.node for e in self.events if isinstance(e, NodeStarted)]
        self.notices = {e.node: e.message for e in self.events if isinstance(e, Notice)}

    def __getitem__(self, source: str) -> Any:
        node, output = source.split(".")
        return self.run.output(Source(node, output))


def run(
    nodes: dict[str, Any],
    *targets: str,
    cache: Cache | None = None,
    host: Bench | None = None,
) -> Ran:
    host = host or Bench()
    return Ran(Run(planned(nodes, host), host, cache or Cache(), targets or None))

"""Small real nodes, a host in a folder, and short ways to check and run workflows of them."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Annotated, Any, NamedTuple

from nodes.core import (
    Choice,
    Context,
    Curve,
    File,
    Image,
    ImageFacts,
    Lazy,
    Number,
    Problem,
    Progress,
    Slider,
    Steps,
    node,
)
from nodes.core.cache import Cache
from nodes.core.check import examine
from nodes.core.context import Asset
from nodes.core.events import NodeFinished, NodeStarted, Notice
from nodes.core.plan import Plan
from nodes.core.run import Run
from nodes.core.workflow import Source, parse

FORMAT = "latentwire/1"
calls: list[str] = []


@dataclass(frozen=True)
class Pixels:
    """A tensor as far as the language looks at one."""

    shape: tuple[int, ...] = (1, 3, 8, 8)
    nbytes: int = 64


@node
def number(value: Annotated[float, Number()] = 0.0) -> float:
    """A number known beforehand."""
    calls.append("number")
    return value


@number.facts
def _number(value: float | None) -> float | None:
    return value


@node
def measure(value: float = 0.0) -> float:
    """A number known only when it ran."""
    calls.append("measure")
    return value


@node
def whole(value: int = 0) -> int:
    """A whole number."""
    calls.append("whole")
    return value


@node
def add(a: float, b: float = 1.0) -> float:
    """Add two numbers."""
    calls.append("add")
    return a + b


@node
def fade(strength: Annotated[float, Slider(0, 1, 0.01)], a: float | None = None) -> float:
    """Multiply by a strength; nothing wired counts as one."""
    calls.append("fade")
    return strength * (1.0 if a is None else a)


@node
def total(items: list[float], start: float = 0.0) -> float:
    """The sum of what is wired."""
    calls.append("total")
    return start + sum(items)


@node
def words(text: str = "", how: Annotated[str, Choice(("plain", "loud"))] = "plain") -> str:
    """Words."""
    return text.upper() if how == "loud" else text


@node
def bend(curve: Annotated[str, Curve(0, 10)] = "0:1") -> float:
    """The first value of a curve."""
    return Curve(0, 10).points(curve)[0][1]


@node
def picture(width: Annotated[int, Number(1, 64)] = 8, height: int = 8) -> Image:
    """A picture of a size."""
    calls.append("picture")
    return Image(Pixels((1, 3, height, width)))  # type: ignore[arg-type]


@picture.facts
def _picture(width: int | None, height: int | None) -> ImageFacts:
    return ImageFacts(width, height, 1)


@node
def join(a: Image, b: Image) -> Image:
    """Two pictures of one size side by side."""
    return a


@join.facts
def _join(a: ImageFacts | None, b: ImageFacts | None) -> ImageFacts | None:
    if a and b and a.width and b.width and a.width != b.width:
        raise Problem(f"is {b.width} wide, a is {a.width}", "b")
    return a


@node
def blur(image: Image, amount: float = 1.0) -> Image:
    """A picture as it came."""
    calls.append("blur")
    return image


class Halves(NamedTuple):
    low: float
    high: float


@node
def split(value: float) -> Halves:
    """Two halves."""
    return Halves(value / 2, value / 2 + 1)


@node
def either(left: Lazy[float], right: Lazy[float], pick: str = "left") -> Steps[float]:
    """One of two, the other is not worked out."""
    calls.append("either")
    value: float = yield left if pick == "left" else right
    return value


@node
def slow(a: float, steps: int = 3) -> Steps[float]:
    """Takes some steps."""
    try:
        for step in range(steps):
            calls.append(f"slow {step}")
            yield Progress(step + 1, steps)
    finally:
        calls.append("slow closed")
    return a


@node
def broken(a: float = 0.0) -> float:
    """Fails."""
    raise ValueError("the lamp is out")


@node
def picky(a: float = 0.0) -> float:
    """Refuses."""
    raise Problem("is too warm", "a")


@node(exact=False)
def dice() -> float:
    """Never the same."""
    calls.append("dice")
    return float(len(calls))


@node
def read_file(file: Annotated[str, File("image")]) -> str:
    """The name of a file."""
    calls.append("read_file")
    return file


@node(effect=True)
def save(a: float, name: str = "number", *, context: Context) -> None:
    """Write a number to a file."""
    calls.append("save")
    context.asset(f"{name}.txt", lambda file: file.write(repr(a).encode()) and None)


def migrate(old: int, values: dict[str, Any]) -> dict[str, Any]:
    return {"amount": values["level"] / 100}


@node(version=2, migrate=migrate)
def dim(amount: Annotated[float, Slider(0, 1, 0.01)] = 0.5) -> float:
    """Was called level once, from 0 to 100."""
    return amount


ALL = (number, measure, whole, add, fade, total, words, bend, picture, join, blur, split, either)
ALL += (slow, broken, picky, dice, read_file, save, dim)  # type: ignore[assignment]
CATALOGUE = {n.type: n for n in (one.definition(code="1") for one in ALL)}


@dataclass
class Bench:
    """A host whose files are in memory."""

    device: str = "cpu"
    environment: str = "test"
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
        finished = [e for e in self.events if isinstance(e, NodeFinished)]
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

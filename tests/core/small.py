"""Small real nodes, one for each thing a node can be."""

from dataclasses import dataclass
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
from nodes.core.node import NodeFunction

# what was called since somebody looked, by name
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

    def write(file: IO[bytes]) -> None:
        file.write(repr(a).encode())

    context.asset(f"{name}.txt", write)


def migrate(old: int, values: dict[str, Any]) -> dict[str, Any]:
    return {"amount": values["level"] / 100}


@node(version=2, migrate=migrate)
def dim(amount: Annotated[float, Slider(0, 1, 0.01)] = 0.5) -> float:
    """Was called level once, from 0 to 100."""
    return amount


ALL: list[NodeFunction[Any, Any]] = [
    number,
    measure,
    whole,
    add,
    fade,
    total,
    words,
    bend,
    picture,
    join,
    blur,
    split,
    either,
]
ALL += [slow, broken, picky, dice, read_file, save, dim]
CATALOGUE = {n.type: n for n in (one.definition(code="1") for one in ALL)}

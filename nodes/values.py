"""Numbers and words as nodes: one value that feeds many inputs."""

from typing import Annotated

from nodes.core import Choice, Number, Problem, Prompt, Seed, Toggle, node


@node
def whole_number(value: Annotated[int, Number(-(2**53), 2**53)] = 0) -> int:
    """A whole number, to feed several inputs at once."""
    return value


@node
def number(value: Annotated[float, Number()] = 0.0) -> float:
    """A number, to feed several inputs at once."""
    return value


@node
def seed(value: Annotated[int, Seed()] = 0) -> int:
    """A seed, to give several samplers the same noise."""
    return value


@node
def text(value: Annotated[str, Prompt(3)] = "") -> str:
    """A piece of text, to use in several prompts."""
    return value


@node
def toggle(value: Annotated[bool, Toggle()] = False) -> bool:
    """On or off, to switch several inputs at once."""
    return value


@node
def join_text(texts: list[str], between: Annotated[str, Prompt(1)] = ", ") -> str:
    """Join pieces of text in the order of their wires, with `between` between them.

    Empty pieces are left out.
    """
    return between.join(t for t in texts if t)


@node
def calculate(
    a: float,
    b: float = 0.0,
    how: Annotated[str, Choice(("add", "subtract", "multiply", "divide"))] = "add",
) -> float:
    """Reckon with two numbers."""
    if how == "divide" and b == 0:
        raise Problem("is 0, nothing can be divided by it", "b")
    return {"add": a + b, "subtract": a - b, "multiply": a * b, "divide": a / (b or 1)}[how]


@node
def format_number(
    value: float,
    decimals: Annotated[int, Number(0, 10, 1)] = 2,
    before: Annotated[str, Prompt(1)] = "",
    after: Annotated[str, Prompt(1)] = "",
) -> str:
    """Write a number as text, with so many decimals and words around it: for labels."""
    return f"{before}{value:z.{decimals}f}{after}"


@whole_number.facts
@number.facts
@seed.facts
@text.facts
@toggle.facts
def _same(value: object) -> object:
    return value


@join_text.facts
def _joined(texts: list[str | None] | None, between: str | None) -> str | None:
    if texts is None or between is None or None in texts:
        return None
    return join_text(texts, between)  # type: ignore[arg-type]


@calculate.facts
def _calculated(a: float | None, b: float | None, how: str | None) -> float | None:
    return None if a is None or b is None or how is None else calculate(a, b, how)


@format_number.facts
def _formatted(
    value: float | None, decimals: int | None, before: str | None, after: str | None
) -> str | None:
    if value is None or decimals is None or before is None or after is None:
        return None
    return format_number(value, decimals, before, after)

"""What prompts must be to be put together: asked before a run and in it."""

from dataclasses import replace

from nodes.core import ConditioningFacts, Problem
from nodes.core.sizes import common_batch

Span = tuple[float, float]


def together(
    a: ConditioningFacts | None,
    b: ConditioningFacts | None,
    first: str = "a",
    second: str = "b",
) -> ConditioningFacts:
    """What is known of a with b put to it, which are called by their ports.

    Refuses prompts that no model can read together.
    """
    a, b = a or ConditioningFacts(), b or ConditioningFacts()
    families = shared(a.families, b.families)
    if families == () and a.families and b.families:
        told = f"is written for {_listed(b.families)}, {first} for {_listed(a.families)}"
        raise Problem(f"{told}: use one text encoder for both", second)
    for ours, theirs, what in (
        (a.text_width, b.text_width, ""),
        (a.pooled_width, b.pooled_width, " in its pooled text"),
    ):
        if None not in (ours, theirs) and ours != theirs:
            told = f"is {theirs} wide{what}, {first} is {ours}: use one text encoder for both"
            raise Problem(told, second)
    return replace(
        a,
        families=families,
        text_width=b.text_width if a.text_width is None else a.text_width,
        pooled_width=b.pooled_width if a.pooled_width is None else a.pooled_width,
        batch=common_batch(**{first: a.batch, second: b.batch}),
        corner=farthest(a.corner, b.corner),
    )


def shared(a: tuple[str, ...] | None, b: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """The families that both are written for; one that does not say leaves it to the other."""
    if a is None or b is None:
        return None
    return tuple(name for name in a if name in b) if a and b else a or b


def farthest(a: Span | None, b: Span | None) -> Span | None:
    """The corner that lies beyond both."""
    return None if a is None or b is None else (max(a[0], b[0]), max(a[1], b[1]))


def one_prompt(facts: ConditioningFacts | None, port: str) -> None:
    """Refuse a conditioning in which several prompts lead beside one another."""
    if facts and facts.spans and len(facts.spans) > 1:
        told = f"has {len(facts.spans)} prompts that lead beside one another"
        raise Problem(f"{told}: do this to each of them before", port)


def _listed(families: tuple[str, ...]) -> str:
    return " and ".join(families)

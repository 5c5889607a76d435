"""A function that is no node is refused where it is defined, in a sentence that names it."""

from typing import Annotated, Any, Literal

import pytest

from nodes.core import Image, Lazy, Slider, node


def no_type(x) -> int:
    """Help."""
    raise NotImplementedError


def no_return(x: int):
    """Help."""
    raise NotImplementedError


def no_help(x: int) -> int:
    return x


def two_types(x: int | str) -> int:
    """Help."""
    raise NotImplementedError


def no_wire(x: dict[str, int]) -> int:
    """Help."""
    raise NotImplementedError


def anything(x: Any) -> int:
    """Help."""
    raise NotImplementedError


def star(*x: int) -> int:
    """Help."""
    raise NotImplementedError


def by_place(x: int, /) -> int:
    """Help."""
    raise NotImplementedError


def out_of_range(x: Annotated[float, Slider(0, 1)] = 2) -> int:
    """Help."""
    raise NotImplementedError


def wrong_default(x: int = "one") -> int:  # type: ignore[assignment]
    """Help."""
    raise NotImplementedError


def numbers_only(x: Literal[1, 2]) -> int:
    """Help."""
    raise NotImplementedError


def lazy_in_vain(x: Lazy[int]) -> int:
    """Help."""
    raise NotImplementedError


def yields(x: int) -> int:  # type: ignore[misc]
    """Help."""
    yield


def maybe(x: int) -> Image | None:
    """Help."""
    raise NotImplementedError


FAULTS = [
    (no_type, "no_type needs a type for: x"),
    (no_return, "no_return needs a type for: what it returns"),
    (no_help, "no_help needs a docstring: it is the node's help"),
    (two_types, "two_types: x must be of one type"),
    (no_wire, "no_wire: x has the type dict[str, int], which no wire carries"),
    (anything, "anything: x has the type typing.Any, which no wire carries"),
    (star, "star: x cannot be given by name, so it is no port"),
    (by_place, "by_place: x cannot be given by name, so it is no port"),
    (out_of_range, "the default of out_of_range: x is 2.0, outside 0 to 1"),
    (wrong_default, 'the default of wrong_default: x is "one", it takes a whole number'),
    (numbers_only, "numbers_only: x may choose between words only"),
    (lazy_in_vain, "lazy_in_vain cannot ask for x: it is lazy, use Steps[...]"),
    (yields, "yields yields, so it returns Steps[...]"),
    (maybe, "maybe: what it returns has the type"),
]


@pytest.mark.parametrize(("function", "told"), FAULTS, ids=[f.__name__ for f, _ in FAULTS])
def test_a_faulty_function_is_told_when_it_is_defined(function, told):
    with pytest.raises(TypeError) as caught:
        node(function)
    assert told in str(caught.value)

"""A typed function says all there is to say about a node, and a faulty one is told where it is."""

from typing import Annotated, Any, Literal, NamedTuple, Optional

import pytest

from nodes.core import (
    AUTO,
    Auto,
    Choice,
    Context,
    Image,
    Latent,
    Lazy,
    Number,
    Prompt,
    Size,
    Slider,
    Steps,
    Toggle,
    node,
)
from nodes.core.node import MISSING, Input
from nodes.core.problem import Problem
from nodes.core.signature import read


class Glow:
    """A wire type of a pack."""


class Two(NamedTuple):
    left: Image
    more: list[Latent]


@node
def everything(
    image: Image,
    glow: Glow,
    amount: Annotated[float, Slider(0, 2, 0.1)],
    items: list[Latent],
    later: Lazy[Image],
    kind: Literal["soft", "hard"] = "soft",
    seed: int | None = None,
    width: Annotated[int | Auto, Size()] = AUTO,
    mask: Optional[Image] = None,  # noqa: UP045 an older way to write it
    on: bool = True,
    name: str = "x",
    scale: float = 1,
    *,
    context: Context,
) -> Steps[Two]:
    """Everything at once.

    More help.
    """
    yield
    return Two(image, items)


@node
def load_vae_and_lora() -> float:
    """Named after two short words."""
    return 1.0


def test_short_words_are_spelled_in_a_title_as_the_trade_does():
    assert load_vae_and_lora.definition().title == "Load VAE and LoRA"


def test_name_module_and_docstring_are_title_category_and_help():
    type = everything.definition(code="abc")
    assert (type.type, type.title, type.category) == ("everything", "Everything", "test_node")
    assert type.help == "Everything at once.\n\nMore help."
    assert (type.version, type.effect, type.exact, type.code) == (1, False, True, "abc")
    assert (type.context, type.is_generator, type.single) == ("context", True, False)


def test_annotations_are_ports_and_widgets():
    ports = everything.definition().inputs
    choice = Choice(("soft", "hard"))
    assert ports == {
        "image": Input("image", "Image"),
        "glow": Input("glow", "Glow"),
        "amount": Input("amount", "float", Slider(0, 2, 0.1)),
        "items": Input("items", "Latent", many=True),
        "later": Input("later", "Image", lazy=True),
        "kind": Input("kind", "str", choice, "soft"),
        "seed": Input("seed", "int", Number(), None, optional=True),
        "width": Input("width", "int", Size(), "auto", auto=True),
        "mask": Input("mask", "Image", None, None, optional=True),
        "on": Input("on", "bool", Toggle(), True),
        "name": Input("name", "str", Prompt(1), "x"),
        "scale": Input("scale", "float", Number(), 1.0),
    }
    assert [name for name, port in ports.items() if port.required] == [
        "image",
        "glow",
        "amount",
        "items",
        "later",
    ]
    assert type(ports["scale"].default) is float


def test_a_named_tuple_is_several_outputs():
    outputs = everything.definition().outputs
    assert [(o.name, o.type, o.many) for o in outputs.values()] == [
        ("left", "Image", False),
        ("more", "Latent", True),
    ]


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (Latent, [("latent", "Latent", False)]),
        (float, [("float", "float", False)]),
        (list[Image], [("image", "Image", True)]),
        (Annotated[str, "note"], [("str", "str", False)]),
        (Literal["a", "b"], [("str", "str", False)]),
        (Steps[Glow], [("glow", "Glow", False)]),
        (None, []),
        (Steps[None], []),
    ],
)
def test_a_single_output_is_named_after_its_type_in_lower_case(hint, expected):
    def function():
        """Help."""

    function.__annotations__["return"] = hint
    outputs = read(function, "function").outputs.values()
    assert [(o.name, o.type, o.many) for o in outputs] == expected


def test_notes_may_stand_inside_a_list_or_beside_none():
    @node
    def inside(
        items: list[Annotated[float, Slider(0, 1)]], one: Annotated[int, Size()] | None = None
    ) -> None:
        """Help."""

    ports = inside.definition().inputs
    assert ports["items"].widget == Slider(0, 1) and ports["items"].many
    assert ports["one"].widget == Size() and ports["one"].optional


def test_a_node_is_still_a_function():
    @node
    def double(x: float) -> float:
        """Twice."""
        return 2 * x

    assert double(2.0) == double(x=2.0) == 4.0
    assert double.__doc__ == "Twice."


def test_a_facts_rule_asks_for_inputs_only():
    @node
    def plain(x: int) -> int:
        """Help."""
        return x

    @plain.facts
    def _fits(x: int | None, host: Any) -> int | None:
        return x

    assert plain.definition().rule_inputs == ("x", "host")
    with pytest.raises(TypeError, match="asks for y, no input of it"):

        @plain.facts
        def _other(y: int) -> int:
            return y


def test_old_values_are_brought_up_to_date():
    @node(version=3, migrate=lambda old, values: {"x": values["y"] * old})
    def moved(x: int = 0) -> int:
        """Help."""
        return x

    type = moved.definition()
    assert type.current(3, {"x": 1}) == {"x": 1}
    assert type.current(2, {"y": 5}) == {"x": 10}
    with pytest.raises(Problem, match="version 4 of moved, this Latentwire has version 3"):
        type.current(4, {})
    with pytest.raises(Problem, match=r"cannot be brought from version 1 to 3 \(KeyError"):
        type.current(1, {})


def test_a_node_of_a_pack_bears_its_name():
    type = everything.definition("mine")
    assert (type.type, type.category) == ("mine/everything", "mine")


def test_what_has_no_default_says_so():
    assert repr(MISSING) == "MISSING"

"""Saving a file makes no needless change, and never loses anything."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from nodes.core.printer import canonical
from nodes.core.read import read
from nodes.core.workflow import parse
from tests.core.small import CATALOGUE
from tests.core.workshop import body, document, entry


def printed(nodes: dict[str, Any], **more: Any) -> str:
    return canonical(document(nodes, **more), CATALOGUE)


def test_keys_stand_in_order_with_a_node_on_a_line():
    text = canonical(
        {
            "layout": {"a": [0, 0]},
            "nodes": {
                "a": {"wires": {"a": "b.float"}, "values": {"b": 2.0}, "type": "add"},
                "b": {"note": "n", "title": "t", "mode": "mute", "version": 1, "type": "number"},
            },
            "title": "T",
            "format": "latentwire/1",
        },
        CATALOGUE,
    )
    assert text == (
        '{\n  "format": "latentwire/1",\n  "title": "T",\n  "nodes": {\n'
        '    "a": {"type": "add", "values": {"b": 2.0}, "wires": {"a": "b.float"}},\n'
        '    "b": {"type": "number", "mode": "mute", "version": 1, "title": "t", "note": "n"}\n'
        '  },\n  "layout": {"a": [0, 0]}\n}\n'
    )


def test_a_line_has_160_columns_at_most_and_uses_them():
    fixed = len('    "a": {"type": "words", "values": {"text": ""}},')
    fits, over = "x" * (160 - fixed), "x" * (161 - fixed)
    lines = printed({"a": entry("words", text=fits), "b": entry("words")}).splitlines()
    assert len(lines[3]) == 160
    lines = printed({"a": entry("words", text=over), "b": entry("words")}).splitlines()
    assert [line.strip() for line in lines[3:6]] == [
        '"a": {',
        '"type": "words",',
        f'"values": {{"text": "{over}"}}',
    ]


def test_a_node_named_nodes_stands_on_a_line_too():
    assert '    "nodes": {"type": "number"}\n' in printed({"nodes": entry("number")})


def test_numbers_are_printed_by_the_type_of_their_port():
    text = printed({"a": entry("picture", width=8.0), "b": entry("number", value=1)})
    assert '"width": 8}' in text and '"value": 1.0}' in text
    assert '"value": true' in printed({"a": entry("number", value=True)})
    assert '"items": [1.0, 2.5]' in printed({"a": entry("total", items=[1, 2.5])})
    assert '"seed": 1' in printed({"a": entry("of_another_pack", seed=1)})
    assert "1e+300" in printed({"a": entry("picture", width=1e300)})


def test_numbers_of_a_body_are_printed_by_its_own_inputs():
    inputs = {"x": {"type": "float", "default": 2}, "n": {"type": "list[int]"}}
    text = printed({"r": body("repeat", inputs, {}, {}, x=1, n=[1.0], times=3.0)})
    assert '"default": 2.0' in text
    assert '"values": {"x": 1.0, "n": [1], "times": 3}' in text


def test_a_body_that_does_not_fit_on_a_line_stands_open_with_a_node_on_a_line():
    small = {"a": entry("number")}
    assert '"nodes": {"a": {"type": "number"}}' in printed({"g": body("group", {}, small, {})})
    large = {name: entry("words", text=name * 60) for name in ("a", "b")}
    text = printed({"g": body("group", {}, large, {})})
    rows = [f'          "{n}": {{"type": "words", "values": {{"text": "{n * 60}"}}}}' for n in "ab"]
    assert f'        "nodes": {{\n{rows[0]},\n{rows[1]}\n        }},\n' in text


def test_keys_we_do_not_know_are_kept_after_the_others():
    text = canonical(
        {"frames": [1], "format": "latentwire/1", "nodes": {"a": {"color": "red", "type": "add"}}},
        CATALOGUE,
    )
    assert '"a": {"type": "add", "color": "red"}' in text
    assert text.endswith('  "frames": [1]\n}\n')


names = some.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,8}", fullmatch=True).filter(
    lambda name: name not in ("in", "index", "times", "over", "how")
)
texts = some.text(some.characters(codec="utf-8"), max_size=60)
numbers = some.integers(-(2**53) + 1, 2**53 - 1) | some.floats(
    allow_nan=False, allow_infinity=False
)
plain = some.none() | some.booleans() | numbers | texts
values = some.recursive(
    plain, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(texts, inner, max_size=3)
)
wires = some.dictionaries(
    texts, some.builds("{}.{}".format, names, names) | some.lists(some.just("a.b")), max_size=3
)
types = some.sampled_from([*CATALOGUE]) | texts.filter(
    lambda type: type not in ("group", "repeat", "for_each")
)
plain_nodes = some.fixed_dictionaries(
    {"type": types},
    optional={
        "values": some.dictionaries(texts | some.sampled_from(["value", "b"]), values, max_size=3),
        "wires": wires,
        "mode": some.sampled_from(["mute", "bypass"]),
        "version": some.integers(1, 3),
        "title": texts,
        "zzz": values,
    },
)


def with_body(inner: Any) -> Any:
    ports = some.fixed_dictionaries({"type": some.sampled_from(["float", "list[int]", "Image"])})
    inside = some.fixed_dictionaries(
        {"nodes": some.dictionaries(names, inner, max_size=3)},
        optional={
            "inputs": some.dictionaries(names, ports, max_size=2),
            "outputs": some.dictionaries(names, some.just("a.b"), max_size=2),
            "aaa": values,
        },
    )
    kinds = some.sampled_from(["group", "repeat", "for_each"])
    return some.fixed_dictionaries({"body": inside, "type": kinds})


nodes = some.dictionaries(
    names, some.recursive(plain_nodes, lambda inner: inner | with_body(inner)), max_size=5
)


@settings(max_examples=60, deadline=None)
@given(nodes=nodes, more=some.dictionaries(texts.map("x".__add__), values, max_size=2))
def test_what_was_printed_is_printed_the_same_again_and_nothing_is_lost(nodes, more):
    given = document(nodes, **more)
    parse(given)
    text = canonical(given, CATALOGUE)
    assert read(text) == given
    assert canonical(read(text), CATALOGUE) == text
    assert json.loads(text) == given

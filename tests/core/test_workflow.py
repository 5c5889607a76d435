"""A document becomes nodes and wires, or every fault of its shape is named."""

from typing import Any

import pytest

from nodes.core.problem import Problems
from nodes.core.workflow import MAX_NESTING, Source, parse
from tests.core.workshop import body, document, entry


def refused(given: dict[str, Any]) -> list[str]:
    with pytest.raises(Problems) as caught:
        parse(given)
    return [str(problem) for problem in caught.value.problems]


def test_nodes_have_values_and_wires():
    node = parse(document({"a": entry("add", {"x": "b.out", "y": ["b.out", "c.out"]}, z=1)})).nodes
    assert node["a"].values == {"z": 1}
    assert node["a"].wires["x"] == (Source("b", "out"),)
    assert node["a"].wires["y"] == (Source("b", "out"), Source("c", "out"))


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        (None, 'is missing: a workflow begins with "format": "latentwire/1"'),
        ("latentwire/2", "newer than this version reads"),
        ("comfy/1", 'is "comfy/1", a workflow has "latentwire/1"'),
        (1, 'is 1, a workflow has "latentwire/1"'),
        (["x"] * 1000, 'is a list, a workflow has "latentwire/1"'),
    ],
)
def test_other_formats_are_refused(stated, told):
    (said,) = refused({"format": stated, "nodes": {}})
    assert said.startswith("format: ") and told in said


FAULTS = [
    ({"a b": {"type": "x"}}, "a b: is no node id"),
    ({"in": {"type": "x"}}, "in: is no node id"),
    ({"1": {"type": "x"}}, "1: is no node id"),
    ({"a\n": {"type": "x"}}, "is no node id"),
    ({"a": []}, "a: is not an object with a type"),
    ({"a": {}}, "a.type: is missing"),
    ({"a": {"type": 1}}, "a.type: is not text"),
    ({"a": {"type": "x", "values": []}}, "a.values: is not an object"),
    ({"a": {"type": "x", "wires": "b.c"}}, "a.wires: is not an object"),
    ({"a": {"type": "x", "wires": {"p": "b"}}}, 'a.p: is "b", no wire'),
    ({"a": {"type": "x", "wires": {"p": 1}}}, "a.p: is 1, no wire"),
    ({"a": {"type": "x", "wires": {"p": ["b.c", None]}}}, "a.p: is a list, no wire"),
    ({"a": {"type": "x", "mode": "off"}}, 'a.mode: is "off", neither "mute" nor "bypass"'),
    ({"a": {"type": "x", "mode": 1}}, 'a.mode: is not "mute" or "bypass"'),
    ({"a": {"type": "x", "version": True}}, "a.version: is not a whole number"),
    ({"a": {"type": "x", "version": 1.5}}, "a.version: is not a whole number"),
    ({"a": {"type": "x", "version": 0}}, "a.version: is 0, versions count from 1"),
    ({"a": {"type": "x", "title": 1}}, "a.title: is not text"),
    ({"a": {"type": "x", "body": {}}}, "a.body: does not belong here"),
    ({"a": {"type": "repeat"}}, "a.body: is missing: a repeat holds nodes in it"),
    ({"a": {"type": "repeat", "body": []}}, "a.body: is missing"),
    ({"a": {"type": "group", "body": {}}}, "a.body.nodes: is missing"),
    ({"a": body("group", {"index": "int"}, {}, {})}, "a.body.inputs.index: is no name"),
    ({"a": body("repeat", {"times": "int"}, {}, {})}, "a.body.inputs.times: is no name"),
    ({"a": body("group", {"x": {}}, {}, {})}, "a.body.inputs.x: has no type"),
    ({"a": body("group", {}, {}, {"x": "y"})}, "a.body.outputs.x: is not written"),
    ({"a": body("group", {}, {"x": 1}, {})}, "a/x: is not an object with a type"),
]


@pytest.mark.parametrize(("nodes", "told"), FAULTS, ids=[told for _, told in FAULTS])
def test_what_has_no_shape_is_told_with_its_place(nodes, told):
    (said,) = refused(document(nodes))
    assert told in said
    assert "\n" not in said


@pytest.mark.parametrize("nodes", [[], None, 1, "x"])
def test_nodes_are_an_object(nodes):
    assert len(refused({"format": "latentwire/1", "nodes": nodes})) == 1


def test_title_and_layout_are_looked_at_too():
    assert refused(document({"a": 1}, title=1, layout=[])) == [
        "title: is not text",
        "layout: is not an object of places by node",
        "a: is not an object with a type",
    ]


def test_bodies_nest_to_a_limit():
    def nested(depth: int) -> dict[str, Any]:
        return {"g": body("group", {}, nested(depth - 1) if depth > 1 else {}, {})}

    assert parse(document(nested(MAX_NESTING)))
    (said,) = refused(document(nested(MAX_NESTING + 1)))
    assert said.endswith("is nested too deep: 16 bodies inside one another are the limit")


def test_all_faults_are_named_at_once():
    nodes = {"a": 1, "b": {"type": "x", "values": 1, "mode": "up"}, "c": {"type": 2}}
    assert [told.split(":")[0] for told in refused(document(nodes))] == [
        "a",
        "b.values",
        "b.mode",
        "c.type",
    ]

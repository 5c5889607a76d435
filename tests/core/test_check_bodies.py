"""What is wrong with a body or inside it is told with the path to it."""

import pytest

from tests.core.workshop import body, entry, problems

N, P = entry("number", value=1.0), entry("picture")

BODY_FAULTS = [
    (
        body("group", {}, {"x": entry("fade", strength=2)}, {}),
        "r/x.strength: is 2.0, outside 0 to 1",
    ),
    (
        body("group", {}, {"g": body("group", {}, {"x": entry("nubmer")}, {})}, {}),
        'r/g/x.type: there is no node type "nubmer", did you mean number?',
    ),
    (
        body("group", {}, {"x": entry("add", {"a": "in.y"})}, {}),
        "r/x.a: comes from in.y, which is no input of this body",
    ),
    (body("group", {"x": "float"}, {}, {}), "r.x: needs a value"),
    (
        body("group", {"x": "flaot"}, {}, {}, x=1),
        'r.body.inputs.x: has the type "flaot", which is none, did you mean float?',
    ),
    (
        body("group", {"x": {"type": "float", "default": "a"}}, {}, {}),
        'r.body.inputs.x: has a default that is "a", it takes a number',
    ),
    (
        body("group", {}, {"n": N}, {"x": "m.float"}),
        'r.body.outputs.x: comes from "m", which is no node here (what is outside a body comes in',
    ),
    (
        body("group", {}, {"n": N}, {"x": "n.y"}),
        'r.body.outputs.x: comes from n, which has no output "y"; there is float',
    ),
    (body("repeat", {}, {}, {}, times=0), "r.times: is 0, outside 1 to 100000"),
    (body("repeat", {}, {}, {}, times=1.5), "r.times: is 1.5, it takes a whole number"),
    (body("for_each", {}, {}, {}), "r.over: is missing: a list of the inputs to go over"),
    (
        body("for_each", {"x": "float"}, {}, {}, over=["y"], x=1),
        'r.over: names "y", which is no input of its body; there is x',
    ),
    (
        body("for_each", {"x": "list[float]"}, {}, {}, over=["x"], x=[1]),
        "r.over: goes over x: write its type as that of one item",
    ),
    (
        body("for_each", {"x": "float"}, {}, {}, over=["x"], x=[1], how="all"),
        'r.how: is "all", it must be one of zip, product',
    ),
    (
        body("for_each", {"x": "float"}, {"f": entry("fade", {"strength": "in.x"})}, {})
        | {"values": {"over": ["x"], "x": [0.5, 7]}},
        "r/f.strength: is 7.0, outside 0 to 1",
    ),
    (
        body("repeat", {"x": "float"}, {"p": P}, {"x": "p.image"}, x=1),
        "r.body.outputs.x: is fed back into the input of the same name, which takes float, the",
    ),
    (
        body(
            "repeat",
            {"x": {"type": "float", "optional": True}},
            {"a": entry("add", {"a": "in.x"})},
            {"x": "a.float"},
        ),
        "r/a.a: comes from in.x, which is empty in the first turn",
    ),
]


@pytest.mark.parametrize(("node", "told"), BODY_FAULTS, ids=[told for _, told in BODY_FAULTS])
def test_a_fault_in_a_body_is_told_with_its_path(node, told):
    (said,) = problems({"r": node})
    assert said.startswith(told)

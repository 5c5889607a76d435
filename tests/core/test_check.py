"""Everything wrong with a workflow is found before it runs, with node, port and a way out."""

import pytest

from nodes.core.check import check, examine
from nodes.core.problem import Fix, Problem, Problems
from nodes.core.workflow import parse
from tests.core.small import CATALOGUE
from tests.core.workshop import Bench, body, document, entry, planned, problems, run

N = entry("number", value=1.0)
P = entry("picture")

FAULTS = [
    (
        {"a": entry("nubmer")},
        'a.type: there is no node type "nubmer", did you mean number?',
    ),
    ({"a": entry("grop")}, 'a.type: there is no node type "grop", did you mean group?'),
    ({"a": entry("number", valeu=1)}, "a.valeu: there is no such input, did you mean value?"),
    ({"n": N, "a": entry("add", {"a": "n.float", "x": "n.float"})}, "a.x: there is no such input"),
    ({"n": N, "a": entry("number", {"x": "n.float"})}, "a.x: there is no such input"),
    ({"a": entry("add")}, "a.a: needs a value"),
    ({"a": entry("blur")}, "a.image: needs a wire that brings Image"),
    ({"a": entry("add", a=None)}, "a.a: is null, it needs a value"),
    ({"a": entry("picture", width=65)}, "a.width: is 65, outside 1 to 64"),
    ({"a": entry("picture", width=0)}, "a.width: is 0, outside 1 to 64"),
    ({"a": entry("picture", width=True)}, "a.width: is true, it takes a whole number"),
    ({"a": entry("picture", width="8")}, 'a.width: is "8", it takes a whole number'),
    ({"a": entry("picture", width=1.5)}, "a.width: is 1.5, it takes a whole number"),
    ({"a": entry("picture", width=1e300)}, "a.width: is 1e+300, it takes a whole number"),
    ({"a": entry("picture", width=[8])}, "a.width: is a list, it takes a whole number"),
    ({"a": entry("number", value="1")}, 'a.value: is "1", it takes a number'),
    ({"a": entry("number", value=float("nan"))}, "a.value: is nan, it takes a number that is"),
    ({"a": entry("words", text=1)}, "a.text: is 1, it takes text"),
    ({"a": entry("words", text={})}, "a.text: is an object, it takes text"),
    ({"a": entry("words", how="wide")}, 'a.how: is "wide", it must be one of plain, loud'),
    ({"a": entry("bend", curve="x")}, 'a.curve: is "x", a curve is points from 0 to 1'),
    ({"a": entry("blur", image="x")}, "a.image: takes Image by a wire, not a value"),
    ({"a": entry("read_file", file="gone.png")}, "a.file: there is no image gone.png"),
    ({"a": entry("read_file", file="")}, "a.file: is empty, it names a file"),
    ({"a": entry("read_file", file="../x")}, 'a.file: is "../x", a name may not leave its folder'),
    (
        {"nums": N, "a": entry("add", {"a": "nmus.float"})},
        'a.a: comes from "nmus", which is no node here, did you mean nums?',
    ),
    (
        {"n": N, "a": entry("add", {"a": "n.flaot"})},
        'a.a: comes from n, which has no output "flaot", did you mean float?',
    ),
    ({"a": entry("add", {"a": "in.x"})}, "a.a: comes from `in`, which is there inside a body only"),
    (
        {"p": P, "a": entry("add", {"a": "p.image"})},
        "a.a: takes float, the wire brings Image (from p.image)",
    ),
    (
        {"n": N, "a": entry("picture", {"width": "n.float"})},
        "a.width: takes int, the wire brings float (from n.float)",
    ),
    ({"n": N, "a": entry("add", {"a": ["n.float", "n.float"]})}, "a.a: takes one wire, it has 2"),
    (
        {"a": {"type": "number", "version": 2}},
        "a.version: is version 2 of number, this Latentwire has version 1: update to run it",
    ),
    ({"a": entry("dim", loud=1)}, "a.version: cannot be brought from version 1 to 2 (KeyError"),
    (
        {
            "a": entry("picture", width=4),
            "b": entry("picture", width=8),
            "c": entry("join", {"a": "a.image", "b": "b.image"}),
        },
        "c.b: is 8 wide, a is 4",
    ),
    (
        {"n": entry("number", value=1.5), "a": entry("fade", {"strength": "n.float"})},
        "a.strength: is 1.5, outside 0 to 1",
    ),
    (
        {"f": body("for_each", {"x": "float"}, {}, {"x": "in.x"}, x=[1], over=["x"])}
        | {"a": entry("add", {"a": "f.x"})},
        "a.a: takes one float, the wire brings a list of them: put this node into that for_each",
    ),
]


@pytest.mark.parametrize(("nodes", "told"), FAULTS, ids=[told for _, told in FAULTS])
def test_a_fault_is_told_with_its_place(nodes, told):
    (said,) = problems(nodes)
    assert said.startswith(told)


def test_a_loop_is_named_in_the_order_of_its_wires():
    nodes = {
        "a": entry("add", {"a": "c.float"}),
        "b": entry("add", {"a": "a.float"}),
        "c": entry("add", {"a": "b.float"}),
    }
    (told,) = problems(nodes)
    assert "is part of a loop: " in told
    assert any(f"{x} → {y} → {z} → {x}." in told for x, y, z in ("abc", "bca", "cab"))
    (told,) = problems({"a": entry("add", {"a": "a.float"})})
    assert told.startswith("a: is part of a loop: a → a.")


def test_a_loop_of_thousands_is_named_in_a_sentence():
    nodes = {f"n{i}": entry("add", {"a": f"n{i - 1}.float"}) for i in range(1, 5000)}
    (told,) = problems(nodes | {"n0": entry("add", {"a": "n4999.float"})})
    assert "…" in told and len(told) < 300


def test_a_loop_hides_no_other_fault():
    nodes = {"a": entry("add", {"a": "a.float"}), "b": entry("nubmer"), "c": entry("fade")}
    assert [told.split(":")[0] for told in problems(nodes)] == ["a", "b.type", "c.strength"]


def test_all_faults_are_told_at_once_and_none_twice():
    nodes = {
        "a": entry("nubmer"),
        "b": entry("add", {"a": "a.float"}, b="x"),
        "c": entry("fade", {"a": "b.int"}, strength=3, more=1),
        "d": entry("join", {"a": "c.float"}),
        "r": body("group", {}, {"x": entry("nubmer"), "y": entry("fade")}, {"z": "w.x"}),
    }
    assert [told.split(":")[0] for told in problems(nodes)] == [
        "a.type",
        "b.b",
        "c.a",
        "c.more",
        "c.strength",
        "d.a",
        "d.b",
        "r/x.type",
        "r/y.strength",
        "r.body.outputs.z",
    ]
    with pytest.raises(Problems) as caught:
        check(parse(document(nodes)), CATALOGUE, Bench())
    assert len(caught.value.problems) == 10
    assert "a.type: there is no node type" in str(caught.value)


def test_a_muted_node_with_faults_stops_nothing():
    nodes = {
        "a": entry("nubmer", {"x": "gone.float", "y": "b.float"}, z=1) | {"mode": "mute"},
        "b": entry("total", {"items": ["a.float"]}) | {"mode": "mute"},
        "s": entry("save", a=1.0),
    }
    assert problems(nodes) == []
    assert run(nodes).fresh == ["s"]


def test_a_whole_number_fits_where_a_number_goes_and_two_is_two_point_zero():
    nodes = {"w": entry("whole", value=2.0), "a": entry("add", {"a": "w.int"}, b=3)}
    ran = run(nodes, "a")
    assert ran["a.float"] == 5.0
    assert planned(nodes).steps["w"].constants == {"value": 2}


def test_a_port_of_many_takes_wires_and_literals():
    nodes = {
        "n": N,
        "a": entry("total", {"items": ["n.float", "n.float"]}),
        "b": entry("total", {"items": "n.float"}),
    }
    ran = run(nodes, "a", "b")
    assert (ran["a.float"], ran["b.float"]) == (2.0, 1.0)


def test_a_wire_beats_a_value():
    nodes = {"n": N, "a": entry("add", {"a": "n.float"}, a="whatever")}
    assert run(nodes, "a")["a.float"] == 2.0


def test_an_array_without_wires_is_no_wire():
    assert problems({"a": entry("add", {"a": []})}) == ["a.a: needs a value"]


def test_old_values_are_migrated_before_they_are_checked():
    assert run({"a": entry("dim", level=50)}, "a")["a.float"] == 0.5
    assert run({"a": entry("dim", amount=0.25) | {"version": 2}}, "a")["a.float"] == 0.25
    assert problems({"a": entry("dim", level=500)}) == ["a.amount: is 5.0, outside 0 to 1"]


def test_what_is_right_comes_with_what_is_wrong():
    nodes = {"p": entry("picture", width=16), "a": entry("nubmer")}
    plan, found = examine(parse(document(nodes)), CATALOGUE, Bench())
    assert list(plan.steps) == ["p"] and len(found) == 1


def test_thousands_of_faults_are_told_in_no_time():
    nodes = {f"n{i}": entry("add", {"a": f"m{i}.float"}) for i in range(3000)}
    assert len(problems(nodes)) == 3000


@pytest.mark.parametrize(
    ("wrong", "fix"),
    [
        (entry("picture", width=65), Fix("Use 64", {"a.width": 64})),
        (entry("picture", width=-3), Fix("Use 1", {"a.width": 1})),
        (entry("words", how="Plian"), Fix("Use plain", {"a.how": "plain"})),
        (entry("words", how="wide"), None),
        (entry("picture", width="8"), None),
    ],
)
def test_a_value_that_is_not_taken_comes_with_the_nearest_that_is(wrong, fix):
    (problem,) = examine(parse(document({"a": wrong})), CATALOGUE, Bench())[1]
    assert problem.fix == fix


def test_a_fix_names_the_node_wherever_the_problem_was_found():
    found = Problem("is no schedule", "schedule", fix=Fix("Use it", {"schedule": "model"}))
    assert found.at("sample").fix == Fix("Use it", {"sample.schedule": "model"})
    assert found.at("sample").inside("loop").fix == Fix("Use it", {"loop/sample.schedule": "model"})

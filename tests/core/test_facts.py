"""What wires will carry is known before anything runs, and what does not fit is refused then."""

from typing import Any

from nodes.core.facts import ImageFacts, LatentFacts, common, disagreements, unknown
from nodes.core.infer import Many
from nodes.core.types import measured
from nodes.core.workflow import Source
from tests.core.workshop import body, entry, planned, problems, run

P = entry("picture", width=16, height=8)
FACTS = ImageFacts(16, 8, 1)


def facts(nodes: dict[str, Any], source: str) -> Any:
    node, output = source.split(".")
    return planned(nodes).facts.get(Source(node, output))


def test_a_rule_knows_what_a_run_then_measures():
    nodes = {"p": P, "b": entry("blur", {"image": "p.image"})}
    assert facts(nodes, "p.image") == facts(nodes, "b.image") == FACTS
    assert measured(run(nodes, "b")["b.image"]) == FACTS


def test_by_default_an_output_has_what_the_inputs_of_its_type_share():
    assert common(FACTS, ImageFacts(16, 9, 1)) == ImageFacts(16, None, 1)
    assert common(FACTS, LatentFacts()) is None and common(1, 2) is None


def test_the_unknown_refuses_nothing():
    nodes = {
        "m": entry("whole", value=9),
        "p": entry("picture", {"width": "m.int"}),
        "q": P,
        "j": entry("join", {"a": "p.image", "b": "q.image"}),
    }
    assert facts(nodes, "p.image") == ImageFacts(None, 8, 1)
    assert unknown("Image") == ImageFacts() and unknown("float") is None


def test_plain_values_are_known_where_a_rule_says_so():
    nodes = {"n": entry("number", value=0.5), "m": entry("measure", value=9.0)}
    assert facts(nodes, "n.float") == 0.5 and facts(nodes, "m.float") is None
    nodes["f"] = entry("fade", {"strength": "m.float"})
    assert problems(nodes) == []
    nodes["f"] = entry("fade", {"strength": "n.float", "a": "m.float"})
    assert problems(nodes) == []


def test_facts_go_into_bodies_and_out_of_them():
    inside = {"b": entry("blur", {"image": "in.image"})}
    nodes = {"p": P, "g": body("group", {"image": "Image"}, inside, {"o": "b.image"})}
    nodes["g"]["wires"] = {"image": "p.image"}
    assert facts(nodes, "g.o") == FACTS
    inner = planned(nodes).steps["g"].body
    assert inner and inner.facts[Source("b", "image")] == FACTS


def test_a_refusal_in_a_body_names_its_path():
    inside = {"q": entry("picture"), "j": entry("join", {"a": "in.image", "b": "q.image"})}
    nodes = {"p": P, "g": body("group", {"image": "Image"}, inside, {})}
    nodes["g"]["wires"] = {"image": "p.image"}
    assert problems(nodes) == ["g/j.b: is 8 wide, a is 16"]


def test_a_known_value_is_held_to_bounds_in_a_body_too():
    inside = {"f": entry("fade", {"strength": "in.x"})}
    nodes = {
        "n": entry("number", value=3),
        "g": body("group", {"x": "float"}, inside, {}, {"x": "n.float"}),
    }
    assert problems(nodes) == ["g/f.strength: is 3.0, outside 0 to 1"]


def rotated(start: dict[str, Any], back: dict[str, str], times: int) -> dict[str, Any]:
    inputs = dict.fromkeys("abc", "int") | {}
    inside = {"p": entry("picture", {"width": "in.a"})}
    outputs = {name: f"in.{source}" for name, source in back.items()} | {"p": "p.image"}
    return {"r": body("repeat", inputs, inside, outputs, times=times, **start)}


def test_what_changes_between_turns_is_unknown_however_far_round_it_comes():
    start = {"a": 8, "b": 8, "c": 16}
    same = {"a": "a", "b": "b", "c": "c"}
    assert facts(rotated(start, same, 5), "r.p") == ImageFacts(8, 8, 1)
    around = {"a": "b", "b": "c", "c": "c"}
    assert facts(rotated(start, around, 5), "r.p") == ImageFacts(None, 8, 1)
    assert facts(rotated(start, around, 1), "r.p") == ImageFacts(8, 8, 1)


def sweep(widths: list[int]) -> dict[str, Any]:
    inside = {"p": entry("picture", {"width": "in.w"})}
    return {"f": body("for_each", {"w": "int"}, inside, {"o": "p.image"}, w=widths, over=["w"])}


def test_a_sweep_knows_what_all_its_turns_share_and_how_many_they_are():
    assert facts(sweep([8, 8]), "f.o") == Many(ImageFacts(8, 8, 1), 2)
    assert facts(sweep([8, 16, 32]), "f.o") == Many(ImageFacts(None, 8, 1), 3)


def test_a_sweep_is_refused_for_any_turn_that_does_not_fit():
    assert problems(sweep([8, 16, 99])) == ["f/p.width: is 99, outside 1 to 64"]


def test_a_prediction_that_did_not_come_true_is_named():
    assert disagreements(ImageFacts(8, None, 1), ImageFacts(8, 8, 2)) == {"batch": (1, 2)}
    assert disagreements(None, 5) == {} and disagreements(4, 5) == {"value": (4, 5)}


def test_measured_facts_hold_no_pictures():
    image = run({"p": P}, "p")["p.image"]
    assert measured([image, 2]) == [FACTS, 2]
    assert measured(object()) is None

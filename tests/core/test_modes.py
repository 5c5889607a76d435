"""Mute and bypass: for every mode, kind of input and place, what runs and what is said."""

from typing import Any

import pytest

from nodes.core.problem import Problem
from tests.core.workshop import body, entry, problems, run

SOURCE = entry("measure", value=5.0)
PASSES = entry("slow", {"a": "source.float"}, steps=1)

# how the middle node feeds the one after it, that node, and what it gives
# where its input is there (5.0), and where it is not (None: it does not run)
INPUTS = {
    "required": (entry("add", {"a": "middle.float"}), 6.0, None),
    "optional": (entry("fade", {"a": "middle.float"}, strength=0.5), 2.5, 0.5),
    "with a default": (entry("add", {"b": "middle.float"}, a=1.0), 6.0, 2.0),
    "with a value beneath": (entry("add", {"b": "middle.float"}, a=1.0, b=7.0), 6.0, 8.0),
    "one of many": (entry("total", {"items": ["middle.float", "source.float"]}), 10.0, 5.0),
    "all of many": (entry("total", {"items": ["middle.float"]}), 5.0, None),
}
MODES = ("normal", "mute", "bypass with a wire", "bypass without one")


def chain(mode: str, after: dict[str, Any]) -> dict[str, Any]:
    middle = entry("slow", a=5.0, steps=1) if mode == "bypass without one" else dict(PASSES)
    if mode != "normal":
        middle["mode"] = mode.split()[0]
    return {"source": SOURCE, "middle": middle, "after": after}


def placed(place: str, nodes: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The chain at the top, saved by an effect, or in a body, and the path of its nodes."""
    if place == "top":
        end = entry("total", {"items": ["after.float"], "start": "source.float"})
        return nodes | {"end": end}, ""
    if place == "effect":
        return nodes | {"other": entry("save", {"a": "source.float"})} | {
            "end": entry("save", {"a": "after.float"})
        }, ""
    return {"r": body("group", {}, nodes, {"out": "after.float", "always": "source.float"})}, "r/"


@pytest.mark.parametrize("place", ["top", "effect", "body"])
@pytest.mark.parametrize("kind", INPUTS)
@pytest.mark.parametrize("mode", MODES)
def test_modes(mode, kind, place):
    after, given, missing = INPUTS[kind]
    nodes, path = placed(place, chain(mode, after))
    there = mode in ("normal", "bypass with a wire")
    expected = given if there else missing
    if place == "body":
        nodes["always"] = entry("add", {"a": "r.always"})
        nodes["end"] = entry("add", {"a": "r.out"})
        targets = ["always", *(["end"] if expected is not None else [])]
    elif place == "effect":
        targets = []
    else:
        targets = ["source", *(["end"] if expected is not None else [])]
    assert problems(nodes) == []
    ran = run(nodes, *targets)

    runs = {name.removeprefix(path) for name in ran.fresh}
    assert ("middle" in runs) == (mode == "normal")
    assert ("after" in runs) == ("end" in runs) == (expected is not None)
    if expected is not None:
        shown = next(end.facts for end in ran.ends if end.node == f"{path}after")
        assert shown == {"float": expected}
        assert ran.notices == {}
    else:
        reason = "is muted" if mode == "mute" else "passes no float on"
        because = next(iter(after["wires"]))
        assert ran.notices == {
            f"{path}after": f"does not run: its {because} comes from middle, which {reason}",
            "end": ran.notices["end"],
        }
        assert ran.notices["end"].startswith("does not run: its ")


def test_a_muted_effect_does_not_run():
    nodes = {"n": SOURCE, "a": entry("save", {"a": "n.float"}), "b": entry("save", a=1.0)}
    nodes["a"] = nodes["a"] | {"mode": "mute"}
    ran = run(nodes)
    assert ran.fresh == ["b"] and ran.notices == {}


def test_bypass_passes_the_first_connected_input_of_the_same_type():
    nodes = {
        "p": entry("picture", width=4),
        "q": entry("picture", width=16),
        "j": entry("join", {"b": "q.image"}) | {"mode": "bypass"},
        "a": entry("blur", {"image": "j.image"}),
        "k": entry("join", {"b": "q.image", "a": "p.image"}) | {"mode": "bypass"},
        "b": entry("blur", {"image": "k.image"}),
    }
    ran = run(nodes, "a", "b")
    assert ran["a.image"].facts.width == 16
    assert ran["b.image"].facts.width == 4
    assert set(ran.fresh) == {"p", "q", "a", "b"}


def test_bypass_passes_a_list_on_only_where_a_list_is_taken():
    each = body("for_each", {"x": "float"}, {}, {"y": "in.x"}, over=["x"], x=[1.0, 2.0])
    nodes = {
        "f": each,
        "t": entry("total", {"items": ["f.y"]}) | {"mode": "bypass"},
        "a": entry("fade", {"a": "t.float"}, strength=1.0),
    }
    assert run(nodes, "a")["a.float"] == 1.0


@pytest.mark.parametrize("type", ["group", "repeat", "for_each"])
def test_a_body_can_be_bypassed(type):
    inside = {"s": entry("add", {"a": "in.x", "b": "in.y"})}
    values = {"over": ["y"], "y": [1.0]} if type == "for_each" else {"y": 1.0}
    node = body(type, {"x": "float", "y": "float"}, inside, {"out": "s.float"}, {"x": "n.float"})
    node |= {"values": values, "mode": "bypass"}
    nodes = {"n": SOURCE, "r": node, "t": entry("total", {"items": ["r.out"]})}
    ran = run(nodes, "t")
    assert ran["t.float"] == 5.0 and ran.fresh == ["n", "t"]


def test_a_muted_body_is_off_with_all_that_is_in_it():
    node = body("group", {}, {"s": entry("save", a=1.0)}, {}) | {"mode": "mute"}
    ran = run({"r": node, "n": SOURCE}, "n")
    assert ran.fresh == ["n"] and ran.notices == {}


def test_a_chain_of_bypassed_nodes_passes_on():
    nodes = {"n0": SOURCE}
    for i in range(1, 2000):
        nodes[f"n{i}"] = entry("slow", {"a": f"n{i - 1}.float"}) | {"mode": "bypass"}
    ran = run(nodes | {"end": entry("add", {"a": "n1999.float"})}, "end")
    assert ran["end.float"] == 6.0 and ran.fresh == ["n0", "end"]


def test_a_bypassed_node_that_passes_nothing_on_is_named_where_nothing_is_left_to_run():
    nodes = {"n": entry("number"), "s": entry("save", {"a": "n.float"}) | {"mode": "bypass"}}
    with pytest.raises(Problem, match="s is bypassed"):
        run(nodes)

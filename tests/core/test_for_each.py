"""A for_each goes over lists, collects what comes out, and reuses the items it knows."""

from typing import Any

import pytest

from nodes.core.cache import Cache
from nodes.core.problem import Problem
from tests.core.workshop import body, entry, problems, run

ADD = {"s": entry("add", {"a": "in.x", "b": "in.y"})}


def sweep(values: list[float], how: str = "zip", **more: Any) -> dict[str, Any]:
    return body(
        "for_each",
        {"x": "float", "y": "float"},
        ADD,
        {"out": "s.float"},
        x=values,
        over=["x", *more],
        how=how,
        **({"y": 10.0} | more),
    )


def test_for_each_goes_over_a_list_and_collects():
    assert run({"f": sweep([1.0, 2.0])}, "f")["f.out"] == [11.0, 12.0]
    assert run({"f": sweep([1.0, 2.0], y=[3.0, 4.0])}, "f")["f.out"] == [4.0, 6.0]
    assert run({"f": sweep([1.0, 2.0], "product", y=[3.0, 4.0])}, "f")["f.out"] == [4, 5, 5, 6]


def test_for_each_goes_over_wires_and_lists_that_come_by_one():
    wired = body(
        "for_each", {"x": "float", "y": "float"}, ADD, {"out": "s.float"}, y=1.0, over=["x"]
    )
    nodes = {
        "a": entry("measure", value=1.0),
        "b": entry("measure", value=2.0),
        "f": wired | {"wires": {"x": ["a.float", "b.float"]}},
        "g": wired | {"wires": {"x": ["f.out", "a.float"]}},
    }
    ran = run(nodes, "f", "g")
    assert (ran["f.out"], ran["g.out"]) == ([2.0, 3.0], [3.0, 4.0, 2.0])


def test_one_item_more_reuses_the_others():
    cache = Cache()
    run({"f": sweep([1.0, 2.0])}, "f", cache=cache)
    again = run({"f": sweep([3.0, 1.0, 2.0])}, "f", cache=cache)
    assert again["f.out"] == [13.0, 11.0, 12.0] and again.calls.count("add") == 1


def test_one_wire_more_reuses_the_others():
    def nodes(*wires: str) -> dict[str, Any]:
        numbers = {name: entry("measure", value=float(ord(name))) for name in "abc"}
        wired = {"wires": {"x": [f"{name}.float" for name in wires]}}
        inside = body(
            "for_each", {"x": "float", "y": "float"}, ADD, {"out": "s.float"}, y=1, over=["x"]
        )
        return numbers | {"f": inside | wired}

    cache = Cache()
    run(nodes(*"ab"), "f", cache=cache)
    assert run(nodes(*"cab"), "f", cache=cache).calls.count("add") == 1


def test_what_does_not_hang_on_the_items_runs_once():
    inside = {
        "m": entry("measure"),
        "d": entry("dice"),
        "s": entry("add", {"a": "m.float", "b": "in.x"}),
    }
    inside["t"] = entry("add", {"a": "s.float", "b": "d.float"})
    nodes = {
        "f": body("for_each", {"x": "float"}, inside, {"o": "t.float"}, x=[1, 2, 3], over=["x"])
    }
    ran = run(nodes, "f", cache=Cache(0))
    assert ran.calls.count("measure") == 1 and ran.calls.count("dice") == 3


def test_lists_side_by_side_are_equally_long():
    told = (
        "f.over: goes over lists side by side, but x has 2, y has 1: "
        "make them equally long, or set how to product"
    )
    assert problems({"f": sweep([1.0, 2.0], y=[3.0])}) == [told]
    wired = sweep([1.0, 2.0], y=[3.0]) | {"wires": {"how": "w.str"}}
    with pytest.raises(Problem) as caught:
        run({"w": entry("words", text="zip"), "f": wired}, "f")
    assert str(caught.value) == told


def test_turns_have_a_limit():
    many = [1.0] * 1000
    assert problems({"f": sweep(many, "product", y=many)}) == [
        "f.over: takes 1000000 turns, 100000 is the limit"
    ]


def test_an_empty_list_gives_an_empty_list():
    ran = run({"f": sweep([]), "t": entry("total", {"items": ["f.out"]})}, "t")
    assert ran["t.float"] == 0.0


def test_a_sweep_in_a_sweep_gives_one_flat_list():
    inner = sweep([1.0, 2.0]) | {"wires": {"y": "in.z"}}
    nodes = {
        "f": body("for_each", {"z": "float"}, {"g": inner}, {"o": "g.out"}, z=[10, 20], over=["z"])
    }
    nodes["t"] = entry("total", {"items": ["f.o"]})
    ran = run(nodes, "f", "t")
    assert ran["f.o"] == [11.0, 12.0, 21.0, 22.0] and ran["t.float"] == 66.0


def test_one_sweep_feeds_another():
    nodes = {"f": sweep([1.0, 2.0]), "g": sweep([0.0]) | {"wires": {"x": "f.out"}}}
    assert run(nodes, "g").ends[-1].facts == {"out": [21.0, 22.0]}

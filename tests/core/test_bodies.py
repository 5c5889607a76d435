"""Groups run once, repeats feed their outputs back, and bodies nest."""

from typing import Any

import pytest

from nodes.core.cache import Cache
from nodes.core.events import NodeFinished
from nodes.core.problem import Problem
from tests.core.workshop import Bench, body, entry, problems, run

ADD = {"s": entry("add", {"a": "in.x", "b": "in.y"})}


def count(times: Any, start: float = 0.0) -> dict[str, Any]:
    """A repeat that adds a measured number in every turn."""
    nodes = {"m": entry("measure", value=2.0), "s": entry("add", {"a": "in.x", "b": "m.float"})}
    return body("repeat", {"x": "float"}, nodes, {"x": "s.float"}, x=start, times=times)


def test_a_group_runs_once_and_its_nodes_report_under_its_path():
    ran = run(
        {"g": body("group", {"x": "float", "y": "float"}, ADD, {"o": "s.float"}, x=1, y=2)}, "g"
    )
    assert ran["g.o"] == 3.0
    assert ran.started == ["g", "g/s"] and ran.fresh == ["g/s", "g"]


def test_work_in_a_group_and_the_same_work_outside_is_done_once():
    nodes = {
        "n": entry("measure"),
        "a": entry("add", {"a": "n.float"}),
        "g": body("group", {"x": "float"}, {"b": entry("add", {"a": "in.x"})}, {"o": "b.float"})
        | {"wires": {"x": "n.float"}},
        "t": entry("total", {"items": ["a.float", "g.o"]}),
    }
    ran = run(nodes, "t")
    assert ran.calls.count("add") == 1 and ran.reused == ["g/b"]


def test_the_index_of_a_group_is_zero():
    nodes = {"g": body("group", {}, {"a": entry("add", {"a": "in.index"})}, {"o": "a.float"})}
    assert run(nodes, "g")["g.o"] == 1.0


def test_a_repeat_feeds_its_outputs_back():
    assert run({"r": count(5)}, "r")["r.x"] == 10.0


def test_what_does_not_change_between_turns_runs_once_whatever_the_cache_holds():
    for budget in (0, 2**20):
        ran = run({"r": count(5)}, "r", cache=Cache(budget))
        assert ran.calls.count("measure") == 1 and ran.calls.count("add") == 5
        assert ran.finished.count("r/m") == 1


def test_every_turn_says_which_it_is():
    ran = run({"r": count(3)}, "r")
    turns = [e.iteration for e in ran.events if isinstance(e, NodeFinished) and e.node == "r/s"]
    assert turns == [0, 1, 2]


def test_turns_of_a_repeat_are_not_kept_but_its_end_is():
    cache = Cache()
    run({"r": count(5)}, "r", cache=cache)
    assert run({"r": count(5)}, "r", cache=cache).reused == ["r"]
    longer = run({"r": count(6)}, "r", cache=cache)
    assert longer.calls.count("add") == 6 and "r/m" in longer.reused


def test_times_may_come_by_wire_and_is_held_to_its_bounds():
    nodes = {"n": entry("whole", value=4), "r": count(1) | {"wires": {"times": "n.int"}}}
    assert run(nodes, "r")["r.x"] == 8.0
    nodes["n"] = entry("whole", value=0)
    with pytest.raises(Problem, match="is 0, outside 1 to 100000"):
        run(nodes, "r")


def test_a_fed_back_input_may_start_empty_and_indexes_count_from_zero():
    inside = {
        "f": entry("fade", {"a": "in.state"}, strength=0.5),
        "s": entry("add", {"a": "f.float", "b": "in.index"}),
    }
    state = {"state": {"type": "float", "optional": True}}
    nodes = {"r": body("repeat", state, inside, {"state": "s.float"}, times=3)}
    assert run(nodes, "r")["r.state"] == ((1 * 0.5 + 0) * 0.5 + 1) * 0.5 + 2


def test_what_hangs_on_the_index_alone_is_another_in_every_turn():
    nodes = {"r": body("repeat", {}, {"a": entry("add", {"a": "in.index"})}, {"y": "a.float"})}
    nodes["r"]["values"] = {"times": 3}
    assert run(nodes, "r")["r.y"] == 3.0


def test_an_output_that_is_off_is_not_fed_back():
    inside = {"s": entry("add", {"a": "in.x"}) | {"mode": "mute"}, "t": entry("add", {"a": "in.x"})}
    outputs = {"x": "s.float", "y": "t.float"}
    nodes = {"r": body("repeat", {"x": "float"}, inside, outputs, x=1, times=3)}
    assert run(nodes, "r")["r.y"] == 2.0


def test_bodies_nest():
    """A repeat in a for_each in a group, fed from outside."""
    loop = count(1) | {"wires": {"x": "in.start", "times": "in.times"}}
    each = body(
        "for_each",
        {"start": "float", "times": "int"},
        {"r": loop},
        {"o": "r.x"},
        start=[0, 100],
        over=["start"],
    ) | {"wires": {"times": "in.times"}}
    nodes = {
        "n": entry("whole", value=3),
        "g": body("group", {"times": "int"}, {"f": each}, {"o": "f.o"}, {"times": "n.int"}),
    }
    ran = run(nodes, "g")
    assert ran["g.o"] == [6.0, 106.0]
    assert ran.calls.count("measure") == 1
    assert "g/f/r/s" in ran.fresh


def test_a_repeat_in_a_repeat_keeps_its_turns_apart():
    inner = count(2) | {"wires": {"x": "in.x"}}
    nodes = {"r": body("repeat", {"x": "float"}, {"q": inner}, {"x": "q.x"}, x=0, times=3)}
    assert run(nodes, "r")["r.x"] == 12.0


def test_effects_in_bodies_are_targets_and_their_files_are_reused():
    inside = {"s": entry("save", {"a": "in.x"})}
    nodes = {"f": body("for_each", {"x": "float"}, inside, {}, x=[1, 2], over=["x"])}
    cache, host = Cache(), Bench()
    ran = run(nodes, cache=cache, host=host)
    assert list(host.written.values()) == [b"1.0", b"2.0"]
    assert [asset.node for asset in ran.run.assets] == ["f/s", "f/s"]
    again = run(nodes, cache=cache, host=host)
    assert again.reused == ["f"] and len(again.run.assets) == 2
    host.written.popitem()
    again = run(nodes, cache=cache, host=host)
    assert again.fresh == ["f/s", "f"] and len(host.written) == 2


def test_bodies_nested_beyond_the_limit_are_refused():
    nodes: dict[str, Any] = {"a": entry("number")}
    for _ in range(16):
        nodes = {"g": body("group", {}, nodes, {})}
    assert problems(nodes) == []

"""A run works out each node once, only what is needed, and reuses what did not change."""

from typing import Any

import pytest

from nodes.core import Context, node
from nodes.core.cache import Cache
from nodes.core.check import check
from nodes.core.events import NodeFinished, NodeProgress, NodeStarted
from nodes.core.problem import Problem
from nodes.core.run import Run
from nodes.core.workflow import parse
from tests.core.small import CATALOGUE
from tests.core.workshop import Bench, Ran, body, document, entry, planned, run

DIAMOND = {
    "n": entry("measure", value=1.0),
    "a": entry("add", {"a": "n.float"}),
    "b": entry("add", {"a": "n.float"}, b=2.0),
    "c": entry("add", {"a": "a.float", "b": "b.float"}),
    "save": entry("save", {"a": "c.float"}),
    "aside": entry("add", {"a": "n.float"}, b=9.0),
}


def run_of(nodes: dict[str, Any], *extra: Any, host: Bench | None = None) -> Run:
    """A run whose catalogue has some more nodes."""
    catalogue = CATALOGUE | {n.type: n for n in (one.definition() for one in extra)}
    host = host or Bench()
    return Run(check(parse(document(nodes)), catalogue, host), host, Cache(), ["x"])


def failure(running: Run) -> Problem:
    with pytest.raises(Problem) as caught:
        list(running.events())
    return caught.value


def test_each_needed_node_runs_once_and_no_other():
    ran = run(DIAMOND)
    assert sorted(ran.fresh) == ["a", "b", "c", "n", "save"]
    assert ran.started == ran.fresh
    assert ran.calls.count("measure") == 1


def test_one_branch_is_finished_before_the_next_begins():
    nodes = {}
    for name in "ab":
        nodes[f"{name}1"] = entry("measure", value=1.0 if name == "a" else 2.0)
    for name in "ab":
        nodes[f"{name}2"] = entry("save", {"a": f"{name}1.float"})
    assert run(nodes).fresh == ["a1", "a2", "b1", "b2"]


def test_run_to_here_works_out_what_was_asked_for():
    assert sorted(run(DIAMOND, "a").fresh) == ["a", "n"]


@pytest.mark.parametrize(
    ("nodes", "targets", "told"),
    [
        ({}, None, "nothing to run: no node here saves or shows anything"),
        ({"n": entry("number")}, None, "nothing to run: no node here saves or shows anything"),
        (
            {"s": entry("save", a=1.0) | {"mode": "mute"}},
            None,
            "nothing to run: no node that saves or shows anything is on (s is muted)",
        ),
        (DIAMOND, ["save", "sove"], "sove: there is no such node that runs, did you mean save?"),
        ({"s": entry("save", a=1.0) | {"mode": "mute"}}, ["s"], "s: is muted"),
        (
            {
                "n": entry("measure") | {"mode": "mute"},
                "s": entry("save", {"a": "n.float"}),
            },
            ["s"],
            "s: does not run: its a comes from n, which is muted",
        ),
    ],
)
def test_where_there_is_nothing_to_run_it_says_why(nodes, targets, told):
    host = Bench()
    with pytest.raises(Problem) as caught:
        Run(planned(nodes, host), host, Cache(), targets)
    assert str(caught.value).startswith(told)


def test_what_did_not_change_is_reused_and_named():
    cache, host = Cache(), Bench()
    run(DIAMOND, cache=cache, host=host)
    again = run(DIAMOND, cache=cache, host=host)
    assert again.fresh == [] and again.calls == []
    assert sorted(again.reused) == ["a", "b", "c", "n", "save"]
    assert len(host.written) == 1


def test_a_change_runs_what_hangs_on_it_and_nothing_else():
    cache, host = Cache(), Bench()
    run(DIAMOND, cache=cache, host=host)
    changed = DIAMOND | {"b": entry("add", {"a": "n.float"}, b=3.0)}
    again = run(changed, cache=cache, host=host)
    assert again.fresh == ["b", "c", "save"]
    assert sorted(again.reused) == ["a", "n"]


def test_the_forecast_is_what_a_run_then_does():
    cache, host = Cache(), Bench()
    plan = planned(DIAMOND, host)
    assert sorted(Run(plan, host, cache).forecast()) == ["a", "b", "c", "n", "save"]
    run(DIAMOND, cache=cache, host=host)
    assert Run(plan, host, cache).forecast() == []
    changed = DIAMOND | {"b": entry("add", {"a": "n.float"}, b=3.0)}
    assert Run(planned(changed, host), host, cache).forecast() == ["b", "c", "save"]


def test_what_is_not_exact_is_never_reused_nor_what_hangs_on_it():
    nodes = {
        "d": entry("dice"),
        "a": entry("add", {"a": "d.float"}),
        "g": body("group", {}, {"d": entry("dice")}, {"x": "d.float"}),
        "s": entry("total", {"items": ["a.float", "g.x"]}),
    }
    cache = Cache()
    run(nodes, "s", cache=cache)
    assert run(nodes, "s", cache=cache).calls.count("dice") == 2


def test_a_deleted_file_is_written_again_and_a_kept_one_is_not():
    cache, host = Cache(), Bench()
    run(DIAMOND, cache=cache, host=host)
    (path,) = host.written
    again = run(DIAMOND, cache=cache, host=host)
    assert [asset.path for asset in again.run.assets] == [path]
    host.written.clear()
    again = run(DIAMOND, cache=cache, host=host)
    assert again.fresh == ["save"] and len(host.written) == 1


LONG = 10_000


def test_a_chain_of_ten_thousand_runs():
    nodes = {"n0": entry("measure")}
    nodes |= {f"n{i}": entry("add", {"a": f"n{i - 1}.float"}) for i in range(1, LONG)}
    cache = Cache()
    assert run(nodes, f"n{LONG - 1}", cache=cache)[f"n{LONG - 1}.float"] == LONG - 1
    assert len(run(nodes, f"n{LONG - 1}", cache=cache).reused) == LONG


def test_a_chain_of_ten_thousand_lazy_inputs_runs():
    nodes = {"n0": entry("measure", value=3.0), "other": entry("broken")}
    for i in range(1, LONG):
        nodes[f"n{i}"] = entry("either", {"left": f"n{i - 1}.float", "right": "other.float"})
    ran = run(nodes, f"n{LONG - 1}")
    assert ran[f"n{LONG - 1}.float"] == 3.0 and "other" not in ran.finished


def test_results_are_let_go_when_nothing_needs_them_any_more():
    ran = run(DIAMOND)
    assert ran.run.results.found["n"] == () and ran.run.results.found["c"] == ()
    assert run(DIAMOND, "n", "c")["n.float"] == 1.0


def test_a_lazy_input_that_nobody_asks_for_is_not_worked_out():
    nodes = {
        "l": entry("measure", value=1.0),
        "r": entry("measure", value=2.0),
        "e": entry("either", {"left": "l.float", "right": "r.float"}, pick="right"),
    }
    cache = Cache()
    ran = run(nodes, "e", cache=cache)
    assert ran["e.float"] == 2.0 and ran.fresh == ["r", "e"]
    assert run(nodes, "e", cache=cache).fresh == []


def test_a_lazy_input_may_be_a_literal_or_come_into_a_body():
    nodes = {"e": entry("either", left=4.0, right=5.0)}
    assert run(nodes, "e")["e.float"] == 4.0
    inside = {"e": entry("either", {"left": "in.x", "right": "b.float"}), "b": entry("broken")}
    nodes = {"g": body("group", {"x": "float"}, inside, {"y": "e.float"}, x=6.0)}
    assert run(nodes, "g")["g.y"] == 6.0


def test_progress_is_told_in_steps_with_a_guess_of_the_rest():
    ran = run({"x": entry("slow", a=1.0, steps=4)}, "x")
    told = [e for e in ran.events if isinstance(e, NodeProgress)]
    assert [(e.node, e.step, e.of) for e in told] == [("x", i, 4) for i in (1, 2, 3, 4)]
    assert told[-1].seconds_left == 0.0 and (told[0].seconds_left or 0) > 0
    kinds = [type(e) for e in ran.events]
    assert kinds[0] is NodeStarted and kinds[-1] is NodeFinished


@node
def chatty(context: Context) -> None:
    """Says something."""
    context.notice("the colours were off")


def test_what_a_node_says_is_passed_on():
    assert Ran(run_of({"x": entry("chatty")}, chatty)).notices == {"x": "the colours were off"}

"""What goes wrong in a run is told with its place, and leaves nothing half done."""

import re
from typing import Annotated, Any

import pytest

from nodes.core import Context, Image, Lazy, Number, Progress, Slider, Steps, node
from nodes.core.cache import Cache
from nodes.core.check import check
from nodes.core.events import NodeProgress
from nodes.core.problem import Problem
from nodes.core.run import Run
from nodes.core.workflow import parse
from tests.core.small import CATALOGUE, Pixels, calls
from tests.core.workshop import Bench, Ran, body, document, entry, planned


def run_of(nodes: dict[str, Any], *extra: Any, host: Bench | None = None) -> Run:
    """A run whose catalogue has some more nodes."""
    catalogue = CATALOGUE | {n.type: n for n in (one.definition() for one in extra)}
    host = host or Bench()
    return Run(check(parse(document(nodes)), catalogue, host), host, Cache(), ["x"])


def failure(running: Run) -> Problem:
    with pytest.raises(Problem) as caught:
        list(running.events())
    return caught.value


def test_to_stop_looping_ends_the_node_and_leaves_the_cache_sound():
    inner = {"s": entry("slow", a=1.0), "t": entry("slow", {"a": "s.float"}, steps=5)}
    loop = body("repeat", {}, inner, {"y": "t.float"}, times=3)
    nodes = {"r": body("group", {}, {"q": loop}, {"y": "q.y"})}
    cache, host = Cache(), Bench()
    del calls[:]
    events = Run(planned(nodes), host, cache, ["r"]).events()
    for event in events:
        if isinstance(event, NodeProgress) and (event.node, event.step) == ("r/q/t", 2):
            break
    events.close()
    assert calls[-1] == "slow closed" and calls.count("slow 1") == 2
    again = Ran(Run(planned(nodes), host, cache, ["r"]))
    assert again["r.y"] == 1.0
    assert again.reused == ["r/q/s"] and again.calls.count("slow closed") == 1


@node
def untidy(later: Lazy[float]) -> Steps[float]:
    """Fails while it tidies up."""
    try:
        value: float = yield later
    finally:
        raise OSError("the broom is broken")
    return value


def test_a_node_that_fails_in_tidying_up_keeps_no_other_from_it():
    nodes = {"s": entry("slow", a=1.0), "u": entry("untidy", {"later": "s.float"})}
    nodes["x"] = entry("either", {"left": "u.float", "right": "u.float"})
    del calls[:]
    events = run_of(nodes, untidy).events()
    while "slow 0" not in calls:
        next(events)
    events.close()
    assert calls[-1] == "slow closed"


def test_an_error_names_node_and_input():
    told = failure(run_of({"x": entry("picky")}))
    assert (told.node, told.port, told.message) == ("x", "a", "is too warm")
    inside = body("group", {}, {"p": entry("picky")}, {"y": "p.float"})
    told = failure(run_of({"x": body("group", {}, {"g": inside}, {"y": "g.y"})}))
    assert str(told) == "x/g/p.a: is too warm"


def test_an_unexpected_error_is_told_like_any_other():
    told = failure(run_of({"x": entry("broken")}))
    assert re.fullmatch(r"x: failed: ValueError: the lamp is out \(small\.py line \d+\)", str(told))
    assert isinstance(told.__cause__, ValueError)


@node
def empty(a: int = 0) -> Image:
    """Gives nothing."""
    return None  # type: ignore[return-value]


@node
def crooked(a: int = 0) -> Image:
    """Gives a picture that is none."""
    return Image(Pixels((1, 2)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("made", "told"),
    [(empty, "x.image: came out empty"), (crooked, "x: gave something of the wrong shape")],
)
def test_what_is_not_what_it_says_is_refused(made, told):
    assert str(failure(run_of({"x": entry(made.__name__)}, made))).startswith(told)


def test_values_that_come_by_wire_are_held_to_the_bounds_of_the_input():
    nodes = {"n": entry("measure", value=2.0), "x": entry("fade", {"strength": "n.float"})}
    assert str(failure(run_of(nodes))) == "x.strength: is 2.0, outside 0 to 1"


@node
def mean(items: list[Annotated[float, Slider(0, 1)]]) -> float:
    """The mean."""
    return sum(items) / len(items)


def test_so_is_each_of_many():
    nodes = {
        "a": entry("measure", value=0.5),
        "b": entry("measure", value=2.0),
        "x": entry("mean", {"items": ["a.float", "b.float"]}),
    }
    assert str(failure(run_of(nodes, mean))) == "x.items: is 2.0, outside 0 to 1"


tries: list[str] = []


@node
def hungry(times: Annotated[int, Number(0)] = 1, *, context: Context) -> float:
    """Needs more memory than there is, some times."""
    context.asset("half.txt", lambda file: None)
    tries.append("plain")
    if len(tries) <= times:
        raise MemoryError
    return 1.0


@node
def hungry_steps(later: Lazy[float], times: int = 1) -> Steps[float]:
    """Needs more memory than there is, in the middle."""
    value = yield later
    yield Progress(1, 2)
    tries.append("steps")
    if len(tries) <= times:
        raise MemoryError
    return float(value)


@pytest.mark.parametrize("kind", ["hungry", "hungry_steps"])
def test_memory_is_tried_for_once_more(kind):
    nodes = {"x": entry(kind, times=1)}
    if kind == "hungry_steps":
        nodes = {"n": entry("measure"), "x": entry(kind, {"later": "n.float"}, times=1)}
    host = Bench()
    del tries[:]
    ran = Ran(run_of(nodes, hungry, hungry_steps, host=host))
    assert host.freed == 1 and len(tries) == 2 and "x" in ran.fresh
    assert len(ran.run.assets) == (1 if kind == "hungry" else 0)

    nodes["x"]["values"] = {"times": 2}
    host = Bench()
    del tries[:]
    told = failure(run_of(nodes, hungry, hungry_steps, host=host))
    assert str(told).startswith("x: there is not enough memory for this")
    assert host.freed == 1 and len(tries) == 2

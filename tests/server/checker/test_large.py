"""Large workflows are looked at quickly, and without deep recursion."""

import gc
import inspect
import json
import sys
from pathlib import Path
from time import process_time

import pytest

from nodes.catalogue import catalogue
from server.frames import Frame
from server.worker.checking import Checker
from server.worker.onlooker import Onlooker
from tests.examples import node, workflow

NODES = 10_000


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Checker:
    return Checker(catalogue(), Onlooker(tmp_path_factory.mktemp("data"), [Path()], "here"))


def fan(length):
    spokes = {f"n{i}": node("calculate", a="@hub.float", b=1.0) for i in range(length)}
    return workflow(hub=node("calculate", a=1.0, b=1.0), **spokes)


def line(length, first):
    nodes = {f"n{i}": node("calculate", a=f"@n{i - 1}.float", b=1.0) for i in range(1, length)}
    return workflow(n0=node("calculate", a=first, b=1.0), **nodes)


def wrong(length):
    return workflow(**{f"n{i}": node("calculate", a="x", q=3) for i in range(length)})


def unknown(length):
    return workflow(**{f"n{i}": node(f"calculate{i}") for i in range(length)})


KINDS = {
    "a chain": lambda length: line(length, 1.0),
    "a loop": lambda length: line(length, f"@n{length - 1}.float"),
    "a fan": fan,
    "all wrong": wrong,
    "all unknown": unknown,
}


def frame(document, kind="submit"):
    body = json.dumps({"workflow": document, "targets": ["n1"]}).encode()
    return Frame(kind, {"request": 1}, body)


@pytest.mark.parametrize("kind", ["submit", "check"])
@pytest.mark.parametrize("of", KINDS.values(), ids=KINDS.keys())
def test_f18_ten_thousand_nodes_need_no_deep_recursion(checker, of, kind):
    document = of(NODES)
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 200)
    try:
        assert checker.answer(frame(document, kind))
    finally:
        sys.setrecursionlimit(before)


@pytest.mark.quiet
@pytest.mark.parametrize("of", KINDS.values(), ids=KINDS.keys())
def test_f18_ten_times_the_nodes_take_ten_times_as_long(checker, of):
    """Milliseconds are the bench's to tell; here only that no part grows with the square."""
    few, many = (fastest(checker, frame(of(length))) for length in (NODES // 10, NODES))
    assert many < 20 * few


def fastest(checker: Checker, asked: Frame) -> float:
    """Seconds of the processor, the best of five."""
    seconds = []
    gc.collect()
    gc.disable()  # as in the process itself
    try:
        for _ in range(5):
            began = process_time()
            checker.answer(asked)
            seconds.append(process_time() - began)
    finally:
        gc.enable()
    return min(seconds)

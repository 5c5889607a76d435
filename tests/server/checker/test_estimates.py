"""What a run will cost is learned from runs of other sizes, on the same device."""

import json
from pathlib import Path
from time import perf_counter

import pytest

from nodes.catalogue import catalogue
from nodes.core.cache import Cache
from nodes.core.check import load
from nodes.core.events import NodeFinished, NodeProgress, NodeStarted
from nodes.core.run import Run
from nodes.diffusion import memory
from nodes.estimate import Timings
from nodes.estimate.curve import predicted
from nodes.estimate.table import Row, Table
from nodes.host import Local
from tests.examples import node, picture, workflow


def close(found, right, share=0.001):
    return found is not None and abs(found - right) <= share * right


@pytest.mark.parametrize(
    ("law", "sizes"),
    [
        (lambda x: 3 * x, (1, 4)),
        (lambda x: 5 + 2 * x, (1, 4)),
        (lambda x: 5.0, (1, 4)),
        (lambda x: 1 + 2 * x + 0.25 * x * x, (1, 4, 9)),
    ],
)
def test_two_sizes_tell_a_fixed_part_and_a_growing_one_three_also_a_square(law, sizes):
    points = [(float(x), float(law(x))) for x in sizes]
    for size in (0.5, 2.25, 6.0, 16.0):
        assert close(predicted(points, size, 1.0), law(size))


def test_an_estimate_never_falls_as_work_grows():
    noisy = [(1.0, 2.0), (4.0, 1.9), (9.0, 2.1)]
    found = [predicted(noisy, size, 0.1) or 0.0 for size in (2.0, 5.0, 20.0, 100.0)]
    assert found == sorted(found)
    assert found[0] > 0


def test_one_size_tells_of_those_near_it_and_of_no_others():
    known = [(100.0, 1.0)]
    assert predicted(known, 200.0, 0.2) == pytest.approx(0.2 + 0.8 * 2)
    assert predicted(known, 50.0, 0.2) == pytest.approx(0.2 + 0.8 / 2)
    assert predicted(known, 1000.0, 0.2) is None
    assert predicted([], 100.0, 0.2) is None


def test_what_began_with_loading_weights_counts_only_until_something_better_is_known():
    cold, warm = Row(1.0, 9.0, cold=True), Row(1.0, 2.0)
    assert cold.then(warm) == warm
    assert warm.then(cold) == warm
    assert warm.then(Row(1.0, 4.0)).seconds == 3.0


def test_what_was_learned_is_there_for_another_process(tmp_path):
    table = Table(tmp_path)
    table.put("kind", Row(4.0, 1.5, bytes=7))
    table.close()
    assert Table(tmp_path).rows("kind") == {4.0: Row(4.0, 1.5, bytes=7)}


def test_f9_a_broken_table_is_one_in_which_nothing_stands(tmp_path):
    (tmp_path / "timings.sqlite").write_bytes(b"no database" * 1000)
    table = Table(tmp_path)
    table.put("kind", Row(4.0, 1.5))
    table.flush(anyway=True)
    assert table.rows("kind") == {4.0: Row(4.0, 1.5)}


class Clockwork:
    """A run as its events tell it, of work that takes so long by a law; no clock is waited for."""

    def __init__(self, folder: Path, models: Path) -> None:
        self.host = Local(folder / "out", folder, [models], data=folder / "data")
        self.nodes = catalogue()
        self.timings = Timings(self.host.scratch)

    def plan(self, document):
        return load(json.dumps(document).encode(), self.nodes, self.host)

    def ran(self, document, seconds):
        plan = self.plan(document)
        for name, step in plan.steps.items():
            paths = [f"{name}/{inner}" for inner in step.body.steps] if step.body else []
            for path in (*paths, name):
                for event in (NodeStarted(path), NodeFinished(path, seconds, False, {})):
                    self.timings.learn(event, plan, self.host)

    def estimate(self, document):
        plan = self.plan(document)
        return self.timings.estimate(plan, list(plan.steps), self.host)


@pytest.fixture
def clockwork(tmp_path, models):
    return Clockwork(tmp_path, models)


def sized(side):
    return workflow(
        blank=node("solid_image", width=side, height=side),
        soft=node("blur_image", image="@blank.image"),
    )


def test_another_size_is_told_by_those_that_ran_and_another_kind_is_unknown(clockwork):
    assert set(clockwork.estimate(sized(64)).unknown) == {"blank", "soft"}
    for side in (64, 128):
        clockwork.ran(sized(side), seconds=side * side / 1000)
    found = clockwork.estimate(sized(256))
    assert found.unknown == ()
    assert found.seconds == pytest.approx(2 * 256 * 256 / 1000, rel=0.01)
    assert found.bytes > 0
    other = sized(64)
    other["nodes"]["turn"] = node("invert_image", image="@blank.image")
    assert clockwork.estimate(other).unknown == ("turn",)


def test_a_body_costs_what_is_in_it_as_often_as_it_turns(clockwork):
    def turning(times):
        inside = {
            "inputs": {"a": {"type": "float", "default": 1.0}},
            "nodes": {
                "x": node("calculate", a="@in.a", b=2.0),
                "same": node("calculate", a=1.0, b=2.0),
            },
            "outputs": {"a": "x.float"},
        }
        return workflow(r={"type": "repeat", "values": {"times": times}, "body": inside})

    clockwork.ran(turning(2), seconds=1.0)
    assert clockwork.estimate(turning(2)).seconds == pytest.approx(3.0)
    assert clockwork.estimate(turning(50)).seconds == pytest.approx(51.0)


def test_steps_are_timed_by_themselves_so_that_loading_does_not_count(clockwork, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr("nodes.estimate.perf_counter", lambda: clock[0])
    plan = clockwork.plan(picture(steps=5))

    def learn(event, seconds=0.0):
        clock[0] += seconds
        clockwork.timings.learn(event, plan, clockwork.host)

    learn(NodeStarted("sample"))
    monkeypatch.setattr(memory, "_seconds_loading", memory.seconds_loading() + 28.0)
    for step in range(1, 6):
        learn(NodeProgress("sample", step, 5, None), 30.0 if step == 1 else 2.0)
    learn(NodeFinished("sample", 38.0, False, {}))
    other = clockwork.plan(picture(steps=50))
    found = clockwork.timings.estimate(other, ["sample"], clockwork.host)
    assert found.seconds == pytest.approx(50 * 2.0)


@pytest.mark.quiet
def test_an_estimate_for_a_size_that_never_ran_is_within_30_percent(clockwork):
    """On the model in the box, three sizes in between and beyond."""
    clockwork.host = Local(clockwork.host.out, Path(), data=clockwork.host.data)

    def boat(side, steps, seed=1):
        document = picture("starter", steps=steps, seed=seed)
        document["nodes"]["blank"]["values"] = {"width": side, "height": side}
        return document

    def seconds(document):
        plan, began = clockwork.plan(document), perf_counter()
        for event in Run(plan, clockwork.host, Cache()).events():
            clockwork.timings.learn(event, plan, clockwork.host)
        return perf_counter() - began

    for side in (128, 256):
        for seed in range(3):
            seconds(boat(side, 10, seed))
    for side, steps in ((192, 10), (160, 20), (320, 10)):
        foreseen = clockwork.estimate(boat(side, steps))
        assert foreseen.unknown == ()
        assert foreseen.seconds == pytest.approx(seconds(boat(side, steps)), rel=0.3)

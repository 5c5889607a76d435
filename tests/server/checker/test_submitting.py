"""What is submitted is read strictly, and refused with all that is wrong with it."""

import json
import time
from typing import Any

import pytest

from server.messages import Save
from server.refused import Refused
from tests.examples import Document, node, picture, workflow

SUM = workflow(a=node("calculate", a=1.0, b=2.0), b=node("calculate", a="@a.float", b=1.0))
UUID = "6f1c4f6e-0c1b-4b6a-9d0e-0d9c3a3b2c11"


def places(refused: Refused) -> list[tuple[str | None, str | None]]:
    return [(problem.node, problem.port) for problem in refused.problems]


def test_what_can_run_comes_back_with_all_the_queue_needs(desk):
    titled = picture() | {"title": "Boats"}
    taken = desk.submit(titled, targets=["decode"], front=True, id=UUID.upper())
    assert json.loads(taken.document) == titled
    assert (taken.id, taken.title, taken.targets, taken.front) == (UUID, "Boats", ["decode"], True)
    assert taken.text == "Boats\na red sailboat"


def test_values_are_set_over_the_workflow_and_beat_its_wires(desk):
    taken = desk.submit(SUM, targets=["b"], set={"b.a": 5, "a.b": 3})
    nodes = json.loads(taken.document)["nodes"]
    assert nodes["b"] == {"type": "calculate", "values": {"b": 1.0, "a": 5}, "wires": {}}
    assert nodes["a"]["values"] == {"a": 1.0, "b": 3}


def test_values_that_cannot_be_set_are_named_with_everything_else(desk):
    faulty = workflow(a=node("calculate", a="no number"), b=node("calcualte"))
    refused = desk.refused({"workflow": faulty, "set": {"a.c": 1, "x.y": 2, "nothing": 3}})
    assert refused.code == "invalid"
    assert {("a", "c"), ("x", None), ("a", "a"), ("b", "type")} <= set(places(refused))


def test_a_target_must_be_there_and_there_must_be_one(desk):
    assert desk.refused({"workflow": SUM, "targets": ["c"]}).problems[0].node == "c"
    assert "nothing to run" in desk.refused({"workflow": SUM}).message


@pytest.mark.parametrize(
    ("params", "port"),
    [
        ({"workflow": 3}, "workflow"),
        ({"workflow": SUM, "front": 1}, "front"),
        ({"workflow": SUM, "targets": ["b", 2]}, "targets[1]"),
        ({"workflow": SUM, "target": ["b"]}, "target"),
        ({"workflow": SUM, "id": "../../etc"}, "id"),
        ({"workflow": SUM, "set": []}, "set"),
        ({}, None),
    ],
)
def test_params_of_another_shape_are_malformed_and_say_where(desk, params, port):
    refused = desk.refused(params)
    assert (refused.code, refused.problems[0].port) == ("malformed", port)


HOSTILE = {
    "100,000 brackets": b'{"workflow": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "10 MB of brackets": b"[" * 10_000_000,
    "an unfinished string": b'{"workflow": "' + b"a" * 10_000_000,
    "a number of 10 MB": b'{"workflow": {"format": "latentwire/1", "nodes": {}, "x": '
    + b"9" * 10_000_000
    + b"}}",
    "NaN": b'{"workflow": {"format": "latentwire/1", "nodes": {}, "x": NaN}}',
    "Infinity": b'{"workflow": {"format": "latentwire/1", "nodes": {}, "x": -Infinity}}',
    "1e999": b'{"workflow": {"format": "latentwire/1", "nodes": {}, "x": 1e999}}',
    "a key twice": b'{"workflow": {"format": "latentwire/1", "nodes": {}, "nodes": {}}}',
    "half a character": b'{"workflow": {"format": "latentwire/1", "nodes": {}, "x": "\\ud800"}}',
    "no text at all": b'{"workflow": "\xff\xfe"}',
    "5 million keys": b'{"workflow": {' + b'"a":1,' * 5_000_000 + b'"b":1}}',
    "nothing": b"",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_s22_json_that_is_none_or_does_harm_is_malformed(desk, body):
    began = time.monotonic()
    refused = desk.refused(body)
    assert refused.code == "malformed"
    assert refused.problems
    assert "Traceback" not in refused.message
    assert time.monotonic() - began < 10
    assert desk.submit(SUM, targets=["b"]).document


def chain(length: int, end: Any) -> Document:
    nodes = {f"n{i}": node("calculate", a=f"@n{i - 1}.float", b=1.0) for i in range(1, length)}
    return workflow(n0=node("calculate", a=end, b=1.0), **nodes)


def test_f18_a_chain_of_ten_thousand_nodes_is_taken(desk):
    taken = desk.submit(chain(10_000, 1.0), targets=["n9999"])
    assert len(json.loads(taken.document)["nodes"]) == 10_000


def test_f18_a_loop_of_ten_thousand_and_one_of_one_are_named(desk):
    looped = chain(10_000, "@n9999.float")
    looped["nodes"] |= {"own": node("calculate", a="@own.float", b=1.0)}
    refused = desk.refused({"workflow": looped, "targets": ["own"]})
    loops = [p for p in refused.problems if "part of a loop" in p.message]
    assert {"own"} < {p.node for p in loops}
    assert len(loops) == 2


def test_f18_every_problem_of_every_node_is_told_with_its_place(desk):
    faulty = workflow(
        a=node("calculate", a=10**300, b=1e300),
        b=node("calculate", a=[1], b={"x": 1}),
        c=node("no_such_node"),
        d={"type": "calculate", "wires": {"a": "nowhere.out", "b": 3}},
        e={"type": 4},
        unused=node("encode_text"),
    )
    faulty["nodes"] |= {"1 bad id": node("calculate"), "f": "no object"}
    refused = desk.refused({"workflow": faulty})
    assert refused.code == "invalid"
    assert {p.node for p in refused.problems} == {*"abcdef", "unused", "1 bad id"}
    assert {("a", "a"), ("b", "a"), ("b", "b"), ("d", "a"), ("d", "b")} <= set(places(refused))


def test_f18_what_is_over_a_limit_is_refused_in_a_sentence(desk):
    many = workflow(**{f"n{i}": node("calculate", a=1.0, b=1.0) for i in range(100_000)})
    long = workflow(p=node("encode_text", text="a" * (2**20 + 1)))
    assert "the limit is 20,000" in desk.refused({"workflow": many}).message
    refused = desk.refused({"workflow": long})
    assert ("p", "text") in places(refused)
    large = desk.refused(b'{"workflow": "' + b"a" * (16 * 2**20) + b'"}')
    assert (large.code, "16 MiB" in large.message) == ("malformed", True)
    numbers = desk.refused(b'{"workflow": [' + b"1," * (7 * 2**20) + b"1]}")
    assert (numbers.code, "2,000,000" in numbers.message) == ("malformed", True)


def repeat(times: int, body: Document) -> Document:
    inside = {"inputs": {}, "nodes": body, "outputs": {}}
    return {"type": "repeat", "values": {"times": times}, "body": inside}


def test_f19_bodies_whose_nodes_would_run_too_often_are_refused(desk):
    bomb = repeat(1000, {"again": repeat(1000, {"x": node("calculate", a=1.0, b=1.0)})})
    refused = desk.refused({"workflow": workflow(bomb=bomb), "targets": ["bomb"]})
    assert refused.problems[0].node == "bomb"
    assert "1,001,001 times" in refused.message


def test_f19_bodies_in_bodies_without_end_are_refused(desk):
    deep = node("calculate", a=1.0, b=1.0)
    for _ in range(40):
        deep = repeat(1, {"x": deep})
    assert desk.refused({"workflow": workflow(deep=deep)}).code in ("malformed", "invalid")


def test_f13_pictures_that_no_memory_holds_are_refused_before_they_are_made(desk):
    huge = workflow(a=node("solid_image", width=11584, height=11584, batch=64))
    huge["nodes"] |= {"b": node("batch_images", images=["@a.image"] * 40)}
    refused = desk.refused({"workflow": huge, "targets": ["b"]})
    assert "b" in {p.node for p in refused.problems}
    assert "GB of memory" in refused.message


def test_what_is_saved_may_have_problems_but_must_have_the_shape(desk):
    faulty = {"nodes": {"a": {"values": {"a": 1}, "type": "calculate"}}, "format": "latentwire/1"}
    text = desk.ask("save", encoded(Save("mine", faulty, 3)))
    assert (text.name, text.revision) == ("mine", 3)
    lines = ["{", '  "format": "latentwire/1",', '  "nodes": {']
    lines += ['    "a": {"type": "calculate", "values": {"a": 1.0}}', "  }", "}", ""]
    assert text.text.decode().split("\n") == lines
    with pytest.raises(Refused, match="is not an object with a type"):
        desk.ask("save", encoded(Save("mine", {"format": "latentwire/1", "nodes": {"a": 1}})))


def encoded(save: Save) -> bytes:
    return json.dumps(vars(save)).encode()

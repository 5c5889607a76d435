"""A key covers all that a result depends on, and nothing else."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from nodes.core.cache import Cache
from nodes.core.check import check
from nodes.core.run import Run
from nodes.core.workflow import parse
from tests.core.small import CATALOGUE
from tests.core.workshop import Bench, body, document, entry, run

NODES = {
    "n": entry("number", value=2.0),
    "a": entry("add", {"a": "n.float"}, b=3.0),
    "r": body("repeat", {"x": "float"}, {"s": entry("add", {"a": "in.x"})}, {"x": "s.float"})
    | {"wires": {"x": "a.float"}, "values": {"times": 2}},
}


def key(nodes: dict[str, Any], target: str = "r", host: Bench | None = None, **changed: Any) -> str:
    """The key of a node. changed: fields of the node type `add`."""
    host = host or Bench()
    catalogue = CATALOGUE | {"add": replace(CATALOGUE["add"], **changed)}
    run = Run(check(parse(document(nodes)), catalogue, host), host, Cache(), [target])
    run.forecast()
    return run.keys[target]


def test_keys_are_the_same_in_another_process():
    program = (
        "from tests.core.test_keys import NODES, key; print(key(NODES))",
        Path(__file__).parents[2],
    )
    other = subprocess.run(
        [sys.executable, "-c", program[0]], cwd=program[1], capture_output=True, text=True
    )
    assert other.stdout.strip() == key(NODES), other.stderr


def test_values_version_code_environment_and_what_lies_before_count():
    keys = {
        key(NODES),
        key(NODES | {"n": entry("number", value=2.5)}),
        key(NODES | {"n": entry("measure", value=2.0)}),
        key(NODES | {"a": entry("add", {"b": "n.float"}, a=3.0)}),
        key(NODES, version=1, code="2"),
        key(NODES, version=2),
        key(NODES, host=Bench(environment="other")),
        key(NODES | {"r": NODES["r"] | {"values": {"times": 3}}}),
    }
    assert len(keys) == 8


def test_words_places_order_and_how_a_number_is_written_do_not_count():
    plain = key(NODES)
    assert key({name: NODES[name] for name in reversed(NODES)}) == plain
    noted = {name: node | {"title": "T", "note": "n", "color": 1} for name, node in NODES.items()}
    assert key(noted) == plain
    assert key(NODES | {"n": entry("number", value=2)}) == plain
    inside = NODES["r"]["body"] | {"layout": {"s": [0, 0]}}
    inside["nodes"] = {"s": inside["nodes"]["s"] | {"title": "T"}}
    assert key(NODES | {"r": NODES["r"] | {"body": inside}}) == plain
    both = entry("add", {"a": "n.float", "b": "n.float"})
    turned = entry("add", {"b": "n.float", "a": "n.float"})
    assert key(NODES | {"a": both}, "a") == key(NODES | {"a": turned}, "a")


def test_a_default_that_is_written_out_does_not_count():
    bare, written = entry("add", a=1), entry("add", a=1, b=1.0)
    assert key({"a": bare}, "a") == key({"a": written}, "a")


def test_what_a_body_does_counts():
    inside = NODES["r"]["body"] | {"nodes": {"s": entry("add", {"a": "in.x"}, b=9)}}
    assert key(NODES | {"r": NODES["r"] | {"body": inside}}) != key(NODES)


def changed_file(nodes: dict[str, Any], target: str) -> tuple[list[str], list[str]]:
    """What runs the second time: as it was, and with other bytes in the file `cat`."""
    cache, host = Cache(), Bench(files={"cat": b"1", "dog": b"1"})
    run(nodes, target, cache=cache, host=host)
    same = run(nodes, target, cache=cache, host=host).calls
    host.files["cat"] = b"2"
    return same, run(nodes, target, cache=cache, host=host).calls


READ = "read_file"


def test_the_bytes_of_a_named_file_count():
    assert changed_file({"f": entry(READ, file="cat")}, "f") == ([], [READ])
    assert changed_file({"f": entry(READ, file="dog")}, "f") == ([], [])


def test_the_bytes_of_a_file_count_where_its_name_comes_by_wire():
    nodes = {"w": entry("words", text="cat"), "f": entry(READ, {"file": "w.str"})}
    assert changed_file(nodes, "f") == ([READ], [READ])  # no rule tells the name beforehand


def test_the_bytes_of_files_count_in_bodies():
    inside = {"f": entry(READ, {"file": "in.file"})}
    group = body("group", {"file": "str"}, inside, {"o": "f.str"}, file="cat")
    assert changed_file({"g": group}, "g") == ([], [READ])
    files = ["cat", "dog"]
    each = body("for_each", {"file": "str"}, inside, {"o": "f.str"}, file=files, over=["file"])
    assert changed_file({"g": each}, "g") == ([], [READ])
    assert changed_file({"g": body("group", {}, {"e": each}, {"o": "e.o"})}, "g") == ([], [READ])


def test_the_order_of_a_sweep_counts():
    swept = {"x": "float", "y": "float"}
    inside = {"s": entry("add", {"a": "in.x", "b": "in.y"})}
    values = {"x": [1.0, 2.0], "y": [3.0], "how": "product"}
    orders = [
        {
            "r": body("for_each", swept, inside, {"x": "s.float"})
            | {"values": values | {"over": over}}
        }
        for over in (["x", "y"], ["y", "x"])
    ]
    assert key(orders[0]) != key(orders[1])

"""A run for which memory is too short ends with the two remedies that cost the picture least."""

from __future__ import annotations

from typing import Any

from nodes.core import node
from nodes.core.cache import Cache
from nodes.core.check import check
from nodes.core.problem import Fix, Problem
from nodes.core.run import Run
from nodes.core.workflow import parse
from tests.core.small import CATALOGUE
from tests.core.test_trouble import failure
from tests.core.workshop import Bench, body, document, entry


@node
def size(width: int = 64, height: int = 64, batch: int = 1) -> float:
    """How large a picture is to be."""
    return float(width * height * batch)


@node
def draw(size: float, tile: int = 0) -> float:
    """Needs more memory than there is."""
    raise MemoryError


@node
def paint(size: float) -> float:
    """Needs more memory than there is, and knows no tiles."""
    raise MemoryError


def told(nodes: dict[str, Any]) -> Problem:
    catalogue = CATALOGUE | {one.definition().type: one.definition() for one in (size, draw, paint)}
    host = Bench()
    return failure(Run(check(parse(document(nodes)), catalogue, host), host, Cache(), ["x"]))


def test_tiles_come_first_then_a_smaller_batch():
    large = entry("size", width=1024, height=768, batch=4)
    problem = told({"big": large, "x": entry("draw", {"size": "big.float"})})
    sentence = "there is not enough memory for this: try x.tile 512 or big.batch 1"
    assert (problem.node, problem.message) == ("x", sentence)
    assert problem.fix == Fix("Set x.tile 512", {"x.tile": 512})


def test_what_cannot_be_had_in_tiles_gets_smaller():
    nodes = {
        "big": entry("size", width=1000, height=64, batch=2),
        "x": entry("paint", {"size": "big.float"}),
    }
    problem = told(nodes)
    assert problem.message.endswith("try big.batch 1 or big.width 448 and big.height 64")
    assert problem.fix and problem.fix.set == {"big.batch": 1}
    nodes["big"]["values"]["batch"] = 1
    assert told(nodes).message.endswith(": try big.width 448 and big.height 64")


def test_the_nearest_node_is_named():
    nodes = {
        "far": entry("size", width=2048, height=2048),
        "near": entry("draw", {"size": "far.float"}, tile=64),
        "x": entry("draw", {"size": "near.float"}, tile=64),
    }
    assert told(nodes).node == "near"
    assert told(nodes).message.endswith(": try far.width 1024 and far.height 1024")


def test_inside_a_body_the_places_are_paths():
    inner = {
        "big": entry("size", width=512, height=512),
        "y": entry("draw", {"size": "big.float"}),
    }
    problem = told({"x": body("group", {}, inner, {"out": "y.float"})})
    assert problem.node == "x/y"
    assert problem.fix and problem.fix.set == {"x/y.tile": 512}
    assert problem.message.endswith(": try x/y.tile 512 or x/big.width 256 and x/big.height 256")


def test_where_nothing_is_known_the_usual_is_said():
    assert told({"x": entry("paint", size=1.0)}).message.endswith("try a smaller size or batch")

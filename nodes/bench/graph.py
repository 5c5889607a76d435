"""What the engine itself costs: milliseconds a node in a fresh run, and for a run of reused nodes.

A chain of nodes that add two numbers is checked and run as the command `run` does it, every event
looked at, so what is measured is checking, ordering, keys, cache and events. Sizes take turns, and
the figures are medians over the rounds. Everything happens on one thread and nothing waits, so the
figures are of processor time, which what else the machine does hardly changes.
"""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import IO, Annotated, Any

from nodes.core import Problem, Slider, node
from nodes.core.cache import Cache
from nodes.core.check import check
from nodes.core.context import Asset
from nodes.core.run import Run
from nodes.core.workflow import Workflow, parse

SIZES = (10, 100, 1000, 10_000)
REUSED = 1000
ROUNDS = 15
NODES_AT_LEAST = 1000  # a short run is repeated up to so many nodes, to be longer than the clock
GOALS = {f"fresh_ms_per_node.{size}": 0.05 for size in SIZES} | {f"cached_ms.{REUSED}": 10.0}

Spent = tuple[float, float]  # processor time, time by the clock
Round = tuple[dict[int, Spent], Spent]


@node
def add(a: float, b: Annotated[float, Slider(0, 1, 0.01)] = 0.5) -> float:
    """Add two numbers."""
    return a + b


CATALOGUE = {"add": add.definition(code="bench")}


@dataclass
class Nowhere:
    """A host without files."""

    device: str = "cpu"
    environment: str = "bench"
    scratch: Path = Path("scratch")

    def find(self, kind: str, name: str) -> Path:
        raise Problem(f"there is no {kind} {name}")

    def digest(self, kind: str, name: str) -> str:
        raise Problem(f"there is no {kind} {name}")

    def keep(
        self, node: str, name: str, write: Callable[[IO[bytes]], None], shown_only: bool
    ) -> Asset:
        raise Problem("nothing is kept here")

    def kept(self, asset: Asset) -> bool:
        return False

    def free_memory(self) -> None:
        """There is nothing to let go of."""


def measure() -> dict[str, Any]:
    """The figures: `fresh_ms_per_node` by number of nodes, `cached_ms` for a run of reused ones.

    They are of processor time; under `wall` the same stand by the clock.
    """
    chains = {size: chain(size) for size in SIZES}
    known = Cache()
    run(chains[REUSED], known)
    rounds = [_round(chains, known) for _ in range(ROUNDS)]
    return _figures(rounds, 0) | {"wall": _figures(rounds, 1)}


def _figures(rounds: list[Round], clock: int) -> dict[str, Any]:
    def of(size: int) -> float:
        return median(fresh[size][clock] for fresh, _ in rounds)

    return {
        "fresh_ms_per_node": {str(size): round(of(size), 5) for size in SIZES},
        "cached_ms": {str(REUSED): round(median(reused[clock] for _, reused in rounds), 3)},
    }


def chain(size: int) -> Workflow:
    """A workflow of so many nodes in a row, each with a value of its own."""
    nodes: dict[str, Any] = {"n0": {"type": "add", "values": {"a": 0.0}}}
    for at in range(1, size):
        values = {"b": at % 100 / 100}
        nodes[f"n{at}"] = {"type": "add", "values": values, "wires": {"a": f"n{at - 1}.float"}}
    return parse({"format": "latentwire/1", "nodes": nodes})


def run(workflow: Workflow, cache: Cache) -> Run:
    """Check a chain and run it to its end."""
    host = Nowhere()
    running = Run(check(workflow, CATALOGUE, host), host, cache, [f"n{len(workflow.nodes) - 1}"])
    for _ in running.events():
        pass
    return running


def _round(chains: dict[int, Workflow], known: Cache) -> Round:
    """Milliseconds a node of fresh runs, by size, and milliseconds of a reused one."""
    fresh = {size: _fresh(workflow, size) for size, workflow in chains.items()}
    return fresh, _milliseconds(chains[REUSED], [known])


def _fresh(workflow: Workflow, size: int) -> Spent:
    times = max(1, NODES_AT_LEAST // size)
    processor, wall = _milliseconds(workflow, [Cache() for _ in range(times)])
    return processor / (times * size), wall / (times * size)


def _milliseconds(workflow: Workflow, caches: list[Cache]) -> Spent:
    """For a run with each cache. What is left over from earlier runs is thrown away before."""
    gc.collect()
    busy, began = process_time(), perf_counter()
    done = [run(workflow, cache) for cache in caches]
    spent = 1000 * (process_time() - busy), 1000 * (perf_counter() - began)
    done.clear()
    return spent

"""`main.py bench NAME`: the figures of this machine, beside the goals they have to meet.

A bench is a module of `nodes/bench` with `measure()`, which gives figures by name (also nested),
and perhaps GOALS: for some of them, as `NAME` or `NAME.NAME`, the most they may be.
"""

import argparse
import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "nodes" / "bench"


def arguments(parser: argparse.ArgumentParser) -> None:
    names = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")
    parser.add_argument("name", metavar="NAME", choices=names, help=f"one of {', '.join(names)}")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def main(options: argparse.Namespace) -> int:
    """Measure, and print what came out."""
    bench = importlib.import_module(f"nodes.bench.{options.name}")
    figures = bench.measure()
    if options.json:
        print(json.dumps(figures))
    else:
        _print_table(options.name, dict(_flat(figures)), getattr(bench, "GOALS", {}))
    return 0


def _flat(figures: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    for name, figure in figures.items():
        if isinstance(figure, dict):
            yield from _flat(figure, f"{prefix}{name}.")
        else:
            yield prefix + name, figure


def _print_table(name: str, figures: dict[str, float], goals: dict[str, float]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("figure", title=f"bench {name}")
    for heading in ("result", "goal", ""):
        table.add_column(heading, justify="right")
    for figure, result in figures.items():
        goal = goals.get(figure)
        met = "" if goal is None else "met" if result <= goal else "missed"
        table.add_row(figure, f"{result:g}", "" if goal is None else f"≤ {goal:g}", met)
    Console().print(table)

"""`main.py bench NAME`: the figures of this machine, beside the goals they have to meet.

A bench is a module of `nodes/bench` or `server/bench` with `measure()`, which gives figures by name
(also nested), and perhaps GOALS: for some of them, as `NAME` or `NAME.NAME`, the most they may be;
AT_LEAST, the least. One that has `arguments(parser)` takes options: `measure(options)`.
"""

import argparse
import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

TREE = Path(__file__).resolve().parents[2]
FOLDERS = ("nodes", "server")
TAKES_REST = True


def arguments(parser: argparse.ArgumentParser) -> None:
    names = sorted(_places())
    parser.add_argument("name", metavar="NAME", choices=names, help=f"one of {', '.join(names)}")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def needs_development(options: argparse.Namespace) -> bool:
    """Those of the server look at processes from outside."""
    return _places()[options.name].startswith("server.")


def main(options: argparse.Namespace) -> int:
    """Measure, and print what came out."""
    bench = importlib.import_module(_places()[options.name])
    figures = _measured(bench, options)
    if options.json:
        print(json.dumps(figures))
    else:
        _print_table(options.name, dict(_flat(figures)), bench)
    return 0


def _places() -> dict[str, str]:
    """Every bench by its name, as a module."""
    return {
        path.stem: f"{folder}.bench.{path.stem}"
        for folder in FOLDERS
        for path in (TREE / folder / "bench").glob("*.py")
        if path.stem != "__init__"
    }


def _measured(bench: ModuleType, options: argparse.Namespace) -> dict[str, Any]:
    parser = argparse.ArgumentParser(f"main.py bench {options.name}", allow_abbrev=False)
    takes = getattr(bench, "arguments", None)
    if takes:
        takes(parser)
    asked = parser.parse_args(options.rest)
    figures: dict[str, Any] = bench.measure(asked) if takes else bench.measure()
    return figures


def _flat(figures: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    for name, figure in figures.items():
        if isinstance(figure, dict):
            yield from _flat(figure, f"{prefix}{name}.")
        else:
            yield prefix + name, figure


def _print_table(name: str, figures: dict[str, float], bench: ModuleType) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("figure", title=f"bench {name}")
    for heading in ("result", "goal", ""):
        table.add_column(heading, justify="right")
    for figure, result in figures.items():
        table.add_row(figure, f"{result:g}", *_goal(figure, result, bench))
    Console().print(table)


def _goal(figure: str, result: float, bench: ModuleType) -> tuple[str, str]:
    """What it is to be, and whether it is."""
    most = getattr(bench, "GOALS", {}).get(figure)
    least = getattr(bench, "AT_LEAST", {}).get(figure)
    if most is not None:
        return f"≤ {most:g}", "met" if result <= most else "missed"
    if least is not None:
        return f"≥ {least:g}", "met" if result >= least else "missed"
    return "", ""

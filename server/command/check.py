"""`main.py check FILE`: every problem of a workflow, one a line, and what running it would cost."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from . import document
from .ready import ready

if TYPE_CHECKING:
    from nodes.core.run import Run
    from nodes.estimate import Estimate
    from nodes.host import Local


def arguments(parser: argparse.ArgumentParser) -> None:
    document.arguments(parser)


def main(options: argparse.Namespace) -> int:
    """0 if it can run, 2 if not: then the problems were printed."""
    from nodes.core.problem import Problem, Problems

    try:
        run, host = ready(options, Path("out"))
    except (Problem, Problems) as error:
        document.tell(error)
        return 2
    for row in _report(run, host):
        print(row)
    return 0


def _report(run: "Run", host: "Local") -> Iterator[str]:
    from nodes.estimate import Timings

    fresh = run.forecast()
    for name, reason in run.plan.off.items():
        yield f"{name}: {reason}"
    if not fresh:
        yield f"No problems: {len(run.keys)} nodes, all of them reused from earlier runs."
        return
    timings = Timings(host.scratch)
    estimate = timings.estimate(run.plan, fresh, host)
    timings.close()
    reused = len(run.keys) - len(fresh)
    yield f"No problems: {len(run.keys)} nodes, {reused} of them reused from earlier runs."
    yield f"Time: {_time(estimate)}. Memory: {_memory(estimate)}."


def _time(estimate: "Estimate") -> str:
    if not estimate.unknown:
        return f"about {estimate.seconds:.1f} s"
    names = ", ".join(estimate.unknown[:5]) + (" …" if len(estimate.unknown) > 5 else "")
    if estimate.seconds:
        return f"{estimate.seconds:.1f} s and what {names} will take"
    return f"unknown ({names} never ran here)"


def _memory(estimate: "Estimate") -> str:
    return f"about {estimate.bytes / 2**30:.1f} GB" if estimate.bytes else "unknown"

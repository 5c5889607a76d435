"""`main.py run FILE`: run a workflow here, without a server, and write its pictures."""

import argparse
import json
import sys
from contextlib import redirect_stdout
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from . import document
from .ready import ready
from .weights import weights_argument

if TYPE_CHECKING:
    from nodes.core.run import Run
    from nodes.host import Local


def arguments(parser: argparse.ArgumentParser) -> None:
    document.arguments(parser)
    parser.add_argument(
        "--to", metavar="NODE", help="work out this node and what it needs, nothing else"
    )
    parser.add_argument(
        "--out", metavar="DIR", type=Path, default=Path("out"), help="where pictures go (./out)"
    )
    weights_argument(parser)
    parser.add_argument("--json", action="store_true", help="say what happened as JSON on stdout")


def main(options: argparse.Namespace) -> int:
    """Run it: 0 done, 1 a node failed, 2 the workflow cannot run, 130 interrupted."""
    from nodes.core.problem import Problem, Problems
    from nodes.pictures.inside import Foreign

    from .offer import offer

    began = perf_counter()
    try:
        with redirect_stdout(sys.stderr):  # nodes of packs may print, and stdout is for the report
            run, host = ready(options, options.out, options.to)
            if options.weights:
                hold(options.weights)
        host.outputs.make()
    except Foreign as picture:
        return offer(picture, options)
    except (Problem, Problems) as error:
        document.tell(error)
        return 2
    try:
        with redirect_stdout(sys.stderr):
            report = perform(run, host, quiet=options.json)
    except Problem as error:
        document.tell(error)
        return 1
    report["seconds"] = round(perf_counter() - began, 3)
    _say(report, options.json)
    return 0


def hold(weights: int) -> None:
    """No more than so many bytes of weights at once."""
    from nodes.diffusion import memory

    memory.use(str(memory.device()), weights)


def perform(run: "Run", host: "Local", quiet: bool) -> dict[str, Any]:
    """Run to the end with progress on stderr. Raises `Problem`; what was finished is kept."""
    from nodes.core.events import NodeFinished
    from nodes.estimate import Timings
    from nodes.store import DiskStore

    from .progress import Display

    timings = Timings(host.scratch)
    nodes: dict[str, dict[str, Any]] = {}
    try:
        with Display(quiet) as display:
            for event in run.events():
                display.show(event)
                timings.learn(event, run.plan, host)
                if isinstance(event, NodeFinished) and "/" not in event.node:
                    nodes[event.node] = {"seconds": round(event.seconds, 4), "reused": event.reused}
    finally:
        timings.close()
        if isinstance(run.cache.store, DiskStore):
            run.cache.store.close()
    assets = [host.bring(asset) for asset in run.assets]
    return {
        "outputs": [{"node": a.node, "path": a.path} for a in assets],
        "seconds": 0.0,
        "nodes": nodes,
    }


def _say(report: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(report))
        return
    made = sum(not node["reused"] for node in report["nodes"].values())
    reused = len(report["nodes"]) - made
    told = f"{made} worked out, {reused} reused" if reused else f"{made} worked out"
    print(f"Done in {report['seconds']:.1f} s: {told}.", file=sys.stderr)
    for output in report["outputs"]:
        print(output["path"])

"""`main.py queue FILE`: give a workflow to the running server, and perhaps wait for pictures."""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import document

if TYPE_CHECKING:
    from server.client import Client, Told
    from server.messages import RunWithWorkflow

FAILED, WRONG = 1, 2


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="a workflow, or a picture we made")
    document.set_argument(parser)
    parser.add_argument(
        "--to", metavar="NODE", help="work out this node and what it needs, nothing else"
    )
    parser.add_argument("--front", action="store_true", help="before all that wait")
    server_arguments(parser)
    parser.add_argument(
        "--wait", action="store_true", help="show how it goes, and name the pictures"
    )
    parser.add_argument(
        "--out", metavar="DIR", type=Path, help="with --wait: bring the pictures there"
    )
    parser.add_argument("--json", action="store_true", help="say what happened as JSON on stdout")


def server_arguments(parser: argparse.ArgumentParser) -> None:
    """Which server is meant."""
    parser.add_argument(
        "--server",
        metavar="URL",
        help="a server elsewhere, which LATENTWIRE_TOKEN lets us into (the one of this machine)",
    )
    parser.add_argument("--data", metavar="DIR", type=Path, help="the data folder it has (./data)")


def main(options: argparse.Namespace) -> int:
    """0 queued (or done, with --wait), 1 the run failed, 2 it was not accepted, 130 interrupted."""
    from nodes.core.problem import Problem, Problems
    from nodes.pictures.inside import Foreign
    from server.client import Refused, Unreachable

    try:
        data = document.opened(options.file)
        return asyncio.run(_queue(json.loads(data), options))
    except Foreign as picture:
        command = f"`main.py run {options.file}` writes the workflow nearest to it"
        document.tell(Problem(f"{picture.message}: {command}"))
    except (Problem, Problems) as error:
        document.tell(error)
    except Refused as refused:
        _tell_refused(refused)
    except (Unreachable, OSError, ValueError) as error:
        print(error, file=sys.stderr)
    return WRONG


async def _queue(workflow: dict[str, Any], options: argparse.Namespace) -> int:
    from server import address
    from server.client import Client
    from server.messages import Nodes

    from . import outgoing

    found = address.find(options.server, data=options.data)
    async with Client(found.http, found.token) as client:
        known: Nodes = await client.call("nodes.list")
        values = outgoing.values(options.values, workflow, known)
        folder = options.file.resolve().parent
        values = await outgoing.bring_pictures(workflow, values, folder, known, client)
        targets = [options.to] if options.to else None
        run = await client.submit(workflow, values, targets, options.front)
        if not options.wait:
            print(json.dumps({"run": run}) if options.json else run)
            return 0
        try:
            return await _wait(client, run, options)
        except asyncio.CancelledError:
            print(f"Run {run} goes on in the server.", file=sys.stderr)
            raise


async def _wait(client: "Client", run: str, options: argparse.Namespace) -> int:
    from .progress import Display

    with Display(options.json) as display:
        async for event in client.watch(run, previews=False):
            shown = _shown(event)
            if shown:
                display.show(shown)
    ended = await client.get(run)
    paths = await _paths(client, ended, options.out)
    if options.json:
        print(json.dumps(_report(ended, paths), ensure_ascii=False))
    else:
        for path in paths:
            print(path)
    return _say_end(ended, options.json)


def _shown(event: "Told") -> Any:
    """An event of the server as one of the engine, which the display knows."""
    from nodes.core import events as engine
    from server import messages

    if isinstance(event, messages.NodeStarted):
        return engine.NodeStarted(event.node, event.iteration)
    if isinstance(event, messages.NodeProgress):
        left = event.seconds_left
        return engine.NodeProgress(event.node, event.step, event.of, left, None, event.iteration)
    if isinstance(event, messages.NodeFinished):
        return engine.NodeFinished(event.node, event.seconds, event.reused, {}, event.iteration)
    if isinstance(event, messages.NodeNotice):
        return engine.Notice(event.node, event.message)
    return None


async def _paths(client: "Client", run: "RunWithWorkflow", out: Path | None) -> list[str]:
    """Where each picture of the run is: here, or at a server elsewhere."""
    if out is None and client.address.is_here:
        info = await client.call("system.info")
        return [str(Path(info.data_folder) / output.path) for output in run.outputs]
    if out is None:
        return [f"{client.address.http}/v1/assets/{output.asset}" for output in run.outputs]
    out.mkdir(parents=True, exist_ok=True)
    paths = [out / Path(output.path).name for output in run.outputs]
    for output, path in zip(run.outputs, paths, strict=True):
        await client.download(output.asset, path)
    return [str(path.resolve()) for path in paths]


def _report(run: "RunWithWorkflow", paths: list[str]) -> dict[str, Any]:
    from msgspec import to_builtins

    outputs = [
        {"node": output.node, "path": path} for output, path in zip(run.outputs, paths, strict=True)
    ]
    report = {"run": run.run, "state": run.state, "outputs": outputs, "seconds": run.seconds}
    return report | {"nodes": to_builtins(run.nodes), "error": to_builtins(run.error)}


def _say_end(run: "RunWithWorkflow", quiet: bool) -> int:
    if run.state == "done":
        if not quiet:
            made = sum(not node.reused for node in run.nodes.values())
            reused = len(run.nodes) - made
            told = f"{made} worked out, {reused} reused" if reused else f"{made} worked out"
            print(f"Done in {run.seconds or 0:.1f} s: {told}.", file=sys.stderr)
        return 0
    error = run.error
    if error:
        place = ".".join(part for part in (error.node, error.port) if part)
        print(f"{place}: {error.message}" if place else error.message, file=sys.stderr)
    else:
        print("The run was cancelled.", file=sys.stderr)
    return FAILED


def _tell_refused(refused: Any) -> None:
    from nodes.core.problem import Problem, Problems

    problems = [Problem(p.message, p.port, p.node) for p in refused.problems]
    document.tell(Problems(problems or [Problem(refused.message)]))

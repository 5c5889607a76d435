"""From a command's options to a run that is ready to go."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from . import document

if TYPE_CHECKING:
    from nodes.core.plan import Plan
    from nodes.core.run import Run
    from nodes.host import Local


def ready(options: argparse.Namespace, out: Path, to: str | None = None) -> tuple["Run", "Local"]:
    """The checked workflow as a run, of node `to` or all that writes, with earlier results at hand.

    Raises `Problem` or `Problems`.
    """
    data = document.opened(options.file)  # what is no JSON is told before anything is imported
    from nodes.catalogue import catalogue
    from nodes.core.cache import Cache
    from nodes.core.check import load
    from nodes.core.run import Run
    from nodes.host import MODELS, Local
    from nodes.store import DiskStore

    nodes = catalogue(() if options.no_packs else options.packs)
    data = document.with_values(data, options.values, nodes)
    host = Local(out, options.file.resolve().parent, [*options.models, MODELS])
    plan = load(data, nodes, host)
    return Run(plan, host, Cache(store=DiskStore(host.scratch)), _targets(plan, to)), host


def _targets(plan: "Plan", to: str | None) -> list[str] | None:
    from nodes.core.ports import nearest
    from nodes.core.problem import Problem

    if to is None:
        return None
    if to in plan.off:
        raise Problem(f"{plan.off[to]}, there is nothing to run", None, to)
    if to not in plan.steps:
        raise Problem(f'there is no node "{to}"{nearest(to, plan.steps)}', None, "--to")
    return [to]

"""`main.py packs`: the packs that lie in the data folder; `packs trust NAME` lets one be loaded."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.trust import Trust


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", metavar="DIR", type=Path, default=None, help="the server's data folder (./data)"
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    for action, does in (
        ("trust", "let a pack be loaded, as it is now"),
        ("forget", "load a pack no longer"),
    ):
        one = actions.add_parser(action, help=does, allow_abbrev=False)
        one.add_argument("name", metavar="NAME")


def main(options: argparse.Namespace) -> int:
    """List them, or change what is trusted: 0 done, 2 there is no such pack."""
    from nodes.core.problem import Problem
    from server.folder import data_folder
    from server.trust import Trust

    trust = Trust(data_folder(options.data))
    try:
        if options.action == "trust":
            digest = trust.trust(options.name)
            print(f"{options.name} is trusted as it is now ({digest[:12]}). It runs as you do.")
            print("A server that is running loads it at its next start.")
        elif options.action == "forget":
            was = trust.forget(options.name)
            print(f"{options.name} {'is trusted no longer' if was else 'was not trusted'}.")
        else:
            _list(trust)
    except (Problem, OSError) as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


def _list(trust: "Trust") -> None:
    folders, problems = trust.trusted()
    for folder in folders:
        print(f"{folder.name}: is trusted")
    for problem in problems:
        print(f"{problem.node}: {problem.message}")
    if not folders and not problems:
        print(f"No packs in {trust.folder}.")

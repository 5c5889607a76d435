"""The command line: reads the arguments, and hands them to the command's own module.

Without a command it is the server that starts, the module `serve`.

A command is a module here with `arguments(parser)` and `main(options) -> int`, and one line in
COMMANDS. At its top it imports the standard library only, so that help and mistakes are answered
before anything is installed; what it runs, it imports inside its functions. It may also have

`needs_development(options) -> bool`: whether it wants the packages of requirements-dev.txt too;
`TAKES_REST = True`: then arguments that it does not know arrive as the list `options.rest`.
"""

import argparse
import importlib
from types import ModuleType

COMMANDS = {
    "run": "run a workflow on this machine and save its pictures",
    "queue": "give a workflow to the running server",
    "check": "name every problem of a workflow without running it",
    "link": "print a new link into the running server",
    "models": "list the models that were found",
    "packs": "list the packs of nodes, and trust one",
    "bench": "measure how fast this machine is",
    "test": "run every check and test of the project",
}
SERVER = "serve"
EXAMPLE = "example: python3 main.py run workflows/first-picture.json --out pictures"


def main(argv: list[str]) -> int:
    """Read the arguments and do what they ask; the exit status."""
    return perform(read(argv))


def read(argv: list[str]) -> argparse.Namespace:
    """The arguments as options. Help and mistakes end here (SystemExit)."""
    parser = _parser()
    parsers = _add_commands(parser) | {SERVER: parser}
    name = argv[0] if argv and argv[0] in COMMANDS else SERVER
    _module(name).arguments(parsers[name])
    options, rest = parser.parse_known_args(argv)
    if options.command and options.command != name:
        parser.error(
            f"the command comes first, and its options after it: main.py {options.command} …"
        )
    options.command = name
    if rest and not getattr(_module(name), "TAKES_REST", False):
        parsers[name].error(f"unrecognized arguments: {' '.join(rest)}")
    options.rest = rest
    return options


def perform(options: argparse.Namespace) -> int:
    """Do what was read; the exit status."""
    status: int = _module(options.command).main(options)
    return status


def needs_development(options: argparse.Namespace) -> bool:
    """Whether the command wants the packages of requirements-dev.txt too."""
    answer = getattr(_module(options.command), "needs_development", None)
    return bool(answer and answer(options))


def _parser() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(
        prog="main.py",
        usage="main.py [options]\n       main.py COMMAND …",
        description="Latentwire: wire nodes, press run, get a picture. Without a command: "
        "start the server and open the editor in the browser.",
        epilog=EXAMPLE,
        allow_abbrev=False,
    )


def _add_commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    commands = parser.add_subparsers(
        title="commands", prog="main.py", dest="command", metavar="COMMAND"
    )
    return {
        name: commands.add_parser(name, help=does, description=does, allow_abbrev=False)
        for name, does in COMMANDS.items()
    }


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"server.command.{name}")

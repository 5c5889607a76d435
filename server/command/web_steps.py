"""The steps of `main.py test` that Node runs: the editor is built, linted, checked and tested."""

import tempfile
import time
from pathlib import Path

from server import editor, setup
from server.node import Node

from .steps import Result, call, counted, one

TOOLS = {
    "web lint": ("@biomejs/biome/bin/biome", "check", "."),
    "web types": ("typescript/bin/tsc", "--noEmit"),
}
BUILD, TESTS = "web build", "web tests"
VITEST = "vitest/vitest.mjs"


def web_steps() -> list[Result]:
    """Every step, the build first; without Node each of them has failed."""
    start = time.monotonic()
    print(f"\n── {BUILD} ──", flush=True)
    try:
        node = editor.tools()
    except setup.SetupError as error:
        if error.status == setup.INTERRUPTED:
            raise KeyboardInterrupt from None
        setup.say(str(error))
        return [one(step, 1, 0.0) for step in (BUILD, *TOOLS, TESTS)]
    built = one(BUILD, _build(), time.monotonic() - start)
    return [built, *(_tool(step, node) for step in TOOLS), _tests(node)]


def _build() -> int:
    try:
        editor.make()
    except setup.SetupError as error:
        if error.status == setup.INTERRUPTED:
            raise KeyboardInterrupt from None
        setup.say(str(error))
        return error.status
    return 0


def _tool(step: str, node: Node) -> Result:
    program, *options = TOOLS[step]
    return one(step, *call(step, _command(node, program, *options), *_place(node)))


def _tests(node: Node) -> Result:
    """Run vitest and count from its XML report."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = ("--reporter=default", "--reporter=junit", f"--outputFile.junit={report}")
        command = _command(node, VITEST, "run", *options)
        return counted(TESTS, *call(TESTS, command, *_place(node)), report)


def _command(node: Node, program: str, *options: str) -> list[str]:
    """By its own file: what stands for it in `.bin` is another thing on every system."""
    return [node.program, str(editor.MODULES / program), *options]


def _place(node: Node) -> tuple[dict[str, str], Path]:
    return node.environment(), editor.WEB

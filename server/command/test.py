"""`main.py test`: linters, types, import walls and tests, also of the editor, with one count.

With arguments it is pytest alone, with these arguments.
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

from .steps import Result, call, counted, one

TAKES_REST = True
IMPORT_WALLS = "from importlinter.cli import lint_imports_command as walls; walls()"
LINTERS = {
    "lint": ["-m", "ruff", "check"],
    "layout": ["-m", "ruff", "format", "--check"],
    "types": ["-m", "mypy"],
    "import walls": ["-c", IMPORT_WALLS, "--no-logo"],
}
TOOLS = ("pytest", "xdist", "ruff", "mypy", "importlinter")
# Tests marked `quiet` measure time or memory: they run alone, after the others.
MOST_WORKERS = 4
NO_TESTS_COLLECTED = 5


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Everything after `test` goes to pytest: main.py test tests/test_house.py -x"


def needs_development(options: argparse.Namespace) -> bool:
    return True


def main(options: argparse.Namespace) -> int:
    """Run every step, whatever the ones before it found; 0 only if tests ran and nothing failed."""
    from .web_steps import web_steps

    _refuse_missing_tools()
    if options.rest:
        results = [_tests("tests", options.rest)]
    else:
        results = [_lint(step) for step in LINTERS] + web_steps() + _all_tests()
    _print_summary(results)
    passed = any(result.passed for result in results)
    return 0 if passed and not any(result.failed for result in results) else 1


def _refuse_missing_tools() -> None:
    """Say so at once where an interpreter is used as it is and lacks one."""
    for tool in TOOLS:
        if find_spec(tool) is None:
            raise ModuleNotFoundError(f"No module named {tool!r}", name=tool)


def _all_tests() -> list[Result]:
    """The tests side by side, then those that need quiet; finding none at all is a failure."""
    workers = str(min(os.cpu_count() or 1, MOST_WORKERS))
    return [
        _tests(
            "tests",
            ["-m", "not quiet", "-n", workers, "--dist", "loadfile", "--no-loadscope-reorder"],
            {"OMP_NUM_THREADS": "1"},
        ),
        _tests("quiet tests", ["-m", "quiet"], may_be_none=True),
    ]


def _lint(step: str) -> Result:
    return one(step, *call(step, [sys.executable, *LINTERS[step]]))


def _tests(
    step: str,
    options: list[str],
    variables: dict[str, str] | None = None,
    may_be_none: bool = False,
) -> Result:
    """Run pytest and count from its XML report."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        pytest = [sys.executable, "-m", "pytest", "-q", "--durations=10"]
        command = [*pytest, f"--junitxml={report}", *options]
        status, seconds = call(step, command, variables)
        if status == NO_TESTS_COLLECTED and may_be_none:
            status = 0
        return counted(step, status, seconds, report)


def _print_summary(results: list[Result]) -> None:
    print("\n── summary ──")
    for result in results:
        counts = f"{result.passed:5} passed {result.failed:4} failed"
        print(f"{result.step:14} {counts} {result.seconds:7.1f} s")
    lacking = Counter(reason for result in results for reason in result.lacking)
    for reason, count in sorted(lacking.items()):
        print(f"{count} did not run: {reason}")
    passed = sum(result.passed for result in results)
    failed = sum(result.failed for result in results)
    print(f"{passed} passed, {failed} failed", flush=True)

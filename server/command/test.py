"""`main.py test`: lint, layout, types, import walls and tests, with one count at the end.

With arguments it is pytest alone, with these arguments.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

TAKES_REST = True
ROOT = Path(__file__).resolve().parents[2]
IMPORT_WALLS = "from importlinter.cli import lint_imports_command as walls; walls()"
LINTERS = {
    "lint": ["-m", "ruff", "check"],
    "layout": ["-m", "ruff", "format", "--check"],
    "types": ["-m", "mypy"],
    "import walls": ["-c", IMPORT_WALLS, "--no-logo"],
}
TOOLS = ("pytest", "xdist", "ruff", "mypy", "importlinter")
# What a test says where it cannot run; skipped for any other reason, it counts as failed.
LACKING = "this machine has no "
# Tests marked `quiet` measure time or memory: they run alone, after the others.
MOST_WORKERS = 4
NO_TESTS_COLLECTED = 5


@dataclass(frozen=True)
class Result:
    """What one step found. `lacking` is why tests did not run, each time it was so."""

    step: str
    passed: int
    failed: int
    seconds: float
    lacking: tuple[str, ...] = ()


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Everything after `test` goes to pytest: main.py test tests/test_house.py -x"


def needs_development(options: argparse.Namespace) -> bool:
    return True


def main(options: argparse.Namespace) -> int:
    """Run every step, whatever the ones before it found; 0 only if tests ran and nothing failed."""
    _refuse_missing_tools()
    if options.rest:
        results = [_tests("tests", options.rest)]
    else:
        results = [_lint(step) for step in LINTERS] + _all_tests()
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
    """A linter counts as one test."""
    status, seconds = _call(step, LINTERS[step])
    return Result(step, int(status == 0), int(status != 0), seconds)


def _tests(
    step: str,
    options: list[str],
    variables: dict[str, str] | None = None,
    may_be_none: bool = False,
) -> Result:
    """Run pytest and count from its XML report."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        status, seconds = _call(
            step,
            ["-m", "pytest", "-q", "--durations=10", f"--junitxml={report}", *options],
            variables,
        )
        total, failed, lacking = _counts(report)
    if status == NO_TESTS_COLLECTED and may_be_none:
        status = 0
    if status and not failed:
        failed, total = 1, total + 1
    return Result(step, total - failed, failed, seconds, lacking)


def _counts(report: Path) -> tuple[int, int, tuple[str, ...]]:
    """The tests that ran, those that did not pass, and what the machine lacked for the others."""
    if not report.exists():
        return 0, 0, ()
    tree = ElementTree.parse(report)
    suites, kinds = list(tree.iter("testsuite")), ("failures", "errors", "skipped")
    failed = sum(int(suite.get(kind, "0")) for suite in suites for kind in kinds)
    total = sum(int(suite.get("tests", "0")) for suite in suites)
    reasons = (skipped.get("message", "") for skipped in tree.iter("skipped"))
    lacking = tuple(reason for reason in reasons if reason.startswith(LACKING))
    return total - len(lacking), failed - len(lacking), lacking


def _call(
    step: str, arguments: list[str], variables: dict[str, str] | None = None
) -> tuple[int, float]:
    print(f"\n── {step} ──", flush=True)
    start = time.monotonic()
    environment = {**os.environ, **(variables or {})}
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=False)
    return done.returncode, time.monotonic() - start


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

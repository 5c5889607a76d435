"""The steps of `main.py test`: each is a program that is run, and a count of what it found."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
# What a test says where it cannot run; skipped for any other reason, it counts as failed.
LACKING = "this machine has no "


@dataclass(frozen=True)
class Result:
    """What one step found. `lacking` is why tests did not run, each time it was so."""

    step: str
    passed: int
    failed: int
    seconds: float
    lacking: tuple[str, ...] = ()


def call(
    step: str,
    command: Sequence[str],
    variables: Mapping[str, str] | None = None,
    folder: Path = ROOT,
) -> tuple[int, float]:
    """Run a program below the name of its step: its exit status and the seconds it took."""
    print(f"\n── {step} ──", flush=True)
    start = time.monotonic()
    environment = {**os.environ, **(variables or {})}
    done = subprocess.run(command, cwd=folder, env=environment, check=False)
    return done.returncode, time.monotonic() - start


def one(step: str, status: int, seconds: float) -> Result:
    """A step that counts as one test, such as a linter."""
    return Result(step, int(status == 0), int(status != 0), seconds)


def counted(step: str, status: int, seconds: float, report: Path) -> Result:
    """A step that wrote down its tests as JUnit's XML."""
    total, failed, lacking = _counts(report)
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

"""Build the editor, `web/dist`, where it is not what its sources say. The standard library only.

python -m server.editor        builds it without starting a server

Whether it is current is told by a digest of the sources that lies beside what was built. It is
built aside and then put in place, so that a server that runs meanwhile has one or the other.
"""

import gzip
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from server import node, setup, stamp
from server.node import Node

WEB = Path(stamp.ROOT) / "web"
DIST = WEB / "dist"
MODULES = WEB / "node_modules"
BUILT, BEFORE = MODULES / ".built", MODULES / ".before"
STAMP = "sources.txt"
SOURCES = (
    *("index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts"),
    *("public", "src"),
)
PACKED = (".css", ".js", ".svg")
PATIENCE = ("--fetch-retries=3", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=4000")


def make() -> None:
    """Build it if it is not current. Raises `SetupError`."""
    if is_current():
        return
    with setup.alone() as lock_file:
        if not is_current():
            setup.say("Building the editor (once; later starts skip this).")
            _build(_with_packages(False, lock_file), lock_file)


def tools() -> Node:
    """Node, with every package in place that checks and tests need. Raises `SetupError`."""
    with setup.alone() as lock_file:
        return _with_packages(True, lock_file)


def is_current() -> bool:
    """Whether what was built is of the sources as they are."""
    try:
        return (DIST / STAMP).read_text() == digest()
    except OSError:
        return False


def digest() -> str:
    """Of every source by its name and content."""
    whole = hashlib.sha256()
    for file in _sources():
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        whole.update(f"{file.relative_to(WEB).as_posix()} {content}\n".encode())
    return whole.hexdigest()


def _sources() -> Iterator[Path]:
    for name in SOURCES:
        path = WEB / name
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (file for file in files if file.is_file())


def _with_packages(development: bool, lock_file: int) -> Node:
    """Install what package-lock.json names, without the packages of tests unless asked for."""
    found = node.found(lock_file)
    if not _installed(development):
        omit = "--include=dev" if development else "--omit=dev"
        options = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
        command = [*found.npm, "ci", omit, *options, *PATIENCE]
        name = "Installing web/package-lock.json"
        setup.step(name, command, lock_file, folder=str(WEB), variables=found.environment())
    return found


def _installed(development: bool) -> bool:
    """Whether all that is needed is there, by the record that npm keeps when it is done."""
    try:
        wanted = _packages(WEB / "package-lock.json")
        there = _packages(MODULES / ".package-lock.json")
    except (OSError, ValueError, LookupError):
        return False
    return all(
        there.get(path, {}).get("version") == package["version"]
        for path, package in wanted.items()
        if path and (development or not package.get("dev")) and not _may_be_missing(package)
    )


def _packages(file: Path) -> dict[str, dict[str, Any]]:
    packages: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["packages"]
    return packages


def _may_be_missing(package: dict[str, Any]) -> bool:
    """What is for other machines."""
    return bool(package.get("optional") or package.get("devOptional"))


def _build(found: Node, lock_file: int) -> None:
    sources = digest()
    vite = str(MODULES / "vite" / "bin" / "vite.js")
    where = ("--outDir", str(BUILT.relative_to(WEB)), "--emptyOutDir", "--logLevel", "warn")
    variables = found.environment() | {"NODE_ENV": "production"}
    command = [found.program, vite, "build", *where]
    setup.step("Building web/dist", command, lock_file, folder=str(WEB), variables=variables)
    _pack()
    (BUILT / STAMP).write_text(sources)
    _put_in_place()


def _pack() -> None:
    """Pack once what every browser would else get packed anew, or as it is."""
    for file in sorted((BUILT / "assets").glob("*")):
        if file.suffix in PACKED:
            data = gzip.compress(file.read_bytes(), 9, mtime=0)
            file.with_name(f"{file.name}.gz").write_bytes(data)


def _put_in_place() -> None:
    shutil.rmtree(BEFORE, ignore_errors=True)
    if DIST.exists():
        os.replace(DIST, BEFORE)
    os.replace(BUILT, DIST)
    shutil.rmtree(BEFORE, ignore_errors=True)


if __name__ == "__main__":
    try:
        make()
    except setup.SetupError as error:
        setup.say(str(error))
        sys.exit(error.status)

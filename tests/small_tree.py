"""A small copy of the project: the real door and set-up, requirements that install in no time."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = os.path.realpath(sys.executable)
COPIED = (
    "main.py",
    "server/__init__.py",
    "server/command/__init__.py",
    "server/environment.py",
    "server/lock.py",
    "server/setup.py",
    "server/stamp.py",
)
COMMAND = """
import json, sys

def arguments(parser): parser.add_argument("--json", action="store_true")
def needs_development(options): return {development}
def main(options):
    import {package}
    print(json.dumps([sys.prefix, {package}.VERSION, sys.argv[1:]]))
    return 7
"""
SLOW_BUILD = """
import pathlib, shutil, time

def build_wheel(folder, settings=None, metadata=None):
    tree = pathlib.Path(__file__).parents[1]
    (tree / "building").touch()
    deadline = time.monotonic() + 20
    while not (tree / "go-on").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    return shutil.copy(next(tree.glob("slow-*.whl")), folder).rpartition("/")[2]
"""
SLOW_PROJECT = """
[build-system]
requires = []
build-backend = "build_slow"
backend-path = ["."]
"""


def make_wheel(folder: Path, name: str, version: str) -> Path:
    """The smallest package that pip installs."""
    about = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"VERSION = {version!r}\n",
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/RECORD": "",
    }
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for file, text in files.items():
            wheel.writestr(file, text)
    return path


class SmallTree:
    """A folder to start `main.py` in, as a user does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def new(cls, folder: Path) -> "SmallTree":
        for name in COPIED:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
        tree = cls(folder)
        tree.write("server/command/run.py", COMMAND.format(package="tiny", development=False))
        tree.write("server/command/serve.py", COMMAND.format(package="tiny", development=False))
        tree.write("server/command/test.py", COMMAND.format(package="extra", development=True))
        for name, version in (("tiny", "1.0"), ("tiny", "2.0"), ("extra", "1.0")):
            make_wheel(folder, name, version)
        tree.require("requirements.txt", "tiny==1.0")
        tree.require("requirements-dev.txt", "extra==1.0")
        return tree

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def require(self, file: str, *lines: str) -> None:
        self.write(file, "\n".join(["--no-index", "--find-links .", *lines, ""]))

    def copy(self, folder: Path) -> "SmallTree":
        shutil.copytree(self.folder, folder, symlinks=True, dirs_exist_ok=True)
        return SmallTree(folder)

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """Start the door on a Python that has nothing installed for us."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("LATENTWIRE_", "PYTHON"))}
        return subprocess.Popen(
            [PYTHON, "main.py", *arguments],
            cwd=self.folder,
            env={**kept, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **variables: str) -> tuple[int, str, str]:
        """Exit status, stdout and stderr of a start."""
        process = self.start(*arguments, **variables)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def add_slow_package(self) -> None:
        """Its build says that it began (a file `building`) and waits for a file `go-on`."""
        self.write("slow/build_slow.py", SLOW_BUILD)
        self.write("slow/pyproject.toml", SLOW_PROJECT)
        make_wheel(self.folder, "slow", "1.0")
        self.require("requirements.txt", "tiny==1.0", "./slow")

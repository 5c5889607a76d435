"""A server started as a user starts it, and what its processes are."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

TREE = Path(__file__).resolve().parents[3]
PATIENCE = 60.0
LOOK_AGAIN = 0.002
KINDS = ("server", "nursery", "worker", "checker")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


class Process:
    """One server at a time on one data folder and port; it may be killed and started again."""

    def __init__(
        self, data: Path, *options: str, browser: bool = False, **environment: str
    ) -> None:
        self.data, self.environment = data, environment
        self.options = options if browser else ("--no-browser", *options)
        self.port = free_port()
        self.popen: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def token(self) -> str:
        return (self.data / "token").read_text().strip()

    @property
    def log(self) -> Path:
        """What the server printed, at all its starts."""
        return self.data.with_name(f"{self.data.name}.log")

    def launch(self, said: int | None = None) -> None:
        """Start it, and wait for nothing. `said` is a handle to print to instead of the log."""
        command = [sys.executable, str(TREE / "main.py")]
        command += [] if "--device" in self.options else ["--device", "cpu"]
        command += ["--data", str(self.data), "--port", str(self.port), *self.options]
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                command,
                env=os.environ | {"LATENTWIRE_PYTHON": "current"} | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log if said is None else said,
                stderr=subprocess.STDOUT,
            )

    def start(self) -> float:
        """Start it; the seconds until it accepts submissions."""
        began = time.perf_counter()
        self.launch()
        self.wait_until_healthy()
        return time.perf_counter() - began

    def wait_until_healthy(self) -> None:
        self.wait_for(self.healthy, "to answer")

    def wait_for(self, happened: Callable[[], Any], what: str, patience: float = PATIENCE) -> None:
        """Raises `TimeoutError`, with what the server said last."""
        end = time.monotonic() + patience
        while not happened():
            if time.monotonic() > end or (self.popen and self.popen.poll() is not None):
                said = self.log.read_text(errors="replace")[-2000:]
                raise TimeoutError(f"waited for the server {what}; it said:\n{said}")
            time.sleep(LOOK_AGAIN)

    def healthy(self) -> bool:
        try:
            return self.get("/v1/health", timeout=2)[0] == 200
        except (OSError, HTTPException):
            return False

    def get(self, path: str, timeout: float = 30) -> tuple[int, bytes]:
        """Status and body of a GET with the token, if there is one yet."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            token = self.token if (self.data / "token").exists() else ""
            connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def json(self, path: str) -> Any:
        status, body = self.get(path)
        if status != 200:
            raise RuntimeError(f"{path}: {status} {body[:500]!r}")
        return json.loads(body)

    def kill(self) -> None:
        """As kill -9 does."""
        if self.popen:
            self.popen.kill()
            self.popen.wait()
            self.popen = None

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end; its exit status."""
        assert self.popen
        self.popen.send_signal(how)
        status = self.popen.wait(PATIENCE)
        self.popen = None
        return status

    def processes(self) -> dict[str, list[int]]:
        """The processes there are now by kind: server, nursery, worker, checker."""
        import psutil

        found: dict[str, list[int]] = {kind: [] for kind in KINDS}
        if self.popen and self.popen.poll() is None:
            found["server"].append(self.popen.pid)
            try:
                for child in psutil.Process(self.popen.pid).children(recursive=True):
                    kind = _kind(child)
                    if kind:
                        found[kind].append(child.pid)
            except psutil.NoSuchProcess:
                pass
        return found


def _kind(process: Any) -> str | None:
    import psutil

    try:
        name = str(process.name()).removeprefix("lw-")
        if name in KINDS:
            return name
        words = process.cmdline()
    except psutil.Error:
        return None
    at = words.index("server.worker") if "server.worker" in words else -2
    return words[at + 1] if words[at + 1 : at + 2] else None

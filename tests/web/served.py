"""The server under the page: a process of its own, and what it has saved, asked from outside."""

import json
import time
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote

from server.bench.live import Process

Document = dict[str, Any]
PATIENCE = 30.0


class Served:
    """A server as a user starts it. All it is asked goes over HTTP, with its token."""

    def __init__(self, process: Process) -> None:
        self.process = process

    @property
    def url(self) -> str:
        return self.process.url

    def link(self) -> str:
        """A new link into it, for one use."""
        return f"{self.url}/#code={self.ask('POST', '/v1/login/codes')['code']}"

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer, read as JSON; raises `RuntimeError` where it is refused."""
        status, answer = self.answer(method, path, body, **headers)
        if status >= 400:
            raise RuntimeError(f"{method} {path}: {status} {answer[:500]!r}")
        return json.loads(answer) if answer else None

    def answer(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.process.port, timeout=PATIENCE)
        said = {"Authorization": f"Bearer {self.process.token}"} | headers
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            said.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path, body, said)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    # what is saved

    def saved(self) -> list[str]:
        """The names of all saved workflows."""
        return [one["name"] for one in self.ask("GET", "/v1/workflows")["workflows"]]

    def document(self, name: str) -> Document:
        """One as it is saved now."""
        workflow: Document = self._workflow(name)["workflow"]
        return workflow

    def revision(self, name: str) -> int:
        return int(self._workflow(name)["revision"])

    def text(self, name: str) -> bytes:
        """The very bytes of the file."""
        return (self.process.data / "workflows" / f"{name}.json").read_bytes()

    def save(self, name: str, workflow: Document) -> None:
        """Save it over whatever is there."""
        there = {"If-Match": f'"{self.revision(name)}"'} if name in self.saved() else {}
        self.ask("PUT", f"/v1/workflows/{quote(name)}", workflow, **there)

    def _workflow(self, name: str) -> Any:
        return self.ask("GET", f"/v1/workflows/{quote(name)}")

    # what runs

    def runs(self) -> list[Any]:
        """The runs, the newest first."""
        found: list[Any] = self.ask("GET", "/v1/runs")["runs"]
        return found

    def states(self, title: str) -> list[str]:
        """Of the runs with a title, the newest first."""
        return [run["state"] for run in self.runs() if run["title"] == title]

    def sweep(self) -> None:
        """As it was at first, but for runs that have ended."""
        self.ask("PUT", "/v1/settings", {"settings": {}})
        self.ask("POST", "/v1/queue/clear")
        self.ask("POST", "/v1/queue/resume")
        for one in self.ask("GET", "/v1/workflows")["workflows"]:
            path = f"/v1/workflows/{quote(one['name'])}"
            self.ask("DELETE", path, **{"If-Match": f'"{one["revision"]}"'})
        for run in self.runs():
            if run["state"] == "running":
                self.ask("POST", f"/v1/runs/{run['run']}/cancel")


def until(happened: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Ask again and again; raises `TimeoutError`. For what no page shows."""
    end = time.monotonic() + patience
    while not (found := happened()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited until {what}")
        time.sleep(0.02)
    return found

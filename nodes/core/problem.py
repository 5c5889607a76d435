"""The one error of the program: where it is, what is wrong, and a way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fix:
    """A change that mends a problem: a title for its button, and values by "NODE.INPUT".

    A node names its own inputs alone; the engine puts its id before them.
    """

    title: str
    set: dict[str, Any]


class Problem(Exception):
    """Something the user can mend. Raised by nodes without `node`: the engine knows who called.

    node: id or path (`loop/step`) of the node, None for the whole workflow.
    port: the input or output, None where the node itself is meant.
    message: one sentence in the user's words.
    """

    def __init__(
        self, message: str, port: str | None = None, node: str | None = None, fix: Fix | None = None
    ) -> None:
        super().__init__(message)
        # a wrong workflow of ten thousand nodes has as many of these: what is printable stays
        self.message = message if message.isprintable() else _printable(message)
        self.port = port if not port or port.isprintable() else _printable(port)
        self.node = node if not node or node.isprintable() else _printable(node)
        self.fix = fix

    def at(self, node: str) -> Problem:
        """The same problem, told of `node` if it does not name a place yet."""
        if self.node:
            return self
        fix = self.fix and Fix(self.fix.title, {f"{node}.{k}": v for k, v in self.fix.set.items()})
        return Problem(self.message, self.port, node, fix)

    def inside(self, body: str) -> Problem:
        """The same problem, seen from outside the body of node `body`."""
        if not self.node:
            return self.at(body)
        fix = self.fix and Fix(self.fix.title, {f"{body}/{k}": v for k, v in self.fix.set.items()})
        return Problem(self.message, self.port, f"{body}/{self.node}", fix)

    @property
    def place(self) -> str:
        return ".".join(part for part in (self.node, self.port) if part)

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message

    def as_dict(self) -> dict[str, Any]:
        fix = {"title": self.fix.title, "set": self.fix.set} if self.fix else None
        return {"node": self.node, "port": self.port, "message": self.message, "fix": fix}


class Problems(Exception):
    """Every problem of a workflow at once, so that none has to be found by mending another."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def _printable(text: str) -> str:
    """On one line and safe for a terminal: names come from files, and errors from anywhere."""
    return "".join(c if c.isprintable() else "\ufffd" for c in " ".join(text.split()))

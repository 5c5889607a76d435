"""What is asked of the checker, and what it answers."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import msgspec

from .frames import Frame, pack
from .messages import Trouble
from .refused import Refused


@dataclass(frozen=True)
class Submission:
    """A workflow that can run. `document` is its JSON, `text` what the run is found by."""

    id: str | None
    title: str
    targets: list[str] | None
    front: bool
    text: str
    document: bytes


@dataclass(frozen=True)
class Text:
    """A workflow to be saved, in its canonical text."""

    name: str
    revision: int
    title: str
    text: bytes


@dataclass(frozen=True)
class Picture:
    """A picture that may be kept. `notices` say what of it is not read."""

    mime: str
    width: int
    height: int
    notices: list[str] = field(default_factory=list[str])


@dataclass
class Asked:
    """A request that waits: `until` then, and for how many processes it has waited already."""

    kind: str
    body: bytes
    said: dict[str, Any]
    answer: "asyncio.Future[Frame]"
    until: float
    tries: int = 0

    @property
    def in_order(self) -> bool:
        """Whether it waits for those before it, as all do but what is about pictures."""
        return self.kind in ("submit", "check", "save")

    def written(self, number: int) -> bytes:
        """The request as a frame."""
        return pack(self.kind, self.body, request=number, **self.said)


def refusal(said: dict[str, Any]) -> Refused:
    """The refusal that an answer says, with all its problems."""
    problems = msgspec.convert(said["problems"], list[Trouble])
    told = "; ".join(_told(problem) for problem in problems[:3])
    more = f" … {len(problems)} problems in all" if len(problems) > 3 else ""
    return Refused(said["refused"], told + more, problems)


def _told(problem: Trouble) -> str:
    place = ".".join(part for part in (problem.node, problem.port) if part)
    return f"{place}: {problem.message}" if place else problem.message

"""What goes into the record and comes out of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from server.messages import NodeReport, Trouble

Ended = Literal["done", "failed", "cancelled"]


@dataclass(frozen=True)
class NewRun:
    """A run to be accepted. `document` is its workflow as JSON, `text` what a search looks in.

    `id` None lets the record choose one; the same id twice is one run.
    """

    title: str
    document: bytes
    targets: list[str] | None = None
    front: bool = False
    text: str = ""
    id: str | None = None


class Claimed(NamedTuple):
    """A run that a worker is to run, as this attempt."""

    run: str
    attempt: int
    title: str
    document: bytes
    targets: list[str] | None


@dataclass(frozen=True)
class Made:
    """A file that a run made: whole and flushed at `tmp`, to appear at the reserved `path`.

    `tmp` None: a file that is there already, made by an earlier run.
    """

    node: str
    name: str
    path: Path
    tmp: Path | None
    sha256: str
    mime: str
    width: int | None
    height: int | None
    bytes: int


@dataclass(frozen=True)
class Ending:
    """How an attempt at a run ended."""

    run: str
    attempt: int
    state: Ended
    error: Trouble | None = None
    outputs: Sequence[Made] = ()
    nodes: Mapping[str, NodeReport] = field(default_factory=dict[str, NodeReport])
    seconds: float | None = None


class FileRow(NamedTuple):
    """A stored file; `path` is relative to the data folder. `run` and `node` made it, or nobody."""

    asset: str
    name: str
    path: str
    mime: str
    bytes: int
    width: int | None
    height: int | None
    sha256: str
    created_at: float
    run: str | None
    node: str | None
    shown: bool

"""What a running node may do besides computing: a small typed door to files and assets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .plan import Plan


@dataclass(frozen=True)
class Asset:
    """A file that a run wrote, with the node's path and the digest of its bytes."""

    node: str
    name: str
    path: str
    sha256: str

    def by(self, node: str) -> Asset:
        """The same file, told of the node at this path."""
        return self if node == self.node else replace(self, node=node)


class Host(Protocol):
    """Where a run happens: the command line, a worker, a test. It owns folders and devices."""

    device: str
    environment: str  # what results depend on besides the workflow: versions, device, threads
    scratch: Path  # a folder for what can be worked out again

    def find(self, kind: str, name: str) -> Path:
        """The file or folder of that kind and name. Raises `Problem` that says what there is."""
        ...

    def digest(self, kind: str, name: str) -> str:
        """What is in that file: a digest of its bytes. Raises `Problem`."""
        ...

    def keep(
        self, node: str, name: str, write: Callable[[IO[bytes]], None], shown_only: bool
    ) -> Asset:
        """Write a file whole or not at all. Raises `Problem` where the disk refuses."""
        ...

    def kept(self, asset: Asset) -> bool:
        """Whether that file is still there, unchanged. It may be put where this run's files go."""
        ...

    def free_memory(self) -> None:
        """Let go of what can be loaded again."""
        ...


@dataclass
class Context:
    """One node's door to its host, for one execution. `inputs` are those of the body it is in."""

    host: Host
    plan: Plan
    node: str
    path: str
    iteration: int | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    assets: list[Asset] = field(default_factory=list[Asset])
    notices: list[str] = field(default_factory=list[str])

    @property
    def device(self) -> str:
        return self.host.device

    def model_path(self, name: str, kind: str = "model") -> Path:
        """The file or folder a name stands for. Raises `Problem` if there is none."""
        return self.host.find(kind, name)

    def asset(
        self, name: str, write: Callable[[IO[bytes]], None], shown_only: bool = False
    ) -> Asset:
        """Write a file: `write` gets it open, and it appears whole or not at all.

        name: what the user calls it, with its ending; a `/` makes folders. A number is added, at
        the end or where `{counter}` stands.
        shown_only: for looking at, not kept among the outputs.
        """
        asset = self.host.keep(self.path, name, write, shown_only)
        self.assets.append(asset)
        return asset

    def notice(self, message: str) -> None:
        """Say something the user should know that is no error."""
        self.notices.append(message)

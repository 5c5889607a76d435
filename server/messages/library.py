"""What there is: node types, models, assets, the machine."""

from dataclasses import dataclass
from typing import Any, Literal

from .runs import Json, Trouble


@dataclass(frozen=True)
class Port:
    """An input or output of a node type. `type` is that of a wire; `many` takes or gives several.

    Of an input: `required` needs a wire or a value, `default` is its value without one, `auto`
    takes the word `"auto"` too, `lazy` is worked out only if it turns out to be needed. `widget`
    says how a value looks and which are taken: `{"type": "Slider", "min": 0, "max": 1, "step":
    0.01}`; without one it takes a wire only.
    """

    name: str
    type: str
    many: bool = False
    required: bool = False
    default: Any = None
    auto: bool = False
    lazy: bool = False
    widget: Json | None = None
    help: str = ""


@dataclass(frozen=True)
class NodeKind:
    """A node type as the editor draws it. `effect` saves or shows something, so it is run by
    itself; one that is not `exact` is never reused; a `live` one works in steps and shows pictures
    on the way.
    """

    type: str
    title: str
    category: str
    help: str
    version: int
    effect: bool
    exact: bool
    live: bool
    inputs: list[Port]
    outputs: list[Port]


@dataclass(frozen=True)
class Nodes:
    """Every node type. `problems` are packs that could not be loaded; `digest` changes with all."""

    nodes: list[NodeKind]
    problems: list[Trouble]
    digest: str


@dataclass(frozen=True)
class ModelFile:
    """A model that was found. `problem` says why it cannot be used; `sha256` comes later, when it
    was read.
    """

    name: str
    kind: str
    family: str | None
    bytes: int
    sha256: str | None
    folder: str
    problem: str | None = None


@dataclass(frozen=True)
class Models:
    """Every model; `looking` while folders and files are still being read, with how far that is."""

    models: list[ModelFile]
    looking: bool
    bytes_read: int = 0
    bytes_to_read: int = 0


@dataclass(frozen=True)
class ListAssets:
    """Pictures and files, newest first."""

    cursor: str | None = None
    limit: int = 50


@dataclass(frozen=True)
class Asset:
    """A stored picture or file; `run` and `node` made it, both None for one that was uploaded."""

    asset: str
    name: str
    path: str
    mime: str
    bytes: int
    width: int | None
    height: int | None
    sha256: str
    created_at: float
    run: str | None = None
    node: str | None = None


@dataclass(frozen=True)
class Assets:
    """A page of assets."""

    assets: list[Asset]
    cursor: str | None


@dataclass(frozen=True)
class Device:
    """A device with the worker that runs on it; `run` is the one it is at. `memory_free` is of the
    device. One that failed again and again is `quarantined` for some minutes.
    """

    device: str
    name: str
    state: Literal["starting", "ready", "busy", "lost", "quarantined"]
    run: str | None
    memory_bytes: int
    memory_free: int


@dataclass(frozen=True)
class SystemInfo:
    """The machine and the program. `checker` is what reads workflows; while it is `lost`, nothing
    is accepted. `queued` and `running` count runs.
    """

    version: str
    python: str
    system: str
    devices: list[Device]
    data_folder: str
    disk_free: int
    memory_bytes: int
    checker: Literal["starting", "ready", "lost"]
    paused: bool
    queued: int
    running: int

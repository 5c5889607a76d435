"""This machine as the host of a run: its folders, its devices, its disk."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from nodes.core.context import Asset
from nodes.core.problem import Problem
from nodes.diffusion import memory
from nodes.diffusion.digest import Digests

from .library import find_model, model_folders, models, with_hash
from .shelf import Shelf, digest_of

TREE = Path(__file__).resolve().parent.parent
MODELS = TREE / "models"


def data_folder() -> Path:
    """Where everything made at run time goes: LATENTWIRE_DATA, else `data` in the tree."""
    return Path(os.environ.get("LATENTWIRE_DATA") or TREE / "data")


@dataclass
class Local:
    """A `Host` on this machine. `beside` is the workflow's folder, where its pictures are found."""

    out: Path
    beside: Path
    models: list[Path] = field(default_factory=lambda: [MODELS])
    data: Path = field(default_factory=data_folder)

    def __post_init__(self) -> None:
        self.models = model_folders(self.models)
        self.device = str(memory.device())
        self.environment = memory.environment()
        self.outputs, self.shown = Shelf(self.out), Shelf(self.data / "previews")
        self.scratch = self.data / "cache"
        self._digests = Digests(self.scratch / "digests.json")

    def find(self, kind: str, name: str) -> Path:
        if kind == "image":
            return self._picture(name)
        return find_model(self.models, name, kind)

    def names(self) -> list[str]:
        """Every model by its name."""
        return [name for name, _ in models(self.models)]

    def with_hash(self, hash: str) -> str | None:
        """The model whose file has this hash, as other tools write it."""
        return with_hash(self.models, hash, self._digests.of)

    def digest(self, kind: str, name: str) -> str:
        path = self.find(kind, name)
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        found = self._digests.of_all(path.parent, files)
        # a model's handle holds its path, so one that was moved is another
        return found if kind == "image" else f"{found} {path.resolve()}"

    def keep(
        self, node: str, name: str, write: Callable[[IO[bytes]], None], shown_only: bool
    ) -> Asset:
        return (self.shown if shown_only else self.outputs).keep(node, name, write)

    def kept(self, asset: Asset) -> bool:
        path = Path(asset.path)
        return path.is_file() and digest_of(path) == asset.sha256

    def bring(self, asset: Asset) -> Asset:
        """A file of an earlier run among this one's; what was only shown stays where it is."""
        return (
            asset
            if Path(asset.path).parent == self.shown.folder.resolve()
            else self.outputs.bring(asset)
        )

    def free_memory(self) -> None:
        memory.release()

    def _picture(self, name: str) -> Path:
        path = self.beside / name
        if not path.resolve().is_relative_to(self.beside.resolve()):
            raise Problem(
                f"{name} is outside the folder of the workflow, put it beside it", "image"
            )
        if not path.is_file():
            raise Problem(
                f'there is no picture "{name}" beside the workflow ({self.beside})', "image"
            )
        return path

"""The host of those who only look: it finds files and knows their digests, and runs nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import IO

from nodes.core.context import Asset
from nodes.core.problem import Problem
from nodes.diffusion.digest import Digests
from nodes.library import find_model

from .assets import find_asset

AT_ONCE = 64 * 2**20  # bytes of files not read before that are read while somebody waits


class Unread(Exception):
    """Files so large that what depends on them cannot be known before they are read."""


class Onlooker:
    """A `Host` that sees what a worker of that environment would see.

    models: folders of models, as they are. Model files are read elsewhere, in the background: until
    then what depends on the digests of large ones raises `Unread`.
    """

    device = "none"

    def __init__(self, data: Path, models: list[Path], environment: str) -> None:
        self.environment = environment
        self.models, self.data = models, data
        self.scratch = data / "cache"
        self.digests = Digests(self.scratch / "digests.json")

    def find(self, kind: str, name: str) -> Path:
        if kind == "image":
            return find_asset(self.data, name)
        return find_model(self.models, name, kind)

    def digest(self, kind: str, name: str) -> str:
        path = self.find(kind, name)
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        unread = (file for file in files if self.digests.seen(file) is None)
        if sum(file.stat().st_size for file in unread) > AT_ONCE:
            raise Unread(name)
        found = self.digests.of_all(path.parent, files)
        return found if kind == "image" else f"{found} {path.resolve()}"

    def kept(self, asset: Asset) -> bool:
        return Path(asset.path).is_file()

    def keep(
        self, node: str, name: str, write: Callable[[IO[bytes]], None], shown_only: bool
    ) -> Asset:
        raise Problem("nothing is written here", None, node)

    def free_memory(self) -> None:
        """Nothing is held."""

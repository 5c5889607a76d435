"""A worker as the host of runs: it writes files, and the server gives them their places."""

import hashlib
import os
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from nodes.core.context import Asset
from nodes.core.problem import Problem
from nodes.diffusion import memory
from nodes.diffusion.digest import Digests
from nodes.library import find_model
from nodes.pictures.reading import picture_size
from nodes.shelf import NO_ROOM, digest_of
from server.settings import Settings

from .assets import find_asset

MIMES = {"png": "image/png", "webp": "image/webp", "jpg": "image/jpeg", "jpeg": "image/jpeg"}
PLACED_WITHIN = 5.0  # seconds for the server to place what an earlier run wrote
Name = Callable[[str, bool], Path]
Show = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Written:
    """A file of the run: its bytes are whole at `tmp`, or for long at `asset.path` (None)."""

    asset: Asset
    tmp: Path | None
    mime: str
    width: int | None
    height: int | None
    bytes: int

    def as_dict(self) -> dict[str, Any]:
        """As the server is told of it."""
        asset = self.asset
        return {
            "node": asset.node,
            "name": asset.name,
            "path": asset.path,
            "tmp": str(self.tmp) if self.tmp else None,
            "sha256": asset.sha256,
            "mime": self.mime,
            "width": self.width,
            "height": self.height,
            "bytes": self.bytes,
        }


class WorkerHost:
    """A `Host` in a worker. `name` asks the server what a file will be called and where it will be,
    `show` tells it of one that is whole.

    `written` are the files of the run at hand; those of earlier runs may be on their way still.
    """

    def __init__(self, settings: Settings, models: list[Path], device: str) -> None:
        memory.use(device, settings.weights)
        self.settings, self.models = settings, models
        self.device = str(memory.device())
        self.environment = memory.environment()
        self.scratch = settings.cache
        self.written: dict[str, Written] = {}
        self._under_way: dict[str, Path] = {}
        self._digests = Digests(self.scratch / "digests.json")
        self._prefix = ""
        self._name: Name | None = None
        self._show: Show | None = None

    def begin(self, run: str, attempt: int, name: Name, show: Show) -> None:
        """The next run: its files start with `run.attempt.`, and `name` names them."""
        for path, file in self.written.items():
            if file.tmp:
                self._under_way[path] = file.tmp
        self.written.clear()
        self._prefix, self._name, self._show = f"{run}.{attempt}.", name, show

    def find(self, kind: str, name: str) -> Path:
        if kind == "image":
            return find_asset(self.settings.data, name)
        return find_model(self.models, name, kind)

    def digest(self, kind: str, name: str) -> str:
        path = self.find(kind, name)
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        found = self._digests.of_all(path.parent, files)
        return found if kind == "image" else f"{found} {path.resolve()}"

    def keep(
        self, node: str, name: str, write: Callable[[IO[bytes]], None], shown_only: bool
    ) -> Asset:
        tmp = self.settings.scratch / f"{self._prefix}{uuid.uuid4().hex}"
        try:
            digest = _write(tmp, write)
        except OSError as error:
            tmp.unlink(missing_ok=True)
            raise Problem(self._refused(error, tmp), None, node) from error
        except BaseException:
            tmp.unlink(missing_ok=True)
            raise
        assert self._name and self._show
        path = self._name(name, shown_only)
        asset = Asset(node, path.name, str(path), digest)
        file = self.written[asset.path] = _looked_at(asset, tmp)
        self._show(file.as_dict())
        return asset

    def kept(self, asset: Asset) -> bool:
        """Whether the file is there; one that an earlier run wrote may still be on its way."""
        mine = self.written.get(asset.path)
        if mine and mine.asset.sha256 == asset.sha256:
            return True
        path = Path(asset.path)
        self._wait_for(path)
        return path.is_file() and digest_of(path) == asset.sha256

    def free_memory(self) -> None:
        memory.release()

    def outputs(self, assets: Iterable[Asset]) -> list[dict[str, Any]]:
        """The files of a run, those it wrote and those it only named. All else it wrote goes."""
        told = dict[str, dict[str, Any]]()
        for asset in assets:
            file = self.written.get(asset.path)
            if file or Path(asset.path).is_file():
                found = file or _looked_at(asset, None)
                told[asset.path] = found.as_dict() | {"node": asset.node}
        self._drop(path for path in self.written if path not in told)
        return list(told.values())

    def forget(self) -> None:
        """The run is to leave nothing behind: its files go."""
        self._drop(self.written)

    def _drop(self, paths: Iterable[str]) -> None:
        for path in list(paths):
            tmp = self.written.pop(path).tmp
            if tmp:
                tmp.unlink(missing_ok=True)

    def _wait_for(self, path: Path) -> None:
        tmp = self._under_way.pop(str(path), None)
        latest = time.monotonic() + PLACED_WITHIN
        while tmp and tmp.exists() and not path.exists() and time.monotonic() < latest:
            time.sleep(0.002)

    def _refused(self, error: OSError, tmp: Path) -> str:
        if error.errno in NO_ROOM:
            return f"there is no room left on the disk of {self.settings.outputs}: make some"
        return f"{tmp.parent} could not be written to: {error.strerror}"


def _write(path: Path, write: Callable[[IO[bytes]], None]) -> str:
    """Write a new file to the disk itself. Returns its sha256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x+b") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()


def _looked_at(asset: Asset, tmp: Path | None) -> Written:
    """What is to be known of a file besides its name."""
    path = tmp or Path(asset.path)
    mime = MIMES.get(asset.name.rpartition(".")[2].lower(), "application/octet-stream")
    width = height = None
    if mime.startswith("image/"):
        try:
            width, height = picture_size(path)
        except Problem:  # its ending says more than is true
            mime = "application/octet-stream"
    return Written(asset, tmp, mime, width, height, path.stat().st_size)

"""Every model there is: found in its folder, recognised by its header, read through once."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import msgspec

from nodes.diffusion.digest import Digests
from nodes.diffusion.kind import kind_at
from nodes.diffusion.unchanged import Mark, mark_of
from nodes.library import REFUSED, models
from server.messages import ModelFile, Models

from .promised import broken_promise

PAUSE = 2.0  # seconds between looks at the folders
LONGEST_PAUSE = 30.0
SHARE = 20  # how many times longer a pause is than a look at the folders
TOLD_EVERY = 0.5  # seconds, while files are read
UNREADABLE = "cannot be read"
# what a folder's name says of files in it that nothing else tells
KINDS = {
    "checkpoints": "model",
    "clip": "text_encoder",
    "controlnet": "controlnet",
    "diffusion_models": "model",
    "embeddings": "embedding",
    "esrgan": "upscaler",
    "lora": "lora",
    "loras": "lora",
    "lycoris": "lora",
    "realesrgan": "upscaler",
    "stable-diffusion": "model",
    "text_encoders": "text_encoder",
    "unet": "model",
    "upscale_models": "upscaler",
    "vae": "vae",
}


class Known(NamedTuple):
    """A model as it was when its files had this mark."""

    path: Path
    mark: Mark
    model: ModelFile


class Index:
    """Looks at the folders again and again in a thread; `send` hears whenever more is known."""

    def __init__(self, folders: list[Path], digests: Path, send: Callable[..., None]) -> None:
        self.folders, self._send = folders, send
        self._digests = Digests(digests)
        self._known: dict[str, Known] = {}
        self._told = b""
        self._told_at = 0.0
        self._read = self._to_read = 0

    def watch(self) -> None:
        """Begin."""
        Thread(target=self._watch, name="models", daemon=True).start()

    def look(self) -> float:
        """One look at every folder, and one through every file that is new.

        Returns the seconds until the next: looking must not be all that a disk does.
        """
        began = time.monotonic()
        there = list(_there(self.folders))
        pause = min(max(PAUSE, SHARE * (time.monotonic() - began)), LONGEST_PAUSE)
        before, self._known = self._known, {}
        for name, path, mark in there:
            known = before.get(name)
            same = known is not None and (known.path, known.mark) == (path, mark)
            self._known[name] = known if known and same else self._new(name, path, mark)
        self._read_all()
        self._tell(looking=False)
        return pause

    def _watch(self) -> None:
        while True:
            time.sleep(self.look())

    def _new(self, name: str, path: Path, mark: Mark) -> Known:
        kind, family, problem = about(path)
        size = sum(bytes for _, bytes, _, _ in mark)
        folder = next(str(f) for f in self.folders if path.is_relative_to(f))
        return Known(path, mark, ModelFile(name, kind, family, size, None, folder, problem))

    def _read_all(self) -> None:
        """Digests of what has none yet, the small ones first."""
        unread = [known for known in self._known.values() if known.model.sha256 is None]
        unread.sort(key=lambda known: known.model.bytes)
        self._read, self._to_read = 0, sum(known.model.bytes for known in unread)
        if unread:
            self._tell(looking=True)
        for known in unread:
            digest = self._digest(known.path)
            if digest:
                told = known.model.problem or self._doubt(known.path, digest)
                model = replace(known.model, sha256=digest, problem=told)
                self._known[model.name] = known._replace(model=model)
        self._read = self._to_read = 0

    def _digest(self, path: Path) -> str | None:
        """Of a file its sha256, of a folder one over all files in it."""
        try:
            if path.is_file():
                return self._digests.of(path, self._hear)
            files = [Path(file) for file, *_ in mark_of(path)]
            for file in files:
                self._digests.of(file, self._hear)
            return self._digests.of_all(path.parent, files)
        except OSError:
            return None

    def _doubt(self, path: Path, digest: str) -> str | None:
        try:
            return broken_promise(path, digest) if path.is_file() else None
        except OSError:
            return None

    def _hear(self, bytes: int) -> None:
        self._read += bytes
        if time.monotonic() - self._told_at > TOLD_EVERY:
            self._tell(looking=True)

    def _tell(self, looking: bool) -> None:
        found = [known.model for known in self._known.values()]
        told = msgspec.json.encode(Models(found, looking, self._read, self._to_read))
        self._told_at = time.monotonic()
        if told != self._told:
            self._told = told
            self._send("models", told)


def _there(folders: list[Path]) -> Iterator[tuple[str, Path, Mark]]:
    for name, path in models(folders):
        with suppress(OSError):  # it went away since it was listed
            yield name, path, mark_of(path)


def about(path: Path) -> tuple[str, str | None, str | None]:
    """(kind, family, why it cannot be used) of a model folder or file; its folder has a say."""
    try:
        kind, family, problem = kind_at(path)
    except OSError as error:
        return _by_folder(path), None, f"{path.name} {UNREADABLE}: {error.strerror}"
    return kind or _by_folder(path), family, problem


def _by_folder(path: Path) -> str:
    kinds = (KINDS.get(folder.name.lower()) for folder in path.parents)
    return next(filter(None, kinds), "model" if path.suffix in REFUSED else "unknown")

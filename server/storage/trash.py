"""Workflows that were deleted: each in a folder with what it was before, to be brought back."""

import json
import os
import re
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from ..messages import Saved
from ..refused import Refused
from . import whole
from .revisions import Revisions

ID = re.compile(r"[0-9]{10,}-[0-9a-f]{8}")
WORKFLOW, LABEL, BEFORE = "workflow.json", "label.json", "revisions"


@dataclass(frozen=True)
class Thrown:
    """A workflow in the bin."""

    id: str
    name: str
    title: str
    revision: int
    deleted_at: float


class Bin:
    """The folder of what was deleted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, saved: Saved, file: Path, revisions: Revisions) -> None:
        """Take a workflow in, with what it was. Raises OSError."""
        now = time.time()
        id = f"{int(now * 1000)}-{secrets.token_hex(4)}"
        thrown = Thrown(id, saved.name, saved.title, saved.revision, now)
        whole.write(self.folder / id / LABEL, json.dumps(asdict(thrown)).encode())
        whole.move(file, self.folder / id / WORKFLOW)
        revisions.leave(saved.name, self.folder / id / BEFORE)

    def all(self) -> list[Thrown]:
        """Everything in it, the newest first."""
        try:
            ids = sorted(filter(ID.fullmatch, os.listdir(self.folder)), reverse=True)
        except OSError:
            return []
        labels = (self._label(id) for id in ids)
        return [label for label in labels if label is not None]

    def find(self, id: str) -> Thrown:
        """One by its id. Raises `Refused`."""
        thrown = self._label(id) if ID.fullmatch(id) else None
        if thrown is None:
            raise Refused("not_found", "There is no such workflow in the bin.")
        return thrown

    def text(self, thrown: Thrown) -> bytes:
        """What it held. Raises OSError."""
        return (self.folder / thrown.id / WORKFLOW).read_bytes()

    def revisions_of(self, thrown: Thrown) -> Path:
        """Where its revisions are."""
        return self.folder / thrown.id / BEFORE

    def empty(self, thrown: Thrown) -> None:
        """Forget what was brought back."""
        folder = self.folder / thrown.id
        for name in (LABEL, WORKFLOW):
            with suppress(OSError):
                (folder / name).unlink()
        with suppress(OSError):
            folder.rmdir()

    def keep_broken(self, name: str, file: Path) -> None:
        """Keep what is in a broken file; it may be mended by hand. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, self.folder / f"{int(time.time() * 1000)}-{name}.broken")

    def _label(self, id: str) -> Thrown | None:
        """None for one that was not put in to the end."""
        folder = self.folder / id
        try:
            said = json.loads((folder / LABEL).read_text(encoding="utf-8"))
            return Thrown(**said) if (folder / WORKFLOW).is_file() else None
        except (OSError, ValueError, TypeError):
            return None

"""Saved workflows: one file each, that can be read, put under git and changed by hand.

Every call waits for the disk: call from a thread. What cannot be done is a `Refused`.
"""

import os
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..messages import Saved
from ..refused import Refused
from . import whole
from .document import broken, parsed, saved, text_of, with_workflow
from .names import checked
from .revisions import Revisions
from .trash import Bin

CANNOT = "The workflow cannot be saved"


@dataclass(frozen=True)
class Found:
    """A saved workflow and its text; `notice` says what was brought back, and why."""

    saved: Saved
    text: bytes
    notice: str | None = None


class Workflows:
    """The folder of saved workflows. `notices` grows with what was found broken and mended."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.revisions = Revisions(folder / ".revisions")
        self.bin = Bin(folder / ".bin")
        self.notices: list[str] = []
        self._lock = threading.RLock()
        self._seen: dict[str, tuple[tuple[int, int, int], Saved]] = {}

    def all(self) -> list[Saved]:
        """All, by name."""
        with self._held():
            return [self._listed(name) for name in self._names()]

    def get(self, name: str) -> Found:
        """One, as it is now."""
        with self._held():
            return self._current(self._known(checked(name)))

    def at(self, name: str, revision: int) -> Found:
        """One as it was."""
        with self._held():
            name = self._known(checked(name))
            try:
                text, time = self.revisions.read(name, revision)
            except FileNotFoundError:
                raise Refused("not_found", f"There is no revision {revision} of it.") from None
            return Found(saved(name, revision, text, time), text)

    def history(self, name: str) -> list[Saved]:
        """What it was, the newest first."""
        with self._held():
            name = self._known(checked(name))
            self._current(name)
            return [self.at(name, number).saved for number in self.revisions.numbers(name)]

    def save(self, name: str, text: bytes, revision: int) -> Saved:
        """Save a canonical text over the revision that was seen last, 0 for a new one.

        Raises `Refused` (`conflict`, with both) where there is a newer one.
        """
        with self._held():
            name = self._free(checked(name))
            if revision or self._path(name).exists():
                self._replaceable(name, revision, text)
            return self._write(name, text, self.revisions.last(name) + 1)

    def rename(self, name: str, to: str, revision: int) -> Saved:
        """Give one another name, which must be free; what it was goes along."""
        with self._held():
            name, to = self._known(checked(name)), checked(to)
            found = self._expect(name, revision)
            other = next((n for n in self._names() if n.casefold() == to.casefold()), None)
            if other is not None and other != name:
                raise Refused("taken", f'There is a workflow "{other}" already.')
            if to == name:
                return found.saved
            whole.move(self._path(name), self._path(to))
            aside = self.folder / ".bin" / f".{name}.moving"
            self.revisions.leave(name, aside)
            self.revisions.take(to, aside)
            return self._write(to, found.text, self.revisions.last(to) + 1)

    def delete(self, name: str, revision: int) -> None:
        """Put one into the bin."""
        with self._held():
            name = self._known(checked(name))
            found = self._expect(name, revision)
            self.bin.put(found.saved, self._path(name), self.revisions)

    def restore(self, id: str, to: str | None = None) -> Saved:
        """Bring one back from the bin, under its name or another."""
        with self._held():
            thrown = self.bin.find(id)
            name = checked(to or thrown.name)
            if any(n.casefold() == name.casefold() for n in self._names()):
                raise Refused("taken", f'There is a workflow "{name}" already.')
            text = self.bin.text(thrown)
            self.revisions.take(name, self.bin.revisions_of(thrown))
            back = self._write(name, text, self.revisions.last(name) + 1)
            self.bin.empty(thrown)
            return back

    @contextmanager
    def _held(self) -> Iterator[None]:
        with self._lock, whole.refusing(CANNOT):
            yield

    def _names(self) -> Iterator[str]:
        try:
            files = sorted(os.scandir(self.folder), key=lambda entry: entry.name)
        except FileNotFoundError:
            return
        for entry in files:
            name = entry.name.removesuffix(".json")
            if name != entry.name and name[:1] != "." and entry.is_file(follow_symlinks=False):
                yield name

    def _known(self, name: str) -> str:
        for there in self._names():
            if name in (there, unicodedata.normalize("NFC", there)):
                return there
        raise Refused("not_found", f'There is no saved workflow "{name}".')

    def _free(self, name: str) -> str:
        """A name that differs from all others in more than capitals, which some disks ignore."""
        for other in self._names():
            if other != name and other.casefold() == name.casefold():
                raise Refused("taken", f'There is a workflow "{other}" already.')
        return name

    def _replaceable(self, name: str, revision: int, yours: bytes) -> None:
        """A file that is broken for good is put aside, whatever was seen of it."""
        try:
            self._expect(name, revision, yours)
        except Refused as refused:
            if refused.code != "invalid":
                raise
            self.bin.keep_broken(name, self._path(name))

    def _expect(self, name: str, revision: int, yours: bytes | None = None) -> Found:
        """The workflow, if the revision is the newest."""
        if name not in set(self._names()):
            raise Refused("not_found", f'There is no saved workflow "{name}" any more.')
        found = self._current(name)
        if found.saved.revision != revision:
            told = f'"{name}" was changed meanwhile: revision {found.saved.revision} is the newest'
            both: dict[str, Any] = {"newest": with_workflow(found.saved, found.text)}
            if yours is not None:
                both["yours"] = {"revision": revision, "workflow": parsed(yours)}
            raise Refused("conflict", f"{told}, {revision} is what you saw.", **both)
        return found

    def _listed(self, name: str) -> Saved:
        info = self._path(name).stat()
        mark = (info.st_mtime_ns, info.st_size, info.st_ino)
        seen = self._seen.get(name)
        if seen is None or seen[0] != mark:
            try:
                now = self._current(name).saved
            except Refused:
                return Saved(name, self.revisions.last(name), name, info.st_mtime)
            info = self._path(name).stat()
            seen = ((info.st_mtime_ns, info.st_size, info.st_ino), now)
            self._seen[name] = seen
        return seen[1]

    def _current(self, name: str) -> Found:
        """The file as it is. One changed by hand is a new revision; a broken one is none."""
        path = self._path(name)
        text, time = text_of(path), path.stat().st_mtime
        numbers = self.revisions.numbers(name)
        wrong = broken(text)
        if wrong:
            return self._mended(name, numbers, wrong)
        if numbers and self.revisions.read(name, numbers[0])[0] == text:
            return Found(saved(name, numbers[0], text, time), text)
        number = self.revisions.last(name) + 1
        self.revisions.write(name, number, text)
        return Found(saved(name, number, text, time), text)

    def _mended(self, name: str, numbers: list[int], wrong: str) -> Found:
        """The last good revision in place of a file that is broken, which goes into the bin."""
        for number in numbers:
            text, _ = self.revisions.read(name, number)
            if broken(text) is None:
                break
        else:
            raise Refused("invalid", f'The file of "{name}" {wrong}, and there is none before it.')
        self.bin.keep_broken(name, self._path(name))
        mended = self._write(name, text, self.revisions.last(name) + 1)
        notice = f'The file of "{name}" {wrong}: revision {number} was brought back.'
        self.notices.append(notice)
        return Found(mended, text, notice)

    def _write(self, name: str, text: bytes, number: int) -> Saved:
        self.revisions.write(name, number, text)
        path = self._path(name)
        whole.write(path, text)
        return saved(name, number, text, path.stat().st_mtime)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json"

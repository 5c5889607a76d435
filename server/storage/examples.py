"""The workflows that come with the program, as documents that are only read.

A picture of what one makes may lie beside it: `pictures/NAME.webp`. Every call waits for the disk.
"""

import os
from pathlib import Path

from ..messages import Example, ExampleWithWorkflow
from ..refused import Refused
from . import whole
from .document import broken, parsed, text_of
from .names import checked

FIRST = "first-picture"


class Examples:
    """The folder of examples."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> list[Example]:
        """The first one first, the others by title; what is no workflow is left out."""
        texts = {name: self._text(name) for name in self._names()}
        found = [self._example(name, text) for name, text in texts.items() if not broken(text)]
        return sorted(found, key=lambda one: (one.name != FIRST, one.title.casefold(), one.name))

    def get(self, name: str) -> ExampleWithWorkflow:
        """One with its document. Raises `Refused`."""
        name = self._known(name)
        text = self._text(name)
        wrong = broken(text)
        if wrong:
            raise Refused("invalid", f'The file of the example "{name}" {wrong}.')
        one = self._example(name, text)
        return ExampleWithWorkflow(one.name, one.title, one.picture, parsed(text))

    def picture(self, name: str) -> bytes:
        """What it makes, as WebP. Raises `Refused` where there is no picture."""
        name = self._known(name)
        try:
            return self._picture(name).read_bytes()
        except OSError:
            raise Refused("not_found", f'There is no picture of the example "{name}".') from None

    def _known(self, name: str) -> str:
        """Only what is among the files is ever opened."""
        if checked(name) not in self._names():
            raise Refused("not_found", f'There is no example "{name}".')
        return checked(name)

    def _names(self) -> list[str]:
        try:
            files = [Path(entry.name) for entry in os.scandir(self.folder) if entry.is_file()]
        except OSError:
            return []
        return [file.stem for file in files if file.suffix == ".json"]

    def _text(self, name: str) -> bytes:
        with whole.refusing(f'The example "{name}" cannot be read'):
            return text_of(self.folder / f"{name}.json")

    def _picture(self, name: str) -> Path:
        return self.folder / "pictures" / f"{name}.webp"

    def _example(self, name: str, text: bytes) -> Example:
        title = parsed(text).get("title")
        told = title if isinstance(title, str) and title else name
        return Example(name, told, self._picture(name).is_file())

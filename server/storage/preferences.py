"""What the user has set in the editor: one JSON object in one file. Calls wait for the disk."""

import hashlib
import threading
from pathlib import Path

import msgspec

from nodes.core.problem import Problems
from nodes.core.read import read

from ..messages import EditorSettings
from ..messages.runs import Json
from ..refused import Refused
from . import whole

MOST_BYTES = 256 * 2**10
TOO_MUCH = f"The settings have more than {MOST_BYTES >> 10} KiB."
CANNOT = "The settings cannot be saved"


class Preferences:
    """The file of settings. One that is broken is kept beside, and counts as none."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()

    def load(self) -> EditorSettings:
        """What was saved last, nothing where that cannot be read."""
        with self._lock, whole.refusing("The settings cannot be read"):
            try:
                with self.file.open("rb") as file:
                    text = file.read(MOST_BYTES + 1)  # of one that is larger, this is no JSON
            except FileNotFoundError:
                return EditorSettings({})
            try:
                return EditorSettings(read(text))
            except Problems:
                return EditorSettings({}, self._put_aside(text))

    def save(self, settings: Json) -> EditorSettings:
        """Keep these in place of all that were there. Raises `Refused`."""
        text = msgspec.json.encode(settings)
        if len(text) > MOST_BYTES:
            raise Refused("too_large", TOO_MUCH)
        with self._lock, whole.refusing(CANNOT):
            whole.write(self.file, text)
        return EditorSettings(settings)

    def _put_aside(self, text: bytes) -> str:
        mark = hashlib.sha256(text).hexdigest()[:8]
        aside = self.file.with_name(f"{self.file.stem}.broken-{mark}{self.file.suffix}")
        whole.move(self.file, aside)
        return (
            f"The settings could not be read: their file is now {aside.name}, all is as at first."
        )

"""Pictures that clients bring: taken as a stream, looked at before anything decodes them, and kept
under the hash of their content.
"""

import asyncio
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import AsyncIterable, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple

from ..refused import Refused
from ..settings import Settings
from . import texts, whole
from .kinds import ENOUGH, NAMES, PNG, Kind, kind_of

PIECE = 2**20
ROOM_EVERY = 16  # pieces
FOLDER = "uploads"
REFUSAL = "The upload cannot be kept"


class Looked(NamedTuple):
    """What a process that may decode pictures says of one, and what of it the user must know."""

    mime: str
    width: int
    height: int
    notices: Sequence[str] = ()


Look = Callable[[Path], Awaitable[Looked]]


@dataclass(frozen=True)
class Upload:
    """A file that is kept. `path` is relative to the data folder; `notices` are for the user."""

    name: str
    path: str
    mime: str
    bytes: int
    width: int
    height: int
    sha256: str
    notices: list[str] = field(default_factory=list[str])

    @property
    def asset(self) -> str:
        return self.sha256[:32]


class Uploads:
    """`look` tells what a picture is, or raises `Refused`."""

    def __init__(self, settings: Settings, look: Look) -> None:
        self.settings, self.look = settings, look
        self.folder = settings.data / FOLDER

    async def take(
        self, parts: AsyncIterable[bytes], name: str, declared: int | None = None
    ) -> Upload:
        """Keep what comes. Raises `Refused` as soon as it is known to be too much or none."""
        await asyncio.to_thread(self._room, declared or 0)
        half = self.settings.scratch / f"upload.{secrets.token_hex(16)}"
        try:
            return await self._taken(parts, name, half)
        except OSError as error:
            if isinstance(error, ConnectionError):
                raise
            raise whole.refusal(error, REFUSAL) from error
        finally:
            await asyncio.to_thread(_forget, half)

    async def _taken(self, parts: AsyncIterable[bytes], name: str, half: Path) -> Upload:
        kind = await self._received(parts, half)
        notices = await asyncio.to_thread(_tidied, half) if kind == PNG else []
        looked = await self._looked_at(half)
        if looked.mime != kind.mime:
            raise Refused("media_type", f"This is no picture that is taken: {NAMES}.")
        sha256, size = await asyncio.to_thread(_finished, half)
        place = self.folder / f"{sha256}.{kind.ending}"
        await asyncio.to_thread(_placed, half, place, size)
        path = place.relative_to(self.settings.data).as_posix()
        shown = plain_name(name, kind)
        notices += looked.notices
        return Upload(shown, path, kind.mime, size, looked.width, looked.height, sha256, notices)

    async def _received(self, parts: AsyncIterable[bytes], half: Path) -> Kind:
        """Write what comes to a file; says what it is by its first bytes."""
        kind: Kind | None = None
        waiting, size, pieces = bytearray(), 0, 0
        file = await asyncio.to_thread(_opened, half)
        with file:
            async for part in parts:
                waiting += part
                size += len(part)
                if size > self.settings.upload_limit:
                    told = f"{self.settings.upload_limit:,} bytes, the limit of an upload"
                    raise Refused("too_large", f"The file is larger than {told}.")
                if kind is None and len(waiting) >= ENOUGH:
                    kind = _taken_kind(waiting)
                if len(waiting) >= PIECE:
                    pieces += 1
                    if pieces % ROOM_EVERY == 0:
                        await asyncio.to_thread(self._room, 0)
                    await asyncio.to_thread(file.write, bytes(waiting))
                    waiting.clear()
            kind = kind or _taken_kind(waiting)
            await asyncio.to_thread(file.write, bytes(waiting))
        return kind

    async def _looked_at(self, half: Path) -> Looked:
        """As `look`; nobody is told of a name that the file has for a moment only."""
        try:
            return await self.look(half)
        except Refused as refused:
            told = refused.message.replace(half.name, "this file")
            raise Refused(refused.code, told[:1].upper() + told[1:]) from None

    def _room(self, coming: int) -> None:
        """Refuse what would leave less than the floor; the queue needs it."""
        if shutil.disk_usage(self.settings.data).free - coming < self.settings.floor_bytes:
            told = "there is too little room left on the disk, make room first"
            raise Refused("no_room", f"{REFUSAL}: {told}")


def plain_name(name: str, kind: Kind) -> str:
    """The name of a file without folders and what no file should have, with its right ending."""
    last = re.split(r"[/\\]", name)[-1]
    clean = "".join(c if c.isprintable() and c not in '<>:"|?*' else "_" for c in last)
    stem = clean.rpartition(".")[0] or clean
    stem = stem.encode(errors="replace")[:100].decode(errors="ignore").strip(" .")
    return f"{stem or 'picture'}.{kind.ending}"


def _taken_kind(first: bytearray) -> Kind:
    kind = kind_of(bytes(first[:ENOUGH]))
    if kind is None:
        raise Refused("media_type", f"This is no picture that is taken: {NAMES}.")
    return kind


def _opened(half: Path) -> IO[bytes]:
    half.parent.mkdir(parents=True, exist_ok=True)
    return half.open("xb")


def _tidied(half: Path) -> list[str]:
    """Leave out texts that are too much; says so."""
    with half.open("rb") as file:
        why = texts.odd(file)
        if why is None:
            return []
        clean = half.with_name(f"{half.name}.clean")
        with clean.open("xb") as to:
            texts.without(file, to)
    os.replace(clean, half)
    return [f"What was written inside the picture was left out: {why}."]


def _finished(half: Path) -> tuple[str, int]:
    """The hash and size of a file that is on disk."""
    with half.open("rb+") as file:
        os.fsync(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return digest, file.seek(0, 2)


def _placed(half: Path, place: Path, size: int) -> None:
    """One file for one content; one that was cut is replaced."""
    if not place.is_file() or place.stat().st_size != size:
        whole.move(half, place)


def _forget(half: Path) -> None:
    for path in (half, half.with_name(f"{half.name}.clean")):
        with suppress(OSError):
            path.unlink(missing_ok=True)

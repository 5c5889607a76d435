"""Small pictures of stored ones, made once and kept in the cache."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from ..refused import Refused
from . import whole

WIDEST = 1024  # pixels
MOST_BYTES = 512 * 2**20
LOOK_EVERY = 500  # thumbnails made

Make = Callable[[Path, int], Awaitable[bytes]]


class Thumbnails:
    """`make` gives a picture of at most that width as WebP, or raises `Refused`."""

    def __init__(self, folder: Path, make: Make) -> None:
        self.folder, self.make = folder, make
        self._making: dict[tuple[str, int], asyncio.Task[bytes]] = {}
        self._made = 0

    async def get(self, sha256: str, picture: Path, width: int) -> bytes:
        """The picture of this hash, as wide as asked for, up to a limit. Raises `Refused`."""
        if width < 1:
            raise Refused("malformed", "A small picture is one pixel wide at least.")
        size = min(width, WIDEST)
        place = self.folder / sha256[:2] / f"{sha256}-{size}.webp"
        found = await asyncio.to_thread(_read, place)
        if found is not None:
            return found
        key = (sha256, size)
        task = self._making.get(key)
        if task is None:
            # one for all who ask meanwhile, whoever of them leaves
            task = asyncio.create_task(self._made_now(place, picture, size))
            self._making[key] = task
            task.add_done_callback(lambda done: self._end(key, done))
        return await asyncio.shield(task)

    async def _made_now(self, place: Path, picture: Path, size: int) -> bytes:
        data = await self.make(picture, size)
        with suppress(OSError):  # one that cannot be kept is made again
            await asyncio.to_thread(whole.write, place, data)
        self._made += 1
        if self._made % LOOK_EVERY == 0:
            await asyncio.to_thread(self.thin)
        return data

    def _end(self, key: tuple[str, int], done: asyncio.Task[bytes]) -> None:
        del self._making[key]
        if not done.cancelled():
            done.exception()  # where all who asked have left, nobody else takes it

    def thin(self, most: int = MOST_BYTES) -> None:
        """Remove the oldest above a number of bytes."""
        files = [(f.stat(), f) for f in self.folder.glob("*/*.webp")]
        left = sum(found.st_size for found, _ in files)
        for found, file in sorted(files, key=lambda pair: pair[0].st_mtime):
            if left <= most:
                return
            with suppress(OSError):
                file.unlink()
            left -= found.st_size


def _read(place: Path) -> bytes | None:
    """A thumbnail that is whole; one that is not is as good as none."""
    try:
        data = place.read_bytes()
    except OSError:
        return None
    whole_one = data[:4] == b"RIFF" and len(data) == int.from_bytes(data[4:8], "little") + 8
    return data if whole_one else None

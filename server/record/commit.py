"""How an attempt's end and its files are committed: all of it or nothing, and at most once."""

import asyncio
import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from server.messages import Trouble
from server.refused import Refused

from .database import Database
from .ending import Placed, end
from .kinds import Ending, Made
from .outputs import Names, Placing, drop, flush, forget, intend, place, sweep, to_place
from .work import Work

TOPS = ("outputs", "previews")


class Committing:
    """Ends attempts. `data` is the data folder, `names` what its files may be called."""

    def __init__(self, data: Path, database: Database, names: Names) -> None:
        self._data, self._database, self._names = data, database, names

    async def finish(self, ending: Ending) -> bool:
        """End an attempt; False if it did not count any more: then none of its files stay.

        Where its files cannot be placed, the run fails with the reason.
        """
        try:
            ended = await self._commit(ending)
        except (OSError, Refused) as error:
            if not ending.outputs or getattr(error, "code", "") == "unavailable":
                raise
            first = ending.outputs[0]
            folder = os.path.relpath(first.path.parent, self._data)
            folder = "outputs" if folder.startswith("..") else folder
            why = Trouble(first.node, None, _told(error, folder))
            failed = replace(ending, state="failed", error=ending.error or why, outputs=())
            ended = await self._commit(failed)
            await asyncio.to_thread(_unlink, [p.tmp for p in to_place(ending.outputs)])
        if ending.state == "cancelled" or not ended:
            await self.forget(ending.run, ending.attempt)
        self._names.forget(ending.run, ending.attempt)
        return ended

    async def forget(self, run: str, attempt: int) -> None:
        """Let go of what an attempt has left behind that was cut off or lost."""
        self._names.forget(run, attempt)
        await asyncio.to_thread(drop, self._data / "tmp", run, attempt)

    async def _commit(self, ending: Ending) -> bool:
        self._check(ending)
        placing = to_place(ending.outputs)
        if not ending.outputs:
            return await self._write(ending, [])
        if not placing:
            return await self._write(ending, await asyncio.to_thread(self._all_placed, ending))
        if not await self._database.write(lambda work: intend(work, ending, placing), spare=True):
            return False
        done: list[Placing] = []
        try:
            ending = await self._place(ending, done)
            placed = await asyncio.to_thread(self._all_placed, ending)
            ended = await self._write(ending, placed)
        except BaseException:
            await self._undo(ending, done)
            raise
        if ended:
            await asyncio.to_thread(_unlink, [p.tmp for p in placing])
        else:
            await self._undo(ending, done)
        return ended

    async def _write(self, ending: Ending, placed: list[Placed]) -> bool:
        def ended(work: Work) -> bool:
            if not end(work, ending, placed):
                return False
            forget(work, ending.run, ending.attempt)
            return True

        return await self._database.write(ended, spare=True)

    async def _place(self, ending: Ending, done: list[Placing]) -> Ending:
        """Give every new file its name, another one where it was taken meanwhile."""
        outputs: list[Made] = []
        for made in ending.outputs:
            while made.tmp:
                file = Placing(made.path, made.tmp, made.sha256)
                try:
                    await asyncio.to_thread(place, file)
                except FileExistsError:
                    made = await self._renamed(ending, made)
                else:
                    done.append(file)
                    break
            outputs.append(made)
        folders = {file.path.parent for file in done}
        await asyncio.to_thread(flush, folders, self._data)
        return replace(ending, outputs=outputs)

    async def _renamed(self, ending: Ending, made: Made) -> Made:
        assert made.tmp
        path = self._names.another(ending.run, ending.attempt, made.path)
        other = Placing(path, made.tmp, made.sha256)
        await self._database.write(lambda work: intend(work, ending, [other]), spare=True)
        return replace(made, path=path)

    async def _undo(self, ending: Ending, done: list[Placing]) -> None:
        await asyncio.to_thread(sweep, done)
        await self._database.write(
            lambda work: forget(work, ending.run, ending.attempt), spare=True
        )

    def _all_placed(self, ending: Ending) -> list[Placed]:
        return [self._placed(made) for made in ending.outputs]

    def _placed(self, made: Made) -> Placed:
        path = made.path.relative_to(self._data).as_posix()
        if made.path.stat().st_size != made.bytes:
            raise OSError(f"{path} is not as it was written")
        return Placed(made, path, shown=path.startswith("previews/"))

    def _check(self, ending: Ending) -> None:
        """A file may only appear under a name that was reserved for it. Raises `OSError`."""
        for made in ending.outputs:
            inside = any(made.path.is_relative_to(self._data / top) for top in TOPS)
            if not inside or ".." in made.path.parts:
                raise OSError(f"{made.path.name} lies outside the folder of outputs")
            if made.tmp and not self._names.given(ending.run, ending.attempt, made.path):
                raise OSError(f"{made.path.name} was not reserved for this run")


def _unlink(files: list[Path]) -> None:
    for file in files:
        with suppress(OSError):
            file.unlink()


def _told(error: OSError | Refused, folder: str) -> str:
    if isinstance(error, Refused):
        return error.message
    what = error.strerror or str(error)
    return f"its files could not be put into {folder}: {what}. Run it again when that is mended"

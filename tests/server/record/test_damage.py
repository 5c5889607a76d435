"""A damaged record is never believed and never silently begun anew: it comes back from copies."""

import os
import random
import shutil
from pathlib import Path

import pytest

from server.messages import ListRuns
from tests.server.record.recording import (
    claim,
    done,
    files,
    made,
    opened,
    play,
    queued,
    rows,
    submit,
)

NAME = "latentwire.sqlite"
EVERYTHING = {
    "runs": "select id, state, title, attempt, error from runs order by number",
    "documents": "select document, targets from documents order by number",
    "files": "select asset, path, bytes, sha256 from files order by path",
    "outputs": "select node, name, attempt from outputs order by number, position",
}


def everything(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    return {table: rows(folder, sql) for table, sql in EVERYTHING.items()}


async def lived(folder: Path) -> None:
    """A record with a past: a backup in the middle, runs before and after it, in every state."""
    async with opened(folder) as record:
        await submit(record, *(f"old {number}" for number in range(6)))
        claimed = await claim(record)
        await record.finish(done(claimed, made(record, claimed, b"first")))
        await record.back_up()
        claimed = await claim(record)
        await record.finish(done(claimed, made(record, claimed, b"second")))
        (gone,) = await submit(record, "gone")
        await record.cancel(gone)
        await record.delete(gone)
        await submit(record, "new", front=True)
        await record.cancel((await submit(record, "cancelled"))[0])


def flip(path: Path, chance: random.Random, bytes: int) -> None:
    """Change some bytes as a failing disk does: nobody is told of it."""
    state = path.stat()
    data = bytearray(path.read_bytes())
    for _ in range(bytes):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


def test_f8_flipped_bytes_are_seen_and_all_comes_back_from_backup_and_journal(tmp_path):
    play(lived(tmp_path / "was"))
    was, pictures = everything(tmp_path / "was"), files(tmp_path / "was")
    chance = random.Random(8)

    async def scene(folder: Path) -> list[str]:
        async with opened(folder) as record:
            return record.notices

    for turn in range(60):
        folder = tmp_path / f"{turn}"
        shutil.copytree(tmp_path / "was", folder)
        flip(folder / NAME, chance, turn % 10 + 1)
        (notice,) = play(scene(folder))
        assert "was damaged" in notice and "set aside in damaged-" in notice
        now = everything(folder)
        assert {t: sorted(map(str, r)) for t, r in now.items()} == {
            t: sorted(map(str, r)) for t, r in was.items()
        }
        assert files(folder) == pictures
        shutil.rmtree(folder)


def test_f8_flipped_bytes_of_a_record_that_was_killed_are_refused_or_change_nothing(tmp_path):
    """Without a clean end there is no checksum of the whole: what matters has one of its own."""

    async def kill() -> None:
        async with opened(tmp_path / "living") as record:
            await submit(record, *(f"title {number}" for number in range(40)))
            for _ in range(3):
                claimed = await claim(record)
                await record.finish(done(claimed, made(record, claimed, b"pixels")))
            shutil.copytree(tmp_path / "living", tmp_path / "was")

    async def scene(folder: Path) -> None:
        async with opened(folder) as record:
            seen = set()
            while claimed := await record.claim("cpu"):
                assert claimed[0].title in titles and claimed[0].document == claimed[0].document
                seen.add(claimed[0].title)
            for run in (await record.runs(ListRuns(limit=100))).runs:
                told = run.error and "damaged" in run.error.message
                assert run.title in titles or told, run
            assert record.notices or len(seen) >= 36

    titles = {f"title {number}" for number in range(40)}
    play(kill())
    chance = random.Random(9)
    for turn in range(40):
        folder = tmp_path / f"{turn}"
        shutil.copytree(tmp_path / "was", folder)
        flip(folder / random.Random(turn).choice([NAME, NAME + "-wal"]), chance, turn % 5 + 1)
        play(scene(folder))
        shutil.rmtree(folder)


def test_f8_a_record_that_is_no_database_or_gone_comes_back(tmp_path):
    async def scene() -> None:
        for what in (b"", b"not a database at all" * 500, None):
            (tmp_path / NAME).unlink()
            if what is not None:
                (tmp_path / NAME).write_bytes(what)
            async with opened(tmp_path) as record:
                assert len(record.notices) == 1
                assert await queued(record) == ["new", "old 2", "old 3", "old 4", "old 5"]

    play(lived(tmp_path))
    play(scene())


def test_f8_a_damaged_backup_is_passed_over_for_an_older_one(tmp_path):
    async def scene() -> None:
        async with opened(tmp_path) as record:
            newest = await record.back_up()
            await submit(record, "newest")
        newest.write_bytes(newest.read_bytes()[:5000])
        (tmp_path / NAME).write_bytes(b"x" * 5000)
        async with opened(tmp_path) as record:
            assert "newest" in await queued(record)

    play(lived(tmp_path))
    play(scene())


def test_a_client_that_knows_events_of_before_is_told_to_read_anew(tmp_path):
    async def scene() -> None:
        async with opened(tmp_path) as record:
            before = record.last_seq
        (tmp_path / NAME).write_bytes(b"x" * 5000)
        async with opened(tmp_path) as record:
            for seq in (0, 1, before - 1, before, before + 1):
                assert await record.replay(seq) is None
            now = record.last_seq
            await submit(record, "after")
            told = await record.replay(now)
            assert told and [event.seq for event in told] == [now + 1, now + 2]

    play(lived(tmp_path))
    play(scene())


def test_five_backups_are_kept(tmp_path):
    async def scene() -> None:
        async with opened(tmp_path) as record:
            for number in range(8):
                await submit(record, f"{number}")
                await record.back_up()
            assert len(list((tmp_path / "backups").glob("*.sqlite"))) == 5
            assert len(list((tmp_path / "backups").glob("*.journal"))) <= 5
        (tmp_path / NAME).unlink()
        async with opened(tmp_path) as record:
            assert await queued(record) == [f"{number}" for number in range(8)]

    play(scene())


@pytest.mark.parametrize("paused", [True, False])
def test_the_pause_comes_back_too(tmp_path, paused):
    async def scene() -> None:
        async with opened(tmp_path) as record:
            await record.pause()
            if not paused:
                await record.resume()
        (tmp_path / NAME).unlink()
        async with opened(tmp_path) as record:
            assert record.paused is paused

    play(scene())


def test_changes_that_the_disk_lost_though_it_had_confirmed_them_come_from_the_journal(tmp_path):
    async def scene() -> None:
        async with opened(tmp_path / "living") as record:
            await submit(record, "a")
            shutil.copytree(tmp_path / "living", tmp_path / "lost")
            await submit(record, "b", "c")
            shutil.copytree(
                tmp_path / "living/backups", tmp_path / "lost/backups", dirs_exist_ok=True
            )
        async with opened(tmp_path / "lost") as record:
            assert await queued(record) == ["a", "b", "c"]
            (notice,) = record.notices
            assert "its last changes are missing" in notice and "3 runs of the journal" in notice

    play(scene())

"""The disk is full: what was accepted stays, the rest is refused, and there is a way on.

A limit on the pages of the file stands for the disk: SQLite then says the same, at any statement.
"""

import asyncio

import pytest

from server.messages import ListRuns, NodeStarted
from server.record import DiskFull, NewRun, Record
from server.record.work import Work
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


async def leave(record: Record, pages: int | None) -> None:
    """Leave so many pages of room, or as many as wanted."""

    def limit(work: Work) -> None:
        used = work.run("pragma page_count").fetchone()[0]
        work.run(f"pragma max_page_count = {2**31 if pages is None else used + pages}").fetchone()

    await record._database.write(limit)


async def life(record: Record) -> None:
    """All that a run goes through. Raises `DiskFull` where there is no room for the next step."""
    await record.submit(NewRun("big", b"x" * 9000, id="big"))
    claimed = await claim(record)
    await record.begun(claimed.run, claimed.attempt, "cpu")
    started = [NodeStarted(claimed.run, "n" * 900) for _ in range(9)]
    await record.events(claimed.run, claimed.attempt, started)
    await record.finish(done(claimed, made(record, claimed, b"pixels")))
    await record.delete(claimed.run)


def test_f6_wherever_the_disk_becomes_full_the_queue_stays_whole_and_goes_on(tmp_path):
    async def scene(pages: int) -> bool:
        folder, refused = tmp_path / str(pages), False
        async with opened(folder) as record:
            await submit(record, "a", "b", "c")
            await leave(record, pages)
            try:
                await life(record)
            except DiskFull as error:
                refused = True
                assert error.code == "no_room" and "make room" in error.message
            assert record.broken is None
            states = {run.state for run in (await record.runs(ListRuns())).runs}
            assert states <= {"queued", "running", "done", "failed"}
            await leave(record, None)
            await submit(record, "after")
            while claimed := await record.claim("cpu"):
                (mine,) = claimed
                assert await record.finish(done(mine, made(record, mine, b"pixels")))
        async with opened(folder) as record:  # what was running waits again
            for title in await queued(record):
                mine = await claim(record)
                assert mine.title == title
                await record.finish(done(mine))
        assert rows(folder, "pragma integrity_check") == [("ok",)]
        listed = rows(folder, "select path from files order by path")
        assert [(path,) for path in files(folder)] == listed
        return refused

    tried = 0
    while play(scene(tried)):
        tried += 1
    assert tried >= 5


def test_f6_submissions_are_refused_below_the_floor_before_anything_is_written(tmp_path):
    async def scene():
        async with opened(tmp_path, floor=2**60) as record:
            with pytest.raises(DiskFull, match=r"only [\d.]+ GB are free on the disk of"):
                await record.submit(NewRun("a", b"{}"))
            assert rows(tmp_path, "select * from runs") == []
            assert await record.clear() == 0

    play(scene())


def test_f6_where_its_files_cannot_be_recorded_a_run_fails_and_none_of_them_stays(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            (run,) = await submit(record, "a")
            claimed = await claim(record)
            many = [made(record, claimed, b"%d" % number) for number in range(400)]
            await leave(record, 4)
            assert await record.finish(done(claimed, *many))
            known = await record.run(run)
            assert known.state == "failed" and known.error
            assert "there is no room left on the disk" in known.error.message
            assert files(tmp_path) == {}

    play(scene())


def test_f6_the_reserve_is_given_up_for_an_end_and_had_again_when_there_is_room(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            runs = await submit(record, *(f"{number}" for number in range(50)))
            await leave(record, 0)
            reserve = tmp_path / "reserve"
            with pytest.raises(DiskFull):
                await record.submit(NewRun("big", b"x" * 9000))
            assert reserve.stat().st_size == 16 * 2**20, "a submission may not use it"
            with pytest.raises(DiskFull):
                for run in runs:
                    await record.cancel(run)
            assert not reserve.exists()
            await leave(record, None)
            await submit(record, "after")
            assert reserve.exists()

    play(scene())


def test_f6_what_fits_is_accepted_though_what_came_with_it_does_not(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            await leave(record, 3)
            small, large = await asyncio.gather(
                record.submit(NewRun("small", b"{}")),
                record.submit(NewRun("large", b"x" * 90_000)),
                return_exceptions=True,
            )
            assert isinstance(large, DiskFull) and not isinstance(small, BaseException)
            assert await queued(record) == ["small"]

    play(scene())

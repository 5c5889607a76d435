"""What was run can be found: by state and text, in pages, also among a hundred thousand."""

import asyncio
import itertools
import sqlite3
from contextlib import closing

import pytest

from server.messages import ListAssets, ListRuns
from server.record import FileRow, NewRun, history
from server.refused import Refused
from tests.server.record.recording import DOCUMENT, claim, done, files, made, opened, play, submit


def titles(page) -> list[str]:
    return [run.title for run in page.runs]


def test_pages_hold_every_run_once_newest_first(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            await submit(record, *(f"{number}" for number in range(10)))
            seen, cursor = [], None
            for turn in itertools.count():
                page = await record.runs(ListRuns(limit=3, cursor=cursor))
                seen += titles(page)
                await submit(record, f"came while looking {turn}")
                cursor = page.cursor
                if cursor is None:
                    break
            assert seen == [f"{number}" for number in reversed(range(10))]

    play(scene())


def test_runs_are_found_by_state_and_by_text_of_title_and_prompt(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            await record.submit(NewRun("Boot am Abend", DOCUMENT, text="ein ROTES Segel, größer"))
            await record.submit(NewRun("House", DOCUMENT, text="a red house 100% _done_"))
            await claim(record)
            assert titles(await record.runs(ListRuns(state="running"))) == ["Boot am Abend"]
            for text, found in {
                "rotes": ["Boot am Abend"],
                "GRÖSSER": ["Boot am Abend"],
                "HOUSE": ["House"],
                "0% _": ["House"],
                "%": ["House"],
                "a": ["House", "Boot am Abend"],
                "nothing of it": [],
            }.items():
                assert titles(await record.runs(ListRuns(text=text))) == found, text
            both = await record.runs(ListRuns(state="queued", text="boot"))
            assert titles(both) == []

    play(scene())


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1.5", "9" * 30, "١"])
def test_a_cursor_that_is_none_of_ours_is_refused(tmp_path, cursor):
    async def scene():
        async with opened(tmp_path) as record:
            for look in (record.runs(ListRuns(cursor=cursor)), record.assets(ListAssets(cursor))):
                with pytest.raises(Refused, match="this cursor is not one") as refused:
                    await look
                assert refused.value.code == "malformed"

    play(scene())


def test_a_run_that_ended_can_be_forgotten_its_files_stay(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            (run,) = await submit(record, "a")
            with pytest.raises(Refused, match="this run is queued: cancel it first"):
                await record.delete(run)
            claimed = await claim(record)
            with pytest.raises(Refused, match="this run is running: cancel it first"):
                await record.delete(run)
            await record.finish(done(claimed, made(record, claimed, b"pixels")))
            (output,) = (await record.run(run)).outputs
            await record.delete(run)
            with pytest.raises(Refused, match="there is no run"):
                await record.run(run)
            with pytest.raises(Refused, match="there is no run"):
                await record.delete(run)
            assert len(files(tmp_path)) == 1
            row = await record.asset(output.asset)
            assert row.run is None and row.path == output.path

    play(scene())


def test_an_upload_is_an_asset_of_nobodys_run(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            (tmp_path / "uploads").mkdir()
            (tmp_path / "uploads/cat.png").write_bytes(b"cat")
            sha = "ab" * 32
            row = FileRow(
                *(sha[:32], "cat.png", "uploads/cat.png", "image/png", 3, 1, 1, sha),
                *(0.0, None, None, False),
            )
            assert await record.add_asset(row) == await record.add_asset(row) == sha[:32]
            (asset,) = (await record.assets(ListAssets())).assets
            assert (asset.name, asset.run, asset.node) == ("cat.png", None, None)
            (tmp_path / "uploads/cat.png").unlink()
            with pytest.raises(Refused, match=r"the file uploads/cat\.png is no longer there"):
                await record.asset(sha[:32])
            with pytest.raises(Refused, match="there is no asset 12"):
                await record.asset("12")

    play(scene())


def test_f17_a_page_of_a_long_queue_is_one_walk_along_it(tmp_path):
    """The bench has the milliseconds; here the steps of SQLite are counted, always the same."""
    walked = []

    async def scene():
        async with opened(tmp_path) as record:
            many = (record.submit(NewRun(f"{n}", DOCUMENT, text="a boat")) for n in range(10_000))
            await asyncio.gather(*many)
            assert record.queued == 10_000
            await claim(record)
            page = await record.runs(ListRuns(state="queued"))
            assert [run.position for run in page.runs[:2]] == [9_998, 9_997]
            assert titles(await record.runs(ListRuns(text="9999"))) == ["9999"]
        with closing(sqlite3.connect(tmp_path / "latentwire.sqlite")) as connection:
            connection.set_progress_handler(lambda: walked.append(1), 1000)
            history.page(connection, ListRuns(state="queued"))

    play(scene())
    assert 10 < len(walked) < 100


def test_f17_a_thousand_that_come_at_once_are_committed_together(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            commits = []
            record.listen(lambda told: commits.append(len(told)))
            await asyncio.gather(*(record.submit(NewRun("a", DOCUMENT)) for _ in range(1000)))
            assert sum(commits) == 1000 + len(commits) and len(commits) <= 10

    play(scene())


def test_f20_the_order_is_never_that_of_the_clock(tmp_path):
    clock = [1000.0]

    async def scene():
        async with opened(tmp_path, now=lambda: clock[0]) as record:
            for title, now in (("a", 1000.0), ("b", 10.0), ("c", 5e9), ("d", 0.0)):
                clock[0] = now
                await submit(record, title)
            assert titles(await record.runs(ListRuns())) == ["d", "c", "b", "a"]
            clock[0] = -7200.0
            lost = await claim(record)
            assert lost.title == "a"
            await record.lose(lost.run, lost.attempt, True, "was killed")
            told = await record.replay(0) or []
            assert [event.seq for event in told] == list(range(1, len(told) + 1))
        clock[0] = 50.0
        async with opened(tmp_path, now=lambda: clock[0]) as record:
            assert [(await claim(record)).title for _ in range(4)] == ["a", "b", "c", "d"]

    play(scene())

"""A run's files appear once, whole, with their rows; nobody else's file is ever touched."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from server.messages import ListAssets, Trouble
from server.record import Ending, Made
from server.record.outputs import intend, place, to_place
from tests.server.record.recording import claim, done, files, made, opened, play, rows, submit


def test_a_file_appears_with_its_row_when_its_run_is_done(tmp_path):
    async def scene():
        async with opened(tmp_path, now=lambda: 0.0) as record:
            (run,) = await submit(record, "a")
            claimed = await claim(record)
            picture = made(record, claimed, b"pixels")
            assert list(files(tmp_path).values()) == [b"pixels"], "only under tmp so far"
            assert await record.finish(done(claimed, picture))
            assert files(tmp_path) == {"outputs/1970-01-01/picture-0001.png": b"pixels"}
            (output,) = (await record.run(run)).outputs
            assert output.path == "outputs/1970-01-01/picture-0001.png"
            row = await record.asset(output.asset)
            assert (row.path, row.run, row.sha256[:32]) == (output.path, run, output.asset)

    play(scene())


def test_names_are_numbered_on_and_runs_at_the_same_time_share_none(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            await submit(record, "a", "b")
            a, b = await claim(record), await claim(record)
            names = [
                record.reserve(claimed.run, claimed.attempt, wanted, False).name
                for claimed in (a, b)
                for wanted in ("x.png", "x.png", "{counter} of x.png")
            ]
            assert names == [
                *("x-0001.png", "x-0002.png", "0001 of x.png"),
                *("x-0003.png", "x-0004.png", "0002 of x.png"),
            ]

    play(scene())


def test_names_asked_for_in_many_threads_at_once_are_all_different(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            await submit(record, "a")
            claimed = await claim(record)
            wanted = [f"{number % 5}.png" for number in range(500)]
            with ThreadPoolExecutor(8) as threads:
                ask = partial(record.reserve, claimed.run, claimed.attempt, shown=False)
                names = list(threads.map(ask, wanted))
            assert len(set(names)) == 500
            assert {int(path.stem[-4:]) for path in names} == set(range(1, 101))

    play(scene())


def test_a_file_that_came_meanwhile_is_not_overwritten(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            (run,) = await submit(record, "a")
            claimed = await claim(record)
            picture = made(record, claimed, b"pixels")
            picture.path.parent.mkdir(parents=True)
            picture.path.write_bytes(b"somebody's")
            assert await record.finish(done(claimed, picture))
            (output,) = (await record.run(run)).outputs
            assert picture.path.read_bytes() == b"somebody's"
            assert (tmp_path / output.path).read_bytes() == b"pixels"
            assert len(files(tmp_path)) == 2

    play(scene())


def test_a_stale_attempt_leaves_no_file(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            (run,) = await submit(record, "a")
            stale = await claim(record)
            old = made(record, stale, b"old")
            await record.lose(run, stale.attempt, True, "was killed")
            fresh = await claim(record)
            new = made(record, fresh, b"new")
            assert not await record.finish(done(stale, old))
            assert await record.finish(done(fresh, new))
            assert list(files(tmp_path).values()) == [b"new"]

    play(scene())


def test_what_an_attempt_left_that_was_lost_or_cancelled_is_removed(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            lost, cancelled = await submit(record, "a", "b")
            first, second = await claim(record), await claim(record)
            made(record, first, b"whole")
            kept = made(record, second, b"kept")
            for claimed in (first, second):
                half = tmp_path / "tmp" / f"{claimed.run}.{claimed.attempt}.half"
                half.write_bytes(b"half of it")
            await record.lose(lost, first.attempt, True, "was killed")
            await record.finish(Ending(cancelled, second.attempt, "cancelled", outputs=[kept]))
            assert list(files(tmp_path).values()) == [b"kept"]

    play(scene())


def test_a_run_that_uses_a_file_again_names_the_same_asset(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            first, second = await submit(record, "a", "b")
            a, b = await claim(record), await claim(record)
            picture = made(record, a, b"pixels")
            await record.finish(done(a, picture))
            again = Made(**vars(picture) | {"tmp": None, "node": "other"})
            assert await record.finish(done(b, again))
            one, other = [(await record.run(run)).outputs[0] for run in (first, second)]
            assert (one.asset, one.path) == (other.asset, other.path)
            assert other.node == "other"
            assert len((await record.assets(ListAssets())).assets) == 1

    play(scene())


def test_what_was_saved_before_a_run_failed_is_kept(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            (run,) = await submit(record, "a")
            claimed = await claim(record)
            picture = made(record, claimed, b"pixels")
            trouble = Trouble("decode", None, "is too large")
            ending = Ending(run, claimed.attempt, "failed", trouble, [picture], seconds=1.5)
            assert await record.finish(ending)
            known = await record.run(run)
            assert (known.state, known.error, known.seconds) == ("failed", trouble, 1.5)
            assert len(known.outputs) == len(files(tmp_path)) == 1

    play(scene())


def test_a_file_that_is_only_shown_is_fetched_by_its_asset_but_not_listed(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            (run,) = await submit(record, "a")
            claimed = await claim(record)
            kept = made(record, claimed, b"kept")
            shown = made(record, claimed, b"shown", shown=True)
            assert await record.finish(done(claimed, kept, shown))
            outputs = (await record.run(run)).outputs
            assert [output.path.split("/")[0] for output in outputs] == ["outputs", "previews"]
            assert (await record.asset(outputs[1].asset)).shown
            (listed,) = (await record.assets(ListAssets())).assets
            assert listed.asset == outputs[0].asset

    play(scene())


def test_a_file_that_was_not_reserved_fails_the_run_and_nothing_is_placed(tmp_path):
    async def scene():
        async with opened(tmp_path / "data") as record:
            (run,) = await submit(record, "a")
            claimed = await claim(record)
            picture = made(record, claimed, b"pixels")
            outside = Made(**vars(picture) | {"path": tmp_path / "outside.png"})
            assert await record.finish(done(claimed, outside))
            known = await record.run(run)
            assert known.state == "failed" and known.error and not known.outputs
            assert known.error.message.startswith("its files could not be put into ")
            assert not (tmp_path / "outside.png").exists()
            assert files(tmp_path / "data") == {}

    play(scene())


def test_f7_where_the_folder_cannot_be_made_the_run_fails_and_the_next_one_works(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            first, second = await submit(record, "a", "b")
            (tmp_path / "outputs").write_text("in the way")
            claimed = await claim(record)
            assert await record.finish(done(claimed, made(record, claimed, b"pixels")))
            assert (await record.run(first)).state == "failed"
            (tmp_path / "outputs").unlink()
            claimed = await claim(record)
            assert await record.finish(done(claimed, made(record, claimed, b"pixels")))
            assert (await record.run(second)).state == "done"
            assert list(files(tmp_path).values()) == [b"pixels"]

    play(scene())


def test_the_row_of_an_output_is_that_of_the_runs_attempt(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            (run,) = await submit(record, "a")
            lost = await claim(record)
            await record.lose(run, lost.attempt, False, "was taken back")
            claimed = await claim(record)
            await record.finish(done(claimed, made(record, claimed, b"pixels")))
            sql = "select r.attempt, o.attempt from outputs o join runs r using (number)"
            assert rows(tmp_path, sql) == [(2, 2)]

    play(scene())


def test_what_somebody_put_where_a_lost_file_was_to_appear_stays(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            await submit(record, "a")
            claimed = await claim(record)
            ending = done(claimed, made(record, claimed, b"1"), made(record, claimed, b"2"))
            placing = to_place(ending.outputs)
            assert await record._database.write(lambda work: intend(work, ending, placing))
            # the server ends here: one file was placed, where the other was to be is another's
            place(placing[0])
            placing[1].path.write_bytes(b"somebody's")
        async with opened(tmp_path):
            assert list(files(tmp_path).values()) == [b"somebody's"]
            assert rows(tmp_path, "select * from placing") == []

    play(scene())

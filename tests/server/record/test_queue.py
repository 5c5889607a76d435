"""Runs come in, wait, are moved, paused and cancelled; nothing of it is lost by a restart."""

import pytest

from server.messages import ListRuns, RunQueued
from server.record import NewRun
from server.refused import Refused
from tests.server.record.recording import DOCUMENT, claim, done, opened, play, queued, submit


def test_runs_are_claimed_in_the_order_they_came(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            await submit(record, "a", "b", "c")
            assert [c.title for c in await record.claim("cpu", 2)] == ["a", "b"]
            assert [c.title for c in await record.claim("cpu", 2)] == ["c"]
            assert await record.claim("cpu", 2) == []

    play(scene())


def test_a_claim_brings_what_is_to_be_run(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            accepted = await record.submit(NewRun("a", DOCUMENT, ["x", "y"], id="one"))
            assert (accepted.run, accepted.position) == ("one", 0)
            claimed = await claim(record)
            assert claimed == ("one", 1, "a", DOCUMENT, ["x", "y"])

    play(scene())


def test_front_goes_before_all_that_wait(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            await submit(record, "a", "b")
            first = await record.submit(NewRun("c", DOCUMENT, front=True))
            assert first.position == 0
            assert await queued(record) == ["c", "a", "b"]

    play(scene())


def test_the_same_id_twice_is_one_run(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            await submit(record, "before")
            first = await record.submit(NewRun("a", DOCUMENT, id="one"))
            again = await record.submit(NewRun("a", DOCUMENT, id="one"))
            assert first == again and first.position == 1
            assert await queued(record) == ["before", "a"]

    play(scene())


@pytest.mark.parametrize("id", ["../x", "", "a\n", "a" * 65, "a b", "-a", "é"])
def test_an_id_that_is_no_uuid_is_refused(tmp_path, id):
    async def scene():
        async with opened(tmp_path) as record:
            with pytest.raises(Refused, match="uuid") as refused:
                await record.submit(NewRun("a", DOCUMENT, id=id))
            assert refused.value.code == "malformed"

    play(scene())


@pytest.mark.parametrize(
    ("title", "to", "order"),
    [
        ("a", 0, "abcd"),
        ("a", 1, "bacd"),
        ("a", 3, "bcda"),
        ("a", 99, "bcda"),
        ("d", 0, "dabc"),
        ("d", -5, "dabc"),
        ("b", 2, "acbd"),
        ("c", 1, "acbd"),
    ],
)
def test_a_run_is_moved_to_its_place(tmp_path, title, to, order):
    async def scene():
        async with opened(tmp_path) as record:
            runs = dict(zip("abcd", await submit(record, *"abcd"), strict=True))
            moved = await record.move(runs[title], to)
            assert moved.position == order.index(title)
            assert "".join(await queued(record)) == order

    play(scene())


def test_two_hundred_moves_into_one_gap_keep_the_order(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            runs = await submit(record, *"abcd")
            order = list("abcd")
            for turn in range(200):
                moved = 3 if turn % 2 else 2
                run = order.pop(moved)
                order.insert(1, run)
                await record.move(runs["abcd".index(run)], 1)
            assert await queued(record) == order

    play(scene())


def test_only_a_run_that_waits_can_be_moved(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            (run,) = await submit(record, "a")
            await claim(record)
            with pytest.raises(Refused, match="is running, it must be queued") as refused:
                await record.move(run, 0)
            assert refused.value.code == "taken"
            with pytest.raises(Refused, match="no run nobody") as refused:
                await record.move("nobody", 0)
            assert refused.value.code == "not_found"

    play(scene())


def test_nothing_is_claimed_while_paused_and_the_pause_outlasts_a_restart(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            await submit(record, "a")
            await record.pause()
            assert record.paused and await record.claim("cpu") == []
        async with opened(tmp_path) as record:
            assert record.paused and await record.claim("cpu") == []
            await record.resume()
            assert not record.paused and (await claim(record)).title == "a"

    play(scene())


def test_what_waits_is_cancelled_at_once_and_what_runs_is_asked_to_stop(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            first, second = await submit(record, "a", "b")
            running = await claim(record)
            assert (await record.cancel(second)).state == "cancelled"
            assert (await record.cancel(first)).state == "running"
            assert await record.lose(first, running.attempt, True, "was killed") == "cancelled"
            assert (await record.cancel(first)).state == "cancelled"
            assert await queued(record) == []

    play(scene())


def test_clear_cancels_all_that_wait_and_leaves_what_runs(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            runs = await submit(record, "a", "b", "c")
            running = await claim(record)
            assert await record.clear() == 2
            assert record.queued == 0
            assert [(await record.run(run)).state for run in runs[1:]] == ["cancelled"] * 2
            assert await record.finish(done(running))

    play(scene())


def test_the_order_outlasts_a_restart(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            runs = await submit(record, *"abcd")
            await record.move(runs[3], 1)
        async with opened(tmp_path) as record:
            assert await queued(record) == ["a", "d", "b", "c"]
            assert record.queued == 4

    play(scene())


def test_what_ran_when_the_server_ended_waits_again_at_the_head_in_the_old_order(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            await submit(record, "a", "b", "c")
            await record.claim("one")
            await record.claim("two")
            await submit(record, "front", front=True)
        async with opened(tmp_path) as record:
            assert await queued(record) == ["a", "b", "front", "c"]
            again = await claim(record)
            assert (again.title, again.attempt) == ("a", 2)

    play(scene())


def test_each_that_waits_is_told_of_with_its_position(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            runs = await submit(record, "a", "b")
            told = [e for e in await record.replay(0) or [] if e.kind == "run_queued"]
            assert [(e.run, e.body) for e in told] == [
                (run, b'{"kind":"run_queued","run":"%b","title":"%b","position":%d}' % row)
                for run, row in zip(
                    runs, [(runs[0].encode(), b"a", 0), (runs[1].encode(), b"b", 1)], strict=True
                )
            ]
            assert RunQueued.__dataclass_fields__.keys() == {"run", "title", "position"}

    play(scene())


def test_what_the_editor_asks_of_an_empty_record_is_empty(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            assert (await record.runs(ListRuns())).runs == []
            assert await record.replay(0) == []
            assert await record.clear() == 0

    play(scene())

"""A run that loses its worker waits again, before all others; one that kills workers fails."""

from server.messages import NodeStarted
from tests.server.record.recording import claim, done, opened, play, queued, submit


def test_a_lost_run_waits_again_at_the_head_in_the_old_order(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            await submit(record, "a", "b", "c")
            a, b = await claim(record, "one"), await claim(record, "two")
            await submit(record, "front", front=True)
            # whoever is lost first does not come first: the order of before does
            assert await record.lose(b.run, b.attempt, True, "was killed") == "queued"
            assert await record.lose(a.run, a.attempt, True, "was killed") == "queued"
            assert await queued(record) == ["a", "b", "front", "c"]

    play(scene())


def test_f4_three_counted_losses_fail_a_run_and_name_its_node(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            (run,) = await submit(record, "a")
            for state in ("queued", "queued", "failed"):
                claimed = await claim(record)
                await record.begun(run, claimed.attempt, "cpu")
                await record.events(run, claimed.attempt, [NodeStarted(run, "decode")])
                assert await record.lose(run, claimed.attempt, True, "it was killed") == state
            error = (await record.run(run)).error
            assert error and error.node == "decode"
            assert error.message == "node decode crashed the worker 3 times: it was killed"
            assert await record.claim("cpu") == []

    play(scene())


def test_losses_that_are_not_the_runs_fault_never_fail_it(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            (run,) = await submit(record, "a")
            for _ in range(10):
                claimed = await claim(record)
                lost = await record.lose(run, claimed.attempt, False, "the server was stopped")
                assert lost == "queued"

    play(scene())


def test_f3_a_run_that_hangs_is_tried_once_more(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            (run,) = await submit(record, "a")
            for state in ("queued", "failed"):
                claimed = await claim(record)
                await record.events(run, claimed.attempt, [NodeStarted(run, "slow")])
                told = "no progress for 1800 s"
                assert await record.lose(run, claimed.attempt, True, told, True) == state
            error = (await record.run(run)).error
            assert error
            assert error.message == "node slow did not respond, twice: no progress for 1800 s"

    play(scene())


def test_a_worker_is_not_given_again_what_it_was_lost_with_unless_it_is_alone(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            await submit(record, "a", "b")
            lost = await claim(record, "one")
            await record.lose(lost.run, lost.attempt, True, "was killed")
            assert [c.title for c in await record.claim("one", 1, others=["two"])] == ["b"]
            assert [c.title for c in await record.claim("one", 1)] == ["a"]

    play(scene())


def test_a_run_that_every_worker_was_lost_with_is_given_to_any_of_them(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            await submit(record, "a")
            for worker, other in (("one", "two"), ("two", "one")):
                (lost,) = await record.claim(worker, 1, others=[other])
                await record.lose(lost.run, lost.attempt, True, "was killed")
            assert await record.claim("one", 1, others=["two", "three"]) == []
            assert [c.title for c in await record.claim("one", 1, others=["two"])] == ["a"]

    play(scene())


def test_a_loss_that_does_not_count_excludes_nobody(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            await submit(record, "a")
            lost = await claim(record, "one")
            await record.lose(lost.run, lost.attempt, False, "was taken back")
            assert [c.title for c in await record.claim("one", 1, others=["two"])] == ["a"]

    play(scene())


def test_a_stale_attempt_can_do_nothing(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            (run,) = await submit(record, "a")
            stale = await claim(record)
            await record.lose(run, stale.attempt, True, "was killed")
            fresh = await claim(record)
            before = record.last_seq
            assert not await record.begun(run, stale.attempt, "cpu")
            assert not await record.events(run, stale.attempt, [NodeStarted(run, "x")])
            assert not await record.finish(done(stale))
            assert await record.lose(run, stale.attempt, True, "was killed") is None
            assert record.last_seq == before
            assert await record.finish(done(fresh))
            assert not await record.finish(done(fresh)), "a run ends once"

    play(scene())

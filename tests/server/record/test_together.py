"""Changes that are committed together stand and fall each by itself."""

import asyncio

import pytest

from server.messages import ModelsChanged
from server.record import Stamped
from server.record.work import Work
from tests.server.record.recording import opened, play, queued, rows, submit


class Reconsidered(Exception):
    """What a change raises in the middle."""


def half_done(work: Work) -> None:
    work.tell(ModelsChanged())
    work.run("update queue set paused = 1")
    work.queue_changed = True
    raise Reconsidered


def test_a_change_that_fails_leaves_nothing_and_takes_nobody_with_it(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            heard: list[Stamped] = []
            record.listen(heard.extend)
            results = await asyncio.gather(
                submit(record, "before"),
                record._database.write(half_done),
                record._database.write(lambda work: work.run("insert into nowhere values (1)")),
                record._database.write(lambda work: work.run("insert into queue values (2)")),
                submit(record, "after"),
                return_exceptions=True,
            )
            assert [isinstance(result, Exception) for result in results] == [
                *(False, True, True, True, False)
            ]
            assert await queued(record) == ["before", "after"]
            assert not record.paused and record.broken is None
            assert {event.kind for event in heard} == {"run_queued", "queue_changed"}
            assert [event.seq for event in heard] == list(range(1, len(heard) + 1))

    play(scene())


def test_whoever_stops_waiting_does_not_stop_the_change(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            impatient = asyncio.ensure_future(submit(record, "a"))
            await asyncio.sleep(0)
            impatient.cancel()
            with pytest.raises(asyncio.CancelledError):
                await impatient
            await submit(record, "b")
            assert await queued(record) == ["a", "b"]
        assert rows(tmp_path, "select count(*) from runs") == [(2,)]

    play(scene())

"""What goes wrong with one change, one listener or one line harms nothing else of the record."""

import asyncio

import pytest

from server.messages import ModelsChanged
from server.record import DiskFull, NewRun
from server.refused import Refused
from tests.server.record.recording import opened, play, queued, submit


def test_a_change_with_a_value_that_no_column_takes_fails_alone(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            wrong = NewRun("wrong", {"no": "bytes"})  # type: ignore[arg-type]
            results = await asyncio.gather(
                record.submit(NewRun("a", b"{}")),
                record.submit(wrong),
                record._database.write(lambda work: work.run("select ?", {})),
                record.submit(NewRun("b", b"{}")),
                return_exceptions=True,
            )
            assert [isinstance(r, Exception) for r in results] == [False, True, True, False]
            assert record.broken is None
            assert await queued(record) == ["a", "b"]

    play(scene())


def test_who_cannot_hear_an_event_keeps_nobody_from_an_answer(tmp_path):
    async def scene():
        told: list[str] = []
        asyncio.get_running_loop().set_exception_handler(
            lambda _, said: told.append(str(said["exception"]))
        )
        async with opened(tmp_path) as record:

            def deaf(_: object) -> None:
                raise ZeroDivisionError("a fault of ours")

            heard: list[int] = []
            record.listen(deaf)
            record.listen(lambda events: heard.extend(event.seq for event in events))
            async with asyncio.timeout(20):
                await submit(record, "a")
            assert set(told) == {"a fault of ours"}
            assert heard == [1, 2]

    play(scene())


def test_after_a_fault_of_the_writer_everything_is_refused_and_nobody_waits_for_ever(tmp_path):
    async def scene():
        broken = False

        def clock() -> float:
            if broken:
                raise ZeroDivisionError("a fault of ours")
            return 0.0

        async with opened(tmp_path, now=clock) as record:
            await submit(record, "a")
            broken = True
            async with asyncio.timeout(20):
                for _ in range(2):
                    with pytest.raises(Refused, match="start again") as refused:
                        await submit(record, "b")
                    assert refused.value.code == "unavailable"
            assert record.broken
            assert await queued(record) == ["a"]

    play(scene())


def test_f6_a_run_that_was_accepted_is_not_refused_when_it_is_sent_again(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            await record.submit(NewRun("a", b"{}", id="a"))
        async with opened(tmp_path, floor=2**60) as record:
            assert (await record.submit(NewRun("a", b"{}", id="a"))).run == "a"
            with pytest.raises(DiskFull):
                await record.submit(NewRun("b", b"{}", id="b"))
            await record.announce(ModelsChanged())

    play(scene())

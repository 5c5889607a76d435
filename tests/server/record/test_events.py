"""Every change is one event with the next number, told when it is on the disk, and told again."""

import json

from server.messages import ModelsChanged, NodeNotice, NodeReport, NodeStarted, Output, RunFinished
from server.record import Ending, Stamped, work
from server.record.work import encode
from tests.server.record.recording import claim, done, made, opened, play, rows, submit


def test_listeners_hear_all_in_order_and_it_is_what_is_replayed(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            heard: list[Stamped] = []
            record.listen(heard.extend)
            await submit(record, "a", "b")
            claimed = await claim(record)
            await record.begun(claimed.run, claimed.attempt, "cpu")
            await record.events(claimed.run, claimed.attempt, [NodeStarted(claimed.run, "x")])
            await record.finish(done(claimed))
            await record.announce(ModelsChanged())
            assert [event.seq for event in heard] == list(range(1, len(heard) + 1))
            assert record.last_seq == len(heard)
            assert await record.replay(0) == heard
            assert await record.replay(3, most=2) == heard[3:5]
            ours = [event for event in heard if event.run == claimed.run]
            assert await record.replay(0, claimed.run) == ours
            assert [event.kind for event in ours] == [
                *("run_queued", "run_started", "node_started", "run_finished")
            ]
            assert heard[-1].body == b'{"kind":"models_changed"}'

    play(scene())


def test_an_event_is_on_the_disk_when_it_is_heard(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            on_disk = []

            def hear(told):
                (newest,) = rows(tmp_path, "select max(seq) from events")
                on_disk.append(newest[0] >= told[-1].seq)

            record.listen(hear)
            await submit(record, "a", "b")
            assert on_disk == [True, True]

    play(scene())


def test_what_came_after_a_number_that_is_not_known_is_not_guessed(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            await submit(record, "a")
            assert await record.replay(record.last_seq) == []
            assert await record.replay(record.last_seq + 1) is None
            assert await record.replay(-1) is None

    play(scene())


def test_the_oldest_events_are_let_go(tmp_path, monkeypatch):
    monkeypatch.setattr(work, "KEPT_EVENTS", 2000)

    async def scene():
        async with opened(tmp_path) as record:
            (run,) = await submit(record, "a")
            claimed = await claim(record)
            notice = NodeNotice(run, "x", "y")
            for _ in range(5):
                await record.events(run, claimed.attempt, [notice] * 700)
            kept = rows(tmp_path, "select count(*), max(seq) from events")[0]
            assert 2000 <= kept[0] <= 2500 and kept[1] == record.last_seq
            assert await record.replay(1) is None
            assert await record.replay(record.last_seq - kept[0], most=1) is not None

    play(scene())


def test_the_queue_is_told_of_once_for_all_that_was_committed_together(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            await submit(record, "a", "b", "c")
            before = record.last_seq
            await record.clear()
            told = await record.replay(before) or []
            assert [event.kind for event in told] == ["run_cancelled"] * 3 + ["queue_changed"]
            last = json.loads(told[-1].body)
            assert last == {"kind": "queue_changed", "paused": False, "queued": 0}

    play(scene())


def test_the_end_of_a_run_is_told_with_its_files(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            (run,) = await submit(record, "a")
            claimed = await claim(record)
            picture = made(record, claimed, b"pixels")
            report = {"x": NodeReport(0.5, True)}
            ending = Ending(run, claimed.attempt, "done", None, [picture], report, 2.5)
            await record.finish(ending)
            finished = (await record.replay(0, run) or [])[-1]
            path = str(picture.path.relative_to(tmp_path))
            output = Output("save", picture.sha256[:32], picture.name, path)
            assert (finished.kind, finished.body) == encode(RunFinished(run, [output], 2.5))
            assert (await record.run(run)).nodes == report

    play(scene())

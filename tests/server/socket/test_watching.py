"""Watching: every event once and in its order, whatever was missed, and previews the latest."""

import json

from server import viewer
from server.messages import (
    ModelsChanged,
    NodeStarted,
    RunFinished,
    RunQueued,
)
from server.record import Stamped, work
from tests.server.stage import line, opened, play, seqs


def test_nothing_is_told_unasked(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, line(stage) as client:
            await stage.tell_many(3)
            assert (await client.call("queue.pause"))["result"] == {}
            assert client.events == []

    play(scene())


def test_who_watches_everything_is_told_everything_from_then_on(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, line(stage) as client:
            await stage.tell_many(3)
            said = await client.call("watch")
            assert said["result"] == {"seq": 3, "resync": False}
            await stage.tell(RunQueued("a", "A title", 0), ModelsChanged())
            assert await client.hear(2) == [
                {"seq": 4, "kind": "run_queued", "run": "a", "title": "A title", "position": 0},
                {"seq": 5, "kind": "models_changed"},
            ]

    play(scene())


def test_who_watches_a_run_is_told_of_no_other(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, line(stage) as client:
            await client.call("watch", run="mine")
            await stage.tell(NodeStarted("other", "n"), NodeStarted("mine", "n"), ModelsChanged())
            await stage.tell(NodeStarted("mine", "m"))
            assert seqs(await client.hear(2)) == [2, 4]

    play(scene())


def test_each_event_comes_once_however_often_it_is_watched(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, line(stage) as client:
            await client.call("watch")
            await client.call("watch", run="r")
            await client.call("watch")
            await stage.tell_many(5)
            await client.call("queue.pause")
            assert seqs(client.events) == [1, 2, 3, 4, 5, 6]

    play(scene())


def test_what_is_let_go_of_is_not_told_any_more(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, line(stage) as client:
            await client.call("watch", run="a")
            await client.call("watch", run="b")
            await client.call("unwatch", run="a")
            await stage.tell(NodeStarted("a", "n"), NodeStarted("b", "n"))
            assert [event["run"] for event in await client.hear(1)] == ["b"]
            await client.call("watch")
            await client.call("unwatch")
            await stage.tell(NodeStarted("b", "n"))
            await client.call("runs.list")
            assert len(client.events) == 1

    play(scene())


def test_a_run_is_let_go_of_when_it_ends(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, line(stage) as client:
            await client.call("watch", run="r")
            await stage.tell(RunFinished("r", [], 1.0))
            await stage.tell(NodeStarted("r", "ghost"))
            await client.call("runs.list")
            assert [event["kind"] for event in client.events] == ["run_finished"]

    play(scene())


def test_what_was_missed_comes_first_and_then_the_rest_without_a_gap(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, line(stage) as client:
            await stage.tell_many(1700)
            assert (await client.call("watch", after=3))["result"] == {"seq": 1700, "resync": False}
            await stage.tell_many(300)
            assert seqs(await client.hear(1997)) == list(range(4, 2001))

    play(scene())


def test_events_that_happen_while_others_are_read_anew_come_in_their_order(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, line(stage) as client:
            await stage.tell_many(3000, together=500)
            ask = {"jsonrpc": "2.0", "id": 1, "method": "watch", "params": {"after": 0}}
            await client.socket.send(json.dumps(ask))
            await stage.tell_many(1500, together=10)
            assert seqs(await client.hear(4500)) == list(range(1, 4501))

    play(scene())


def test_an_event_that_is_read_before_it_is_told_comes_once(tmp_path):
    told = [
        Stamped(seq, "r", "node_started", b'{"kind":"node_started","run":"r","node":"n"}')
        for seq in range(1, 7)
    ]

    async def scene():
        async with opened(tmp_path) as stage, line(stage) as client:

            async def replay(after, run, most):
                if stage.hub.seq == 3:  # one more is committed while old ones are read
                    stage.hub.publish(told[3:4])
                return [event for event in told[:5] if event.seq > after][:most]

            stage.hub.replay = replay
            stage.hub.publish(told[:3])
            await client.call("watch", after=0)
            assert seqs(await client.hear(5)) == [1, 2, 3, 4, 5]
            stage.hub.publish(told[4:5])
            stage.hub.publish(told[5:])
            await client.call("runs.list")
            assert seqs(client.events) == [1, 2, 3, 4, 5, 6]

    play(scene())


def test_a_run_is_told_from_its_beginning_also_where_everything_is_watched(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, line(stage) as client:
            await stage.tell(NodeStarted("a", "1"), NodeStarted("b", "2"), NodeStarted("a", "3"))
            await client.call("watch")
            await client.call("watch", run="a", after=0)
            await stage.tell(NodeStarted("a", "4"))
            assert seqs(await client.hear(3)) == [1, 3, 4]

    play(scene())


def test_many_watches_at_once_are_each_told_all_they_missed(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, line(stage) as client:
            runs = [f"run{at}" for at in range(20)]
            await stage.tell(*(NodeStarted(run, str(at)) for at in range(60) for run in runs))
            for at, run in enumerate(runs):
                said = {"run": run, "after": 0}
                call = {"jsonrpc": "2.0", "id": at, "method": "watch", "params": said}
                await client.socket.send(json.dumps(call))
            await stage.tell(*(NodeStarted(run, "last") for run in runs))
            told = await client.hear(61 * 20)
            for run in runs:
                mine = [event["node"] for event in told if event["run"] == run]
                assert mine == [str(at) for at in range(60)] + ["last"]

    play(scene())


def test_what_cannot_be_told_any_more_is_said_and_the_rest_comes(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, line(stage) as client:
            await stage.tell_many(3)
            answer = (await client.call("watch", after=10))["result"]
            assert answer == {"seq": 3, "resync": True}
            await stage.tell_many(2)
            assert seqs(await client.hear(2)) == [4, 5]

    play(scene())


def test_events_that_were_pruned_are_asked_for_in_vain(tmp_path, monkeypatch):
    async def scene():
        async with opened(tmp_path) as stage, line(stage) as client:
            await stage.tell_many(2000, together=500)
            assert (await client.call("watch", after=100))["result"]["resync"]
            await client.call("unwatch")
            answer = (await client.call("watch", after=1500))["result"]
            assert answer == {"seq": 2000, "resync": False}
            assert seqs(await client.hear(500)) == list(range(1501, 2001))

    monkeypatch.setattr(work, "KEPT_EVENTS", 1000)
    play(scene())


def test_seq_goes_on_after_a_restart(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage:
            await stage.tell_many(3)
        async with opened(tmp_path) as stage, line(stage) as client:
            await client.call("watch", after=1)
            await stage.tell_many(1)
            assert seqs(await client.hear(3)) == [2, 3, 4]

    play(scene())


def test_only_so_many_runs_are_watched_and_those_that_ended_do_not_count(tmp_path, monkeypatch):
    async def scene():
        async with opened(tmp_path) as stage, line(stage) as client:
            await stage.tell(*(RunFinished(f"r{at}", [], 1.0) for at in range(10)))
            for at in range(10):
                assert "result" in await client.call("watch", run=f"r{at}", after=0)
            for at in range(3):
                assert "result" in await client.call("watch", run=f"s{at}")
            assert (await client.call("watch", run="s3"))["error"]["code"] == 413
            assert (await client.call("watch", run=1000 * "s"))["error"]["code"] == 404
            assert seqs(client.events) == list(range(1, 11))

    monkeypatch.setattr(viewer, "MOST_RUNS", 3)
    play(scene())

"""The Python client: what breaks is mended, and nothing is missed or done twice."""

import asyncio
import uuid

import pytest

from server.client import Client, Preview, Refused, Unreachable, Watched
from server.messages import (
    ListRuns,
    NodeProgress,
    NodeStarted,
    RunFailed,
    RunFinished,
    RunQueued,
    Trouble,
    Watching,
)
from server.record import Ending, work
from tests.server.proxy import Proxy, proxy
from tests.server.stage import opened, play

WORKFLOW = {"format": "latentwire/1", "title": "A sailboat", "nodes": {}}


async def nodes(events: Watched, count: int) -> list[str]:
    """The nodes of the next events."""
    found = [await anext(events) for _ in range(count)]
    assert all(isinstance(event, NodeStarted) for event in found)
    return [event.node for event in found if isinstance(event, NodeStarted)]


def test_f15_a_thousand_broken_connections_and_the_logs_are_equal(tmp_path):
    logs: list[list[int]] = [[], [], [], []]
    doors: list[Proxy] = []

    async def scene():
        async with opened(tmp_path) as stage:
            following = [follow(stage, seed, log) for seed, log in enumerate(logs)]
            await asyncio.gather(keep_telling(stage), *following)
            kept = [event.seq for event in await stage.record.replay(0) or []]
            assert kept == list(range(1, len(kept) + 1))
            assert all(log == kept for log in logs)

    async def keep_telling(stage):
        await stage.until(lambda: len(doors) == len(logs))
        while sum(door.broken for door in doors) < 1000:
            await stage.tell_many(20)
            await stage.until(lambda: min(map(len, logs)) > stage.told - 100)
        await stage.tell(RunQueued("last", "", 0))

    async def follow(stage, seed, log):
        async with proxy(stage.port, breaks=1000, seed=seed) as door:
            doors.append(door)
            async with Client(f"http://127.0.0.1:{door.port}", patience=10) as client:
                events = client.watch(after=0)
                while not isinstance(await anext(events), RunQueued):
                    log.append(events.seq)
                log.append(events.seq)

    play(scene())


def test_calls_over_a_line_that_breaks_are_answered_and_done_once(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, proxy(stage.port, 60) as door:
            door._most = 600
            async with Client(f"http://127.0.0.1:{door.port}", patience=10) as client:
                ids = [str(uuid.uuid4()) for _ in range(300)]
                for start in range(0, 300, 10):
                    batch = (client.submit(WORKFLOW, id=id) for id in ids[start : start + 10])
                    assert await asyncio.gather(*batch) == ids[start : start + 10]
            assert door.broken > 20
            runs = (await stage.record.runs(ListRuns(limit=500))).runs
            assert sorted(run.run for run in runs) == sorted(ids)

    play(scene())


def test_a_client_goes_on_when_the_server_is_started_again(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage:
            port = stage.port
            client = Client(stage.url, patience=10)
            await client.__aenter__()
            events = client.watch()
            await events.__aenter__()
            await stage.tell_many(3)
            first = await nodes(events, 3)
        async with opened(tmp_path, port) as stage:
            await stage.tell(NodeStarted("r", "n3"))
            assert first + await nodes(events, 1) == ["n0", "n1", "n2", "n3"]
            assert (await client.call("runs.list")).runs == []
            await client.__aexit__(None, None, None)

    play(scene())


def test_submitting_and_following_a_run_to_its_end(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, Client(stage.url) as client:
            run = await client.submit(WORKFLOW)
            told = []
            async for event in client.watch(run):
                told.append(type(event).__name__)
                if isinstance(event, RunQueued):
                    await carry_out(stage)
            assert told[0] == "RunQueued" and told[-1] == "RunFinished"
            ended = await client.get(run)
            assert (ended.state, ended.title) == ("done", "A sailboat")
            assert (await client.wait(run)).state == "done"

    async def carry_out(stage):
        (claimed,) = await stage.record.claim("cpu")
        await stage.record.begun(claimed.run, claimed.attempt, "cpu")
        await stage.record.finish(Ending(claimed.run, claimed.attempt, "done", seconds=1.0))

    play(scene())


def test_a_run_that_ended_long_ago_is_told_as_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(work, "KEPT_EVENTS", 1000)

    async def scene():
        async with opened(tmp_path) as stage, Client(stage.url) as client:
            run = await client.submit(WORKFLOW)
            (claimed,) = await stage.record.claim("cpu")
            error = Trouble("sample", "seed", "is no number")
            await stage.record.finish(Ending(run, claimed.attempt, "failed", error))
            await stage.tell_many(2000, "another", together=500)
            told = [event async for event in client.watch(run)]
            assert isinstance(told[0], Watching) and told[0].resync
            assert told[1:] == [RunFailed(run, "sample", "seed", "is no number")]

    play(scene())


def test_progress_and_previews_come_as_the_latest(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, Client(stage.url) as client:
            async with client.watch("r") as events:
                stage.hub.progress(NodeProgress("r", "n", 1, 2))
                assert await anext(events) == NodeProgress("r", "n", 1, 2)
                stage.hub.preview("r", "n", 1, "image/webp", b"one")
                assert await anext(events) == Preview(0, "r", "n", 1, "image/webp", b"one")
            await stage.until(lambda: not stage.hub.wants_previews("r"))

    play(scene())


def test_two_loops_over_one_run_are_both_told(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, Client(stage.url) as client:
            async with client.watch("r") as one, client.watch() as two:
                await stage.tell(NodeStarted("r", "a"), NodeStarted("s", "b"))
                assert await nodes(one, 1) == ["a"]
                assert await nodes(two, 2) == ["a", "b"]
            async with client.watch("r") as one:
                assert await nodes(one, 1) == ["a"]
                await stage.tell(RunFinished("r", [], 1.0))
                assert [type(event) async for event in one] == [RunFinished]

    play(scene())


def test_what_the_server_refuses_is_raised_as_it_said_it(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, Client(stage.url) as client:
            with pytest.raises(Refused) as refused:
                await client.get("none")
            assert refused.value.code == "not_found"
            with pytest.raises(Refused) as refused:
                await client.call("runs.list", limit="ten")
            assert [problem.port for problem in refused.value.problems] == ["limit"]
            with pytest.raises(Refused) as refused:
                await client.call("runs.lst")
            assert "did you mean runs.list?" in refused.value.message

    play(scene())


def test_where_no_server_is_the_sentence_says_what_to_do(unused_port):
    async def scene():
        with pytest.raises(
            Unreachable, match=r"no server answers at http://127.0.0.1:\d+.*main.py"
        ):
            async with Client(f"http://127.0.0.1:{unused_port}"):
                pass

    play(scene())


def test_a_server_that_does_not_come_back_is_waited_for_only_so_long(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage:
            client = Client(stage.url, patience=0.2)
            await client.__aenter__()
            events = client.watch()
            await events.__aenter__()
        with pytest.raises(Unreachable):
            await anext(events)
        with pytest.raises(Unreachable):
            await client.call("runs.list")
        await client.__aexit__(None, None, None)

    play(scene())


def test_what_may_not_be_done_twice_is_not_sent_twice(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, Client(stage.url) as client:
            never = asyncio.get_running_loop().create_future()
            heard = asyncio.Event()

            async def hold(said):
                heard.set()
                await never

            stage.methods["workflows.save"] = hold
            async with Client(stage.url) as client:
                saving = asyncio.create_task(client.call("workflows.save", name="a", workflow={}))
                await heard.wait()
                await stage.sockets.close()
                with pytest.raises(Unreachable, match="look whether it was done"):
                    await saving

    play(scene())


@pytest.fixture
def unused_port():
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]

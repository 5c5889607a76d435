"""How connections end: by the client, by the server, and in the midst of things."""

import asyncio
import json

import pytest
import websockets

from server import socket
from server.messages import Nothing
from tests.server.stage import Stage, line, opened, play, seqs
from tests.server.stalled import stalled


class Held:
    """A call that is at work until it is let go."""

    def __init__(self, stage: Stage) -> None:
        self.heard = asyncio.Event()
        self.go = asyncio.Event()
        stage.methods["queue.clear"] = self.call

    async def call(self, said: bytes) -> Nothing:
        self.heard.set()
        await self.go.wait()
        return Nothing()


def test_calls_at_work_are_answered_before_the_server_goes(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage:
            held = Held(stage)
            async with line(stage) as client:
                asking = asyncio.create_task(client.call("queue.clear"))
                await held.heard.wait()
                closing = asyncio.create_task(stage.sockets.close())
                held.go.set()
                assert (await asking)["result"] == {}
                with pytest.raises(websockets.ConnectionClosed) as closed:
                    await client.next()
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == 1001
                await closing

    play(scene())


def test_a_server_that_stops_waits_for_no_client(tmp_path, monkeypatch):
    async def scene():
        async with opened(tmp_path) as stage, stalled(stage.port) as dead:
            held = Held(stage)
            async with stalled(stage.port) as asking:
                await asking.call("queue.clear")
                await held.heard.wait()
                await dead.call("watch")
                await stage.until(lambda: stage.hub.wants_previews("r"))
                stage.hub.preview("r", "n", 1, "image/webp", bytes(5_000_000))
                async with asyncio.timeout(2):
                    await stage.sockets.close()
            await stage.until(lambda: not stage.hub.viewers)

    monkeypatch.setattr(socket, "GOODBYE", 0.2)
    play(scene())


def test_a_call_whose_client_has_gone_is_seen_through(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage:
            held = Held(stage)
            async with stalled(stage.port) as client:
                await client.call("queue.clear")
                await held.heard.wait()
            await stage.until(lambda: not stage.hub.viewers)
            assert len(stage.sockets.at_work) == 1
            held.go.set()
            await stage.until(lambda: not stage.sockets.at_work)

    play(scene())


def test_no_more_calls_are_at_work_than_a_client_may_have(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage:
            held = Held(stage)
            async with stalled(stage.port) as greedy, line(stage) as other:
                for _ in range(300):
                    await greedy.call("queue.clear")
                await stage.until(lambda: len(stage.sockets.at_work) == 256)
                assert "result" in await other.call("runs.list")
                assert len(stage.sockets.at_work) == 256
                held.go.set()
                await stage.until(lambda: not stage.sockets.at_work)

    play(scene())


def test_a_client_that_goes_while_it_is_told_what_it_missed_leaves_nothing_behind(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage:
            await stage.tell_many(5000, together=500)
            async with stalled(stage.port) as client:
                await client.call("watch", after=0)
                await stage.until(lambda: stage.hub.wants_previews("r"))
            await stage.until(lambda: not stage.hub.viewers)
            async with line(stage) as client:
                await client.call("watch", after=4000)
                assert seqs(await client.hear(1000)) == list(range(4001, 5001))

    play(scene())


def test_answers_come_as_they_are_ready(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage:
            held = Held(stage)
            async with line(stage) as client:
                for mark, method in (("slow", "queue.clear"), ("quick", "runs.list")):
                    call = {"jsonrpc": "2.0", "id": mark, "method": method}
                    await client.socket.send(json.dumps(call))
                assert (await client.answer())["id"] == "quick"
                held.go.set()
                assert (await client.answer())["id"] == "slow"

    play(scene())

"""A client that is slow, dead or greedy costs nobody else anything, and is let go of."""

import asyncio
import json
from time import perf_counter

import pytest
import websockets

from server import outbox, socket
from tests.server.stage import line, opened, play, seqs
from tests.server.stalled import closing, frame, stalled

EVENTS = 5950


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server to which a moment is what a while is to others."""
    monkeypatch.setattr(outbox, "STALLED", 0.3)
    monkeypatch.setattr(socket, "LOOK_EVERY", 0.05)


def test_f16_a_stalled_client_delays_nobody(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, stalled(stage.port) as dead:
            await dead.call("watch")
            watching = [asyncio.create_task(watch(stage)) for _ in range(10)]
            await stage.until(lambda: all_watch(stage, 11))
            for _ in range(EVENTS // 50):
                await stage.tell_many(50)
            for told in await asyncio.gather(*watching):
                assert told == list(range(1, EVENTS + 1))

    async def watch(stage):
        async with line(stage) as client:
            await client.call("watch", after=0)
            return seqs(await client.hear(EVENTS))

    def all_watch(stage, count):
        return sum(viewer.wants("r") for viewer in stage.hub.viewers) == count

    play(scene())


def test_a_client_that_leaves_too_much_waiting_is_told_to_come_again(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, stalled(stage.port) as slow:
            await slow.call("watch")
            await stage.until(lambda: any(viewer.wants("r") for viewer in stage.hub.viewers))
            await stage.tell_many(10_000)
            assert closing(await slow.rest()) == 1013
            async with line(stage) as client:
                await client.call("watch", after=9000)
                assert seqs(await client.hear(1000)) == list(range(9001, 10_001))

    play(scene())


def test_one_great_change_is_no_reason_to_let_a_client_go(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, line(stage) as client:
            await client.call("watch")
            await stage.tell_many(20_000, together=20_000)
            assert seqs(await client.hear(20_000)) == list(range(1, 20_001))

    play(scene())


def test_a_client_that_takes_nothing_in_is_let_go_of(tmp_path, impatient):
    async def scene():
        async with opened(tmp_path) as stage, stalled(stage.port) as dead:
            await dead.call("watch")
            await stage.until(lambda: stage.hub.wants_previews("r"))
            for step in range(20):
                stage.hub.preview("r", "n", step, "image/webp", bytes(100_000))
                await asyncio.sleep(0)
            await stage.until(lambda: not stage.hub.viewers)

    play(scene())


def test_a_client_that_has_nothing_to_take_in_may_be_silent(tmp_path, impatient):
    async def scene():
        async with opened(tmp_path) as stage, line(stage) as client:
            await client.call("watch")
            await stage.tell_many(10)
            await asyncio.sleep(1)
            await stage.tell_many(10)
            assert len(await client.hear(20)) == 20

    play(scene())


def test_s43_a_client_that_answers_no_ping_is_let_go_of(tmp_path, monkeypatch):
    async def scene():
        async with opened(tmp_path) as stage, stalled(stage.port):
            await stage.until(lambda: stage.hub.viewers)
            await stage.until(lambda: not stage.hub.viewers)

    monkeypatch.setattr(socket, "PING_EVERY", 0.4)
    play(scene())


def test_s43_a_message_of_a_gigabyte_ends_its_connection_before_it_is_read(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, stalled(stage.port) as greedy:
            await greedy.send(frame(b"[" * 2**16)[:2] + (2**30).to_bytes(8) + bytes(2**16))
            assert closing(await greedy.rest()) == 1009

    play(scene())


def test_s43_only_so_many_clients_come_in(tmp_path, monkeypatch):
    async def scene():
        async with opened(tmp_path) as stage, line(stage), line(stage) as client:
            with pytest.raises(websockets.InvalidStatus) as refused:
                async with line(stage):
                    pass
            assert refused.value.response.status_code == 503
            assert json.loads(refused.value.response.body)["error"]["code"] == "unavailable"
            assert "result" in await client.call("runs.list")

    monkeypatch.setattr(socket, "MOST_CLIENTS", 2)
    play(scene())


def test_s43_slow_answers_do_not_pile_up(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, stalled(stage.port) as greedy:
            call = b'{"jsonrpc":"2.0","id":"' + 900 * b"x" + b'","method":"runs.list"}'
            sending = asyncio.create_task(greedy.send(*(20_000 * [frame(call)])))
            async with line(stage) as client:
                for _ in range(20):
                    assert "result" in await client.call("runs.list")
            assert not sending.done()
            sending.cancel()

    play(scene())


def test_s43_one_batch_of_many_large_answers_does_not_pile_up(tmp_path):
    made = []

    async def large(said):
        made.append(said)
        return "x" * 100_000

    async def scene():
        async with opened(tmp_path) as stage:
            stage.methods["large"] = large
            async with stalled(stage.port) as greedy, line(stage) as client:
                sending = asyncio.create_task(greedy.send(*(60 * [batch])))
                await stage.until(lambda: made)
                for _ in range(20):
                    assert "result" in await client.call("runs.list")
                sending.cancel()
        assert len(made) <= 600

    call = b'{"jsonrpc":"2.0","id":1,"method":"large"}'
    batch = frame(b"[" + b",".join(100 * [call]) + b"]")
    play(scene())


def test_odd_frames_are_answered_and_the_connection_lives(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, line(stage) as client:
            for odd in ("", "{", "null", "[]", "\0", b"\x00\x01\xff", b"", "[" * 10_000_000):
                began = perf_counter()
                assert (await client.ask(odd))["error"]["code"] in (-32700, -32600)
                assert perf_counter() - began < 1
            assert (await client.call("runs.lst"))["error"]["code"] == -32601
            assert (await client.call("runs.list", limit="ten"))["error"]["code"] == -32602
            assert (await client.call("system.info"))["error"]["code"] == -32603
            assert "result" in await client.call("runs.list")

    play(scene())


def test_a_frame_that_is_no_text_at_all_is_answered_too(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, line(stage) as client:
            await client.socket.send(b'{"jsonrpc": "2.0", "method": "\xff"}', text=True)
            assert (await client.answer())["error"]["code"] == -32700
            assert "result" in await client.call("runs.list")

    play(scene())

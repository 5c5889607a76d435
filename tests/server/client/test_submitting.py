"""Submitting over one websocket: in its order, once for each id, and without waiting."""

import asyncio
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.bench.live import Line, Process, Rejected
from server.bench.live.work import trivial
from tests.server.stage import play


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A server whose queue is paused."""
    process = Process(tmp_path_factory.mktemp("served") / "data")
    process.start()

    async def pause() -> None:
        async with Line(process.url, process.token) as line:
            await line.call("queue.pause")

    play(pause())
    yield process
    process.kill()


def test_what_is_sent_together_is_queued_in_its_order(served):
    async def scene():
        async with Line(served.url, served.token) as line:
            await line.call("queue.clear")
            asked = [await submit(line, number) for number in range(300)]
            answers = await asyncio.gather(*asked)
            assert [answer["position"] for answer in answers] == list(range(300))
            assert (await line.call("queue.clear"))["cancelled"] == 300

    play(scene())


def test_the_same_id_is_one_run_however_often_and_however_it_is_written(served):
    async def scene():
        async with Line(served.url, served.token) as line:
            await line.call("queue.clear")
            id = str(uuid.uuid4())
            asked = [await submit(line, 1, id=said) for said in 5 * [id, id.upper()]]
            runs = [answer["run"] for answer in await asyncio.gather(*asked)]
            assert runs == 10 * [id]
            assert (await line.call("queue.clear"))["cancelled"] == 1

    play(scene())


def test_a_run_that_was_accepted_is_accepted_also_where_it_would_not_be_any_more(served):
    async def scene():
        async with Line(served.url, served.token) as line:
            id = str(uuid.uuid4())
            await (await submit(line, 1, id=id))
            broken: dict[str, Any] = {"format": "latentwire/1", "nodes": {"n": {"type": "gone"}}}
            said = {"workflow": broken, "id": id.upper()}
            assert (await line.call("runs.submit", **said))["run"] == id
            with pytest.raises(Rejected):
                await line.call("runs.submit", workflow=broken, id=str(uuid.uuid4()))

    play(scene())


def test_every_problem_of_a_workflow_is_told_with_its_place(served):
    async def scene():
        async with Line(served.url, served.token) as line:
            nodes = {
                "a": {"type": "number", "values": {"value": "many"}},
                "b": {"type": "numbr"},
            }
            with pytest.raises(Rejected) as rejected:
                await line.call("runs.submit", workflow={"format": "latentwire/1", "nodes": nodes})
            error = rejected.value.error
            assert (error["code"], error["data"]["code"]) == (422, "invalid")
            places = {(p["node"], p["port"]) for p in error["data"]["problems"]}
            assert {("a", "value"), ("b", "type")} <= places

    play(scene())


async def submit(line: Line, number: int, **more: Any) -> "asyncio.Future[Any]":
    return await line.ask("runs.submit", workflow=trivial(number), targets=["n"], **more)


def test_the_token_is_asked_for(served):
    async def scene():
        with pytest.raises(Exception, match="401"):
            async with Line(served.url, "wrong"):
                pass

    play(scene())
    assert Path(served.data / "token").stat().st_mode & 0o777 == 0o600

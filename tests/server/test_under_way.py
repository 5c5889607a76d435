"""A picture can be looked at as soon as its node is done, though its run goes on."""

from pathlib import Path

import pytest

from server.app import Server
from server.client import Client
from server.messages import NodeFinished, NodeStarted
from server.refused import Refused
from tests.server.live import Play, node, stage, workflow


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory):
    with stage(tmp_path_factory.mktemp("under-way") / "data", grace=0.5) as play:
        yield play


def test_what_a_node_wrote_can_be_fetched_while_the_run_goes_on_and_after_it(
    play: Play, tmp_path: Path
):
    async def scene(server: Server, client: Client) -> None:
        both = workflow(first=node("write_text", text="look at me"), then=node("spin"))
        run = await client.submit(both)
        fetched = tmp_path / "fetched"
        asset = ""
        async for event in client.watch(run):
            if isinstance(event, NodeFinished):
                asset = event.assets[0]
                await client.download(asset, fetched)
                assert (await client.get(run)).state == "running"
                assert not list(server.settings.outputs.rglob("*.txt"))
            if asset and isinstance(event, NodeStarted | NodeFinished):
                await client.cancel(run)
        assert fetched.read_text() == "look at me"
        ended = await client.get(run)
        assert (ended.state, [o.asset for o in ended.outputs]) == ("cancelled", [asset])
        await client.download(asset, fetched)
        assert fetched.read_text() == "look at me"

    play(scene)


def test_what_an_attempt_wrote_that_was_lost_cannot_be_fetched_any_more(play: Play, tmp_path: Path):
    async def scene(server: Server, client: Client) -> None:
        both = workflow(first=node("write_text", text="gone with it"), then=node("segfault"))
        run = await client.submit(both)
        ended = await client.wait(run)
        assert ended.state == "failed"
        finished = [
            event
            async for event in client.watch(run)
            if isinstance(event, NodeFinished) and event.node == "first"
        ]
        assert finished
        with pytest.raises(Refused):
            await client.download(finished[0].assets[0], tmp_path / "fetched")

    play(scene)

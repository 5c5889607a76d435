"""Nodes that do what no node should, on a whole server: each ends as its own failed run."""

import pytest

from server.app import Server
from server.client import Client
from server.messages import NodeStarted
from tests.server.live import Play, only, stage

CRASHES = {
    "segfault": "a segmentation fault",
    "abort": "it aborted",
    "leave": "ended by itself (status 0)",
}


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory):
    data = tmp_path_factory.mktemp("trouble") / "data"
    with stage(data, node_limit=2.0, grace=0.5, worker_memory=3 * 2**30) as play:
        yield play


async def works(client: Client) -> None:
    """The next run is done."""
    after = await client.wait(await client.submit(only("write_text", text="all is well")))
    assert (after.state, len(after.outputs)) == ("done", 1)


@pytest.mark.parametrize("node", CRASHES)
def test_f4_a_run_that_ends_its_worker_three_times_has_failed_and_the_next_one_works(
    play: Play, node: str
):
    async def scene(server: Server, client: Client) -> None:
        run = await client.submit(only(node))
        behind = await client.submit(only("write_text", text="behind it"))
        ended = await client.wait(run)
        assert (ended.state, ended.attempt) == ("failed", 3)
        assert ended.error and ended.error.node == "it"
        assert CRASHES[node] in ended.error.message and "3 times" in ended.error.message
        assert (await client.wait(behind)).state == "done"
        assert server.is_well()

    play(scene)


def test_a_node_that_never_returns_is_ended_tried_once_more_and_has_failed(play: Play):
    async def scene(server: Server, client: Client) -> None:
        ended = await client.wait(await client.submit(only("never_return")))
        assert (ended.state, ended.attempt) == ("failed", 2)
        assert ended.error and ended.error.node == "it"
        assert "made no progress for 2 s" in ended.error.message
        await works(client)

    play(scene)


@pytest.mark.parametrize("node", ["spin", "spin_and_stay", "hold_the_lock"])
def test_f23_a_node_that_spins_is_cancelled_within_the_grace(play: Play, node: str):
    async def scene(server: Server, client: Client) -> None:
        run = await client.submit(only(node))
        async for event in client.watch(run):
            if isinstance(event, NodeStarted):
                await client.cancel(run)
        assert (await client.get(run)).state == "cancelled"
        await works(client)

    play(scene)


def test_f13_a_node_that_eats_memory_fails_its_run_and_not_its_worker(play: Play):
    async def scene(server: Server, client: Client) -> None:
        await works(client)
        pid = server.supervisor.workers[0].pid
        ended = await client.wait(await client.submit(only("eat_memory")))
        assert ended.state == "failed" and ended.error
        assert ended.error.node == "it" and "memory" in ended.error.message
        await works(client)
        assert server.supervisor.workers[0].pid == pid

    play(scene)

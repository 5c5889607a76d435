"""Whatever happens in whatever order, each loop is told every event of its run once, in order."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from server.client import Client
from server.messages import NodeStarted, RunFinished, RunQueued
from tests.server.proxy import proxy
from tests.server.stage import Stage, opened, play

RUNS = ["a", "b", "c"]
LAST = RunQueued("last", "", 0)
tell = st.tuples(st.just("tell"), st.lists(st.sampled_from(RUNS), min_size=1, max_size=40))
watch = st.tuples(st.just("watch"), st.sampled_from([*RUNS, None]))
drop = st.tuples(st.just("drop"), st.none())
breathe = st.tuples(st.just("breathe"), st.integers(1, 5))
restart = st.tuples(st.just("restart"), st.none())


class Follower:
    """A loop over the events of a run, or of all, and the seq of each that it was given."""

    def __init__(self, client: Client, run: str | None) -> None:
        self.run, self.log = run, list[int]()
        self.events = client.watch(run, after=0)
        self.task = asyncio.create_task(self.follow())

    async def follow(self) -> None:
        async for event in self.events:
            assert self.events.seq is not None
            self.log.append(self.events.seq)
            if event == LAST:
                return


class Happenings:
    """A server behind a proxy, and a client with its loops."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, 0
        self.server = AsyncExitStack()
        self.followers: list[Follower] = []

    async def perform(self, steps: list[tuple[str, Any]]) -> None:
        await self.start()
        async with proxy(self.port, 0) as self.door:
            url = f"http://127.0.0.1:{self.door.port}"
            async with Client(url, patience=20) as self.client:
                for what, more in [*steps, ("watch", None)]:
                    await getattr(self, what)(more)
                await self.tell(RUNS, RunFinished)
                await self.stage.tell(LAST)
                await asyncio.gather(*(follower.task for follower in self.followers))
        kept = await self.stage.record.replay(0) or []
        for follower in self.followers:
            told = [event.seq for event in kept if follower.run in (None, event.run)]
            assert follower.log == told
        await self.server.aclose()

    async def start(self) -> None:
        self.stage: Stage = await self.server.enter_async_context(opened(self.folder, self.port))
        self.port = self.stage.port

    async def tell(self, runs: list[str], kind: Any = NodeStarted) -> None:
        more: tuple[Any, ...] = ([], 1.0) if kind is RunFinished else ("node",)
        await self.stage.tell(*(kind(run, *more) for run in runs))

    async def watch(self, run: str | None) -> None:
        self.followers.append(Follower(self.client, run))

    async def drop(self, _: None) -> None:
        self.door.drop()

    async def breathe(self, turns: int) -> None:
        for _ in range(turns):
            await asyncio.sleep(0.001)

    async def restart(self, _: None) -> None:
        await self.server.aclose()
        await self.start()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(tell, tell, watch, drop, breathe, restart), max_size=25))
def test_f15_no_order_of_happenings_makes_a_gap_or_a_double(steps):
    with TemporaryDirectory() as folder:
        play(Happenings(Path(folder)).perform(steps))

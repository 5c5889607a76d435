"""Which process is killed, and in which state: those that were killed least so far come first."""

import asyncio
import os
import random
import signal
from collections import Counter
from contextlib import suppress

from server.bench.live import Process

from .jobs import Jobs

# every process in every state it can be killed in: each has its turn as often as the others
AIMS = (
    *(("server", state) for state in ("idle", "accepting", "running", "saving", "starting")),
    *(("nursery", state) for state in ("idle", "running", "saving", "starting")),
    *(("worker", state) for state in ("idle", "running", "saving", "starting")),
    *(("checker", state) for state in ("idle", "checking", "starting")),
)
# seconds, at random up to these, from the beginning of a state to the kill
LAG = {"idle": 0.2, "running": 0.1, "accepting": 0.003, "checking": 0.003}
TO_START = {"server": 0.7, "nursery": 4.0, "worker": 0.05, "checker": 0.05}
PATIENCE = 20.0  # for a process to come back
MOMENT = 5.0  # for a state to come, before another one has its turn
LOOK_AGAIN = 0.001
LOOK_FOR_PROCESSES = 0.2
MISSES = 3  # of these count as much as one kill when the next is chosen
MOST_HITS = 1  # a run that loses three workers fails, as it should: that is not what is tested
HURTS = {"nursery", "worker"}  # losing these while it runs is held against a run


class Striker:
    """`kills` counts what was killed, with the state it was really in."""

    def __init__(self, process: Process, jobs: Jobs, chance: random.Random) -> None:
        self.process, self.jobs, self.chance = process, jobs, chance
        self.kills: Counter[tuple[str, str]] = Counter()
        self.tried: Counter[tuple[str, str]] = Counter()

    async def strike(self) -> None:
        """Kill what is due, or else what is next: some states are hard to meet."""
        for kind, state in self._due():
            self.tried[kind, state] += 1
            self.jobs.hold = state == "idle"
            if state == "starting":
                await self._strike_while_starting(kind)
                return
            pids = await self._meet(kind, state)
            if pids:
                await asyncio.sleep(self.chance.uniform(0, LAG.get(state, 0.0)))
                self._kill(kind, pids)
                return

    def state(self, kind: str) -> str:
        """What that process is at, as far as it shows."""
        if self.jobs.line is None:
            return "starting"
        if kind == "checker":
            return "checking" if self.jobs.submitting else "idle"
        if kind == "server" and self.jobs.submitting:
            return "accepting"
        if any((self.process.data / "tmp").glob("*")):
            return "saving"
        return "running" if self.jobs.running else "idle"

    def _due(self) -> list[tuple[str, str]]:
        """What was killed least in that state; what was missed often must wait for it."""

        def rank(aim: tuple[str, str]) -> tuple[float, float]:
            missed = max(0, self.tried[aim] - self.kills[aim])
            return self.kills[aim] + missed / MISSES, self.chance.random()

        return sorted(AIMS, key=rank)

    async def _meet(self, kind: str, state: str) -> list[int]:
        """Wait for the state; the processes to kill, none where it did not come."""
        clock, pids, looked = asyncio.get_running_loop().time, list[int](), 0.0
        end = clock() + PATIENCE
        while clock() < end:
            if clock() - looked > LOOK_FOR_PROCESSES:
                there = bool(pids)
                pids, looked = self.process.processes()[kind], clock()
                if pids and not there:
                    end = looked + MOMENT
            if pids and self.state(kind) == state and self._may(kind):
                return pids
            await asyncio.sleep(LOOK_AGAIN)
        return []

    def _may(self, kind: str) -> bool:
        """Whether no run would lose more than it can."""
        hits = (self.jobs.hits[run] for run in self.jobs.running)
        return kind not in HURTS or max(hits, default=0) < MOST_HITS

    async def _strike_while_starting(self, kind: str) -> None:
        """Kill it, and kill what comes in its place before that can be ready."""
        before = await self._meet(kind, self.state(kind))
        self._kill(kind, before)
        end = asyncio.get_running_loop().time() + PATIENCE
        while asyncio.get_running_loop().time() < end:
            new = set(self.process.processes()[kind]) - set(before)
            if new:
                await asyncio.sleep(self.chance.uniform(0, TO_START[kind]))
                self._kill(kind, list(new), "starting")
                return
            await asyncio.sleep(LOOK_AGAIN)

    def _kill(self, kind: str, pids: list[int], state: str = "") -> None:
        state = state or self.state(kind)
        if not pids or not self._may(kind):
            return
        with suppress(ProcessLookupError):
            if kind == "server":
                self.process.kill()
                self.process.launch()
            else:
                os.kill(self.chance.choice(pids), signal.SIGKILL)
            self.kills[kind, state] += 1
            if kind in HURTS:
                self.jobs.hits.update(self.jobs.running)

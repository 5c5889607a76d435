"""A plain model of runs and their attempts, driven beside a record that must say the same."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)

from server.messages import ListRuns
from server.record import Claimed, Ending, Made, NewRun, Record
from tests.server.record.recording import DOCUMENT, files, made, rows

T = TypeVar("T")
ENDED = ("done", "failed", "cancelled")


@dataclass
class Known:
    """What the model knows of a run."""

    state: str = "queued"
    attempt: int = 0
    losses: int = 0
    hangs: int = 0
    asked: bool = False
    outputs: int = 0
    order: int = 0  # of what was claimed, the older is at the head again first


@dataclass
class Model:
    """The queue as a list of ids, the head first."""

    runs: dict[str, Known] = field(default_factory=dict[str, Known])
    queue: list[str] = field(default_factory=list[str])
    back: set[str] = field(default_factory=set[str])  # waits again, before all others
    paused: bool = False


def new_folder() -> Path:
    """In memory where there is such a place: no power fails here."""
    return Path(tempfile.mkdtemp(dir="/dev/shm" if os.path.isdir("/dev/shm") else None))


class Attempts(RuleBasedStateMachine):
    """Runs are claimed, end and are lost, on one server at a time, killed and started at will."""

    claims = Bundle("claims")

    @initialize()
    def start(self) -> None:
        self.folder = new_folder()
        self.loop = asyncio.new_event_loop()
        self.model = Model()
        self.count = 0
        self.record = self.do(Record.open(self.folder, floor=0))

    def do(self, what: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(what)

    def teardown(self) -> None:
        if hasattr(self, "record"):
            self.do(self.record.close())
            self.loop.close()
            shutil.rmtree(self.folder)

    def known(self, claimed: Claimed) -> Known | None:
        """What the model knows of a run, if this claim to it still counts."""
        known = self.model.runs.get(claimed.run)
        counts = known and known.state == "running" and known.attempt == claimed.attempt
        return known if counts else None

    @rule(front=st.booleans(), again=st.booleans())
    def submit(self, front: bool, again: bool) -> None:
        if again and self.model.runs:
            old = next(iter(self.model.runs))
            assert self.do(self.record.submit(NewRun("again", DOCUMENT, id=old))).run == old
            return
        run = f"run-{len(self.model.runs)}"
        accepted = self.do(self.record.submit(NewRun(run, DOCUMENT, id=run, front=front)))
        place = len(self.model.back) if front else len(self.model.queue)
        self.model.queue.insert(place, run)
        self.model.runs[run] = Known(order=len(self.model.runs))
        assert accepted.position == place

    @rule(target=claims, most=st.integers(1, 3))
    def claim(self, most: int) -> Any:
        claimed = self.do(self.record.claim("cpu", most))
        expected = [] if self.model.paused else self.model.queue[:most]
        assert [c.run for c in claimed] == expected
        for c in claimed:
            self.model.queue.remove(c.run)
            self.model.back.discard(c.run)
            known = self.model.runs[c.run]
            known.state, known.attempt, known.asked = "running", known.attempt + 1, False
            self.count += 1
            known.order = known.order if c.attempt > 1 else self.count
            assert c.attempt == known.attempt
        return multiple(*claimed)

    @rule(claimed=claims, state=st.sampled_from(ENDED), pictures=st.integers(0, 2))
    def finish(self, claimed: Claimed, state: Any, pictures: int) -> None:
        outputs: list[Made] = []
        for number in range(pictures):
            data = f"{claimed.run} {claimed.attempt} {number}".encode()
            outputs.append(made(self.record, claimed, data))
        known = self.known(claimed)
        ending = Ending(claimed.run, claimed.attempt, state, outputs=outputs)
        assert self.do(self.record.finish(ending)) is (known is not None)
        if known:
            known.state, known.outputs = state, pictures

    @rule(claimed=claims, counted=st.booleans(), hung=st.booleans())
    def lose(self, claimed: Claimed, counted: bool, hung: bool) -> None:
        known = self.known(claimed)
        lost = self.record.lose(claimed.run, claimed.attempt, counted, "was killed", hung)
        state = self.do(lost)
        if known is None:
            assert state is None
            return
        known.losses += counted
        known.hangs += counted and hung
        if known.asked:
            known.state = "cancelled"
        elif known.losses >= 3 or known.hangs >= 2:
            known.state = "failed"
        else:
            self.wait_again(claimed.run)
        assert state == known.state

    def wait_again(self, run: str) -> None:
        """Before all others, among those that wait again in the order of before."""
        known = self.model.runs[run]
        known.state = "queued"
        self.model.back.add(run)
        head = self.model.queue[: len(self.model.back) - 1]
        place = sum(self.model.runs[other].order < known.order for other in head)
        self.model.queue.insert(place, run)

    @rule(kindly=st.booleans())
    def restart(self, kindly: bool) -> None:
        """Ended with a farewell, or left as it is: the next one finds what is on the disk."""
        old, folder = self.record, self.folder
        if kindly:
            self.do(old.close())
        else:
            self.folder = new_folder()
            shutil.copytree(
                folder, self.folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("reserve")
            )
            self.do(old.close())
            shutil.rmtree(folder)
        self.record = self.do(Record.open(self.folder, floor=0))
        assert self.record.notices == []
        for run, known in self.model.runs.items():
            if known.state == "running" and known.asked:
                known.state = "cancelled"
            elif known.state == "running":
                self.wait_again(run)

    @invariant()
    def all_is_as_the_model_says(self) -> None:
        if not hasattr(self, "record"):
            return
        runs = {r.run: r for r in self.do(self.record.runs(ListRuns(limit=500))).runs}
        assert {run: (r.state, r.attempt) for run, r in runs.items()} == {
            run: (known.state, known.attempt) for run, known in self.model.runs.items()
        }
        waiting = sorted((r.position or 0, r.run) for r in runs.values() if r.state == "queued")
        assert waiting == list(enumerate(self.model.queue))
        assert self.record.queued == len(self.model.queue)
        assert self.record.paused == self.model.paused
        assert {r.run: len(r.outputs) for r in runs.values()} == {
            run: known.outputs for run, known in self.model.runs.items()
        }

    @invariant()
    def files_are_those_that_are_recorded_by_the_attempt_that_counts(self) -> None:
        if hasattr(self, "record"):
            sql = "select path, run || ' ' || attempt from files f join outputs o on o.file = f.id"
            recorded = dict(rows(self.folder, sql))
            there = {path: data.decode()[:-2] for path, data in files(self.folder).items()}
            assert there == recorded
            wrong = (
                "select 1 from outputs o join runs r using (number) where o.attempt <> r.attempt"
            )
            assert rows(self.folder, wrong) == []
            seqs = [seq for (seq,) in rows(self.folder, "select seq from events order by seq")]
            assert seqs == list(range(1, len(seqs) + 1))

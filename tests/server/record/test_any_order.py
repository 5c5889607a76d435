"""Whatever is done in whatever order, the record says what a plain model of it says.

That the fence matters is shown by taking it away: the same search then finds a run that ended by
an attempt that no longer counted.
"""

import sqlite3

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from server.messages import NodeStarted
from server.record import Claimed, fence
from tests.server.record.attempts import Attempts


class Queue(Attempts):
    """What users do besides."""

    @rule(claimed=Attempts.claims)
    def begin(self, claimed: Claimed) -> None:
        counts = self.known(claimed) is not None
        assert self.do(self.record.begun(claimed.run, claimed.attempt, "cpu")) is counts
        told = self.record.events(claimed.run, claimed.attempt, [NodeStarted(claimed.run, "x")])
        assert self.do(told) is counts

    @rule(pick=st.integers(0, 30))
    def cancel(self, pick: int) -> None:
        if pick < len(self.model.runs):
            run, known = list(self.model.runs.items())[pick]
            if known.state == "queued":
                known.state = "cancelled"
                self.model.queue.remove(run)
                self.model.back.discard(run)
            known.asked = known.state == "running"
            assert self.do(self.record.cancel(run)).state == known.state

    @rule(pick=st.integers(0, 30), to=st.integers(0, 9))
    def move(self, pick: int, to: int) -> None:
        """Of what waits for the first time; what waits again keeps its place."""
        waiting = self.model.queue[len(self.model.back) :]
        if pick < len(waiting):
            run = waiting[pick]
            to = min(max(to, len(self.model.back)), len(self.model.queue) - 1)
            self.model.queue.remove(run)
            self.model.queue.insert(to, run)
            assert self.do(self.record.move(run, to)).position == to

    @rule()
    def clear(self) -> None:
        assert self.do(self.record.clear()) == len(self.model.queue)
        for run in self.model.queue:
            self.model.runs[run].state = "cancelled"
        self.model.queue.clear()
        self.model.back.clear()

    @rule(paused=st.booleans())
    def pause(self, paused: bool) -> None:
        self.do(self.record.pause() if paused else self.record.resume())
        self.model.paused = paused


SEARCH = settings(
    max_examples=100,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)


def test_any_order_of_all_that_can_happen_is_as_the_model_says():
    run_state_machine_as_test(Queue, settings=SEARCH)


@pytest.mark.parametrize(
    "hole",
    [
        "id = :run and state = 'running' and :attempt = :attempt",
        "id = :run and attempt = :attempt",
        "id = :run and :attempt = :attempt",
    ],
)
def test_a_fence_with_a_hole_is_found(monkeypatch, hole):
    monkeypatch.setattr(fence, "FENCE", hole)
    search = settings(SEARCH, phases=[Phase.generate], max_examples=300, report_multiple_bugs=False)
    with pytest.raises((AssertionError, sqlite3.IntegrityError)):
        run_state_machine_as_test(Attempts, settings=search)

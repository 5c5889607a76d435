"""A run ends when it is asked to: within a step by itself, or with its worker."""

import random
import time

from tests.examples import node, picture, workflow
from tests.server.processes.crew import PATIENCE

SLOW = workflow(count=node("trouble/count_slowly", steps=1000, pause=0.05))


def test_a_run_ends_within_a_step_and_its_worker_stays(crew):
    going = crew.begin(SLOW)
    going.wait_for("progress")
    crew.cancel(going)
    assert (going.state, going.ended["error"]) == ("cancelled", None)
    assert crew.run(picture(seed=1)).pid == going.pid


def test_a_run_that_waits_ends_without_having_begun(crew):
    first, second = crew.begin(SLOW), crew.begin(picture(seed=1))
    crew.cancel(second)
    assert second.state == "cancelled"
    assert second.count("begun") == 0
    assert not first.over
    crew.cancel(first)
    assert first.state == "cancelled"


def test_a_run_that_waits_can_be_taken_back_and_one_that_has_begun_cannot(crew):
    first, second = crew.begin(SLOW), crew.begin(picture(seed=1))
    first.wait_for("begun")
    crew.send("recall", run=first.run)
    crew.send("recall", run=second.run)
    assert second.end().returned
    assert not first.over
    crew.cancel(first)
    assert first.state == "cancelled"


def test_f23_a_run_that_does_not_stop_is_ended_with_its_worker_after_the_grace(crew):
    (crew.settings.cache / "spinning").unlink(missing_ok=True)
    going = crew.begin(workflow(bad=node("trouble/spin_and_stay")))
    waiting = crew.begin(picture(seed=1))
    # that it was told to begin is not enough: cancelled before it does, it ends by itself
    latest = time.monotonic() + PATIENCE
    while not (crew.settings.cache / "spinning").exists():
        assert time.monotonic() < latest and not going.over
        time.sleep(0.01)
    crew.cancel(going)
    for lost in (going.end().lost, waiting.end().lost):
        assert (lost.cause, lost.counted) == ("asked", False)
    assert crew.run(picture(seed=1)).state == "done"


def test_cancelling_a_run_that_waits_behind_one_that_lets_nobody_speak_ends_not_that_one(crew):
    stuck = crew.begin(workflow(bad=node("trouble/hold_the_lock")))
    waiting = crew.begin(picture(seed=1))
    stuck.wait_for("events")
    crew.cancel(waiting)
    lost = stuck.end().lost
    assert (lost.cause, "did not respond" in lost.sentence) == ("hung", True)


def test_what_a_cancelled_run_has_written_is_told(crew):
    both = workflow(
        first=node("trouble/write_text", text="kept"),
        second=node("trouble/count_slowly", steps=1000, pause=0.05),
    )
    going = crew.begin(both)
    going.wait_for("progress")
    crew.cancel(going)
    assert going.state == "cancelled"
    assert [made["node"] for made in going.ended["outputs"]] == ["first"]


def test_f23_runs_cancelled_at_any_moment_end_once_and_leave_no_file_behind(crew):
    drawn = random.Random(23)
    crew.run(picture(seed=1))
    all_of_them = []
    for number in range(60):
        going = crew.begin(picture(seed=1000 + number, steps=drawn.randrange(1, 6)))
        all_of_them.append(going)
        moment = drawn.choice(["at once", "begun", "events", "progress", "name"])
        if moment != "at once":
            going.wait_for(moment if drawn.random() < 0.9 else "begun")
        crew.cancel(going)
        assert going.state in ("cancelled", "done")
    assert crew.run(picture(seed=1)).pid == going.pid
    assert list(crew.settings.scratch.iterdir()) == []
    assert all(going.count("ended") == 1 for going in all_of_them)


def test_what_an_unfinished_node_has_written_goes(crew):
    going = crew.run(workflow(bad=node("trouble/write_and_fail")))
    assert (going.state, going.ended["outputs"]) == ("failed", [])
    assert list(crew.settings.scratch.iterdir()) == []

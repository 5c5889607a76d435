"""Whatever a node does, its own run ends with a sentence, and the next run works."""

import os
import signal
import time

import pytest

from server.processes.child import Ended
from server.processes.worker import FAILURES, FAULTS, Worker
from tests.examples import node, picture, workflow


def trouble(type, **values):
    return workflow(bad=node(f"trouble/{type}", **values))


def works_again(crew):
    going = crew.run(picture(seed=1))
    assert going.state == "done"
    return going


def lost(crew, document, cause, words, run=""):
    """The run is lost with its worker for that cause, and another worker goes on."""
    before = crew.worker.pid
    going = crew.run(document, run=run)
    assert going.lost, going
    assert (going.lost.cause, going.lost.counted) == (cause, True)
    assert words in going.lost.sentence
    works_again(crew)
    assert crew.worker.pid != before
    return going


def survives(crew, document, state="failed"):
    """The run ends, and its worker lives."""
    before = crew.worker.pid
    going = crew.run(document)
    assert going.state == state, going
    assert works_again(crew).pid == before
    return going


def test_f2_a_worker_that_is_killed_is_replaced_at_once(crew):
    works_again(crew)
    took = []
    for _ in range(5):
        going = crew.begin(trouble("never_return"))
        going.wait_for("begun")
        began = time.perf_counter()
        os.kill(going.pid, signal.SIGKILL)
        assert going.end().lost
        assert crew.worker.pid != going.pid
        took.append(time.perf_counter() - began)
    assert sorted(took)[2] < 1.0  # a forked one; from nothing it takes several
    works_again(crew)


@pytest.mark.parametrize(
    ("type", "words"),
    [
        ("segfault", "segmentation fault"),
        ("abort", "it aborted"),
        ("leave", "ended by itself (status 0)"),
        ("leave_politely", "ended by itself (status 3)"),
    ],
)
def test_f2_a_node_that_ends_the_process_loses_its_run_alone(crew, type, words):
    going = lost(crew, trouble(type), "died", words)
    started = [e for f in going.frames if f.kind == "events" for e in f.said["events"]]
    assert started == [{"kind": "node_started", "node": "bad", "iteration": None}]


def test_f3_a_worker_that_shows_no_life_is_ended(crew):
    going = crew.begin(trouble("never_return"))
    going.wait_for("begun")
    os.kill(going.pid, signal.SIGSTOP)
    assert (going.end().lost.cause, going.lost.hung) == ("hung", True)
    assert "did not respond for 5 s" in going.lost.sentence
    works_again(crew)


def test_f3_a_node_that_holds_python_for_ever_is_ended(crew):
    lost(crew, trouble("hold_the_lock"), "hung", "did not respond for 5 s")


@pytest.mark.parametrize("type", ["spin", "spin_and_stay", "never_return"])
def test_a_node_that_never_ends_is_ended_at_the_limit(crew, type):
    lost(crew, trouble(type), "hung", "made no progress for 8 s")


@pytest.mark.parametrize("type", ["eat_memory", "eat_tensors"])
def test_f13_a_node_that_eats_memory_fails_its_run_and_not_the_worker(crew, type):
    going = survives(crew, trouble(type))
    assert going.problem == "bad: there is not enough memory for this: try a smaller size or batch"


def test_f12_a_gpu_out_of_memory_is_tried_once_more_with_what_was_freed(crew):
    count = crew.settings.cache / "count"
    count.unlink(missing_ok=True)
    assert survives(crew, trouble("short_of_memory", times=1), "done").ended["outputs"]
    count.unlink()
    going = survives(crew, trouble("short_of_memory", times=2))
    assert going.problem == "bad: there is not enough memory for this: try a smaller size or batch"


def test_f14_a_device_that_broke_is_used_again_by_another_process(crew):
    told = "the device cpu failed: failed: RuntimeError: CUDA error: an illegal memory access"
    lost(crew, trouble("break_the_device"), "fault", told, run="the same")
    lost(crew, trouble("break_the_device"), "fault", told, run="the same")


def test_f14_a_device_that_breaks_in_several_runs_is_not_trusted():
    worker = Worker("worker", "cuda:0")
    for number in range(FAULTS):
        assert not worker.suspect(others=False)
        worker.runs = {f"run {number}": True}
        worker.lose(Ended("fault", "the device failed"))
    assert 0 < worker.suspect(others=False) <= 600


def test_a_worker_that_loses_several_runs_is_not_trusted_where_another_can_take_them():
    worker = Worker("worker", "cuda:0")
    for number in range(FAILURES):
        assert not worker.suspect(others=True)
        worker.runs = {f"run {number}": True}
        worker.lose(Ended("died", "it crashed"))
    assert worker.suspect(others=True)
    assert not worker.suspect(others=False)


def test_a_run_that_is_lost_again_and_again_is_no_fault_of_the_worker():
    worker = Worker("worker", "cuda:0")
    for _ in range(10):
        worker.runs = {"the same": True}
        worker.lose(Ended("died", "it crashed"))
    assert not worker.suspect(others=True)


def test_f11_a_file_cut_short_while_it_is_mapped_ends_the_process_and_not_the_server(crew):
    lost(crew, trouble("cut_a_file_short"), "died", "a file it read from was cut short")


def test_f25_a_node_that_closes_every_file_is_ended(crew):
    going = crew.run(trouble("close_everything"))
    assert going.state == "lost"
    works_again(crew)


def test_f25_a_node_that_writes_into_the_line_is_ended(crew):
    lost(crew, trouble("write_everywhere"), "died", "sent what cannot be read")


def test_f25_a_node_that_patches_python_harms_its_own_process_alone(crew):
    crew.run(trouble("patch_python"))
    going = crew.run(picture(seed=1))
    if going.state == "lost":  # the process is gone, so the patches are
        assert works_again(crew).pid != going.pid
    crew.inside(lambda: crew.supervisor.kill(crew.supervisor.workers[0], "the test is over"))
    crew.wait(lambda: crew.supervisor.workers[0].pid not in (None, going.pid))


def test_f25_a_gigabyte_of_prints_leaves_a_small_log(crew):
    assert survives(crew, trouble("print_a_lot", mebibytes=1024), "done").count("progress")
    logs = crew.settings.data / "logs"
    held = sum(f.stat().st_size for f in logs.glob(f"worker-{crew.worker.id}.log*"))
    assert 5 * 2**20 < held <= 10 * 2**20

"""Processes end, whoever ended them; nothing is left over, and what is needed comes back."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import psutil
import pytest

from server.settings import Settings
from tests.examples import node, picture, workflow
from tests.server.processes.crew import PATIENCE, Crew

ROOT = Path(__file__).parents[3]
ALONE = """
import asyncio, sys
from pathlib import Path
from server.processes.supervisor import Supervisor
from server.settings import Settings

async def main():
    def ready(worker):
        if all(w.ready for w in (*supervisor.workers, supervisor.checker)):
            print(supervisor.owner.process.pid, supervisor.checker.pid, supervisor.workers[0].pid)
            sys.stdout.flush()
    nothing = lambda *_: None
    settings = Settings(data=Path(sys.argv[1]), devices=("cpu",), no_packs=True)
    supervisor = Supervisor(settings, nothing, nothing, ready)
    await supervisor.start()
    await asyncio.Event().wait()

asyncio.run(main())
"""


def replaced(crew, nursery):
    return crew.supervisor.owner.process not in (None, nursery)


def gone(pid):
    """Whether a process has ended, waited for as long as it may take."""
    try:
        psutil.Process(pid).wait(PATIENCE)
    except psutil.NoSuchProcess:
        return True
    return True


def test_when_the_server_is_killed_its_children_end(tmp_path):
    command = [sys.executable, "-c", ALONE, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        pids = [int(pid) for pid in server.stdout.readline().split()]
        assert len(pids) == 3
        server.kill()
    assert all(map(gone, pids))


def test_when_the_nursery_is_killed_all_comes_back_and_no_run_is_blamed(crew):
    going = crew.begin(workflow(bad=node("trouble/never_return")))
    going.wait_for("begun")
    nursery, checker = crew.supervisor.owner.process.pid, crew.supervisor.checker.pid
    os.kill(nursery, signal.SIGKILL)
    assert (going.end().lost.cause, going.lost.counted) == ("parent", False)
    assert all(map(gone, (nursery, checker, going.pid)))
    assert crew.run(picture(seed=1)).state == "done"
    crew.wait(lambda: crew.supervisor.checker.ready)
    assert crew.supervisor.healthy


def test_a_nursery_that_hangs_keeps_no_worker_that_hangs_from_being_replaced(crew):
    going = crew.begin(workflow(bad=node("trouble/never_return")))
    going.wait_for("begun")
    nursery = crew.supervisor.owner.process.pid
    os.kill(nursery, signal.SIGSTOP)
    os.kill(going.pid, signal.SIGSTOP)
    assert going.end().lost.cause == "hung"
    assert gone(nursery) and gone(going.pid)
    assert crew.run(picture(seed=1)).state == "done"


def test_the_nursery_has_one_thread_for_a_fork_keeps_no_other(crew):
    assert crew.worker.pid
    assert psutil.Process(crew.supervisor.owner.process.pid).num_threads() == 1


def test_a_nursery_that_is_killed_while_it_imports_is_replaced(crew):
    before = crew.worker.pid
    for _ in range(2):
        nursery = crew.wait(lambda: crew.supervisor.owner.process)
        nursery.kill()
        crew.wait(partial(replaced, crew, nursery))
    crew.wait(lambda: crew.worker.pid != before)
    assert crew.run(picture(seed=1)).state == "done"


def test_f20_a_server_that_slept_blames_no_worker(crew):
    worker = crew.worker.pid
    crew.inside(lambda: time.sleep(crew.settings.heartbeat_limit + 1))
    assert crew.run(picture(seed=1)).pid == worker


def test_a_worker_is_replaced_though_nobody_takes_in_that_it_was_lost(crew, monkeypatch):
    def fault(*_):
        raise ZeroDivisionError("a fault of ours")

    before = crew.worker.pid
    with monkeypatch.context() as patch:
        patch.setattr(crew.supervisor, "on_lost", fault)
        os.kill(before, signal.SIGKILL)
        crew.wait(lambda: crew.supervisor.workers[0].pid not in (None, before))
    assert crew.run(picture(seed=1)).state == "done"


def test_when_the_checker_is_killed_another_comes_and_the_worker_goes_on(crew):
    worker, checker = crew.worker.pid, crew.wait(lambda: crew.supervisor.checker.pid)
    crew.wait(lambda: crew.supervisor.checker.ready)
    os.kill(checker, signal.SIGKILL)
    crew.wait(lambda: crew.supervisor.checker.pid not in (None, checker))
    crew.wait(lambda: crew.supervisor.checker.ready)
    assert crew.worker.pid == worker


@pytest.mark.parametrize("forks", [True, False])
def test_children_end_when_they_are_told_to(tmp_path, models, forks):
    crew = Crew(Settings(data=tmp_path, models=(models,), no_packs=True), forks)
    assert crew.run(picture(seed=1)).state == "done"
    busy = crew.begin(picture(seed=2, steps=150))
    busy.wait_for("progress")
    crew.wait(lambda: crew.supervisor.checker.ready)
    pids = [crew.worker.pid, crew.supervisor.checker.pid]
    began = time.monotonic()
    crew.close()
    assert time.monotonic() - began < 10
    assert all(map(gone, pids))
    assert {ended.cause for _, ended in crew.ends} == {"asked"}
    assert list(crew.settings.scratch.iterdir()) == []


def test_a_worker_started_from_nothing_is_replaced_too(tmp_path, models):
    crew = Crew(Settings(data=tmp_path, models=(models,), no_packs=True), forks=False)
    going = crew.begin(picture(seed=1, steps=150))
    going.wait_for("progress")
    assert going.pid
    os.kill(going.pid, signal.SIGKILL)
    lost = going.end().lost
    assert lost and lost.cause == "died"
    assert crew.run(picture(seed=1)).state == "done"
    crew.close()

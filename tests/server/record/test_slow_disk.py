"""A disk that is slow holds up only what must be on it; one that fails is not asked again."""

import asyncio
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from server.messages import ListRuns
from server.record import NewRun
from tests.server.record.recording import DOCUMENT, opened, play, queued, submit

ROOT = Path(__file__).resolve().parents[3]
LIMITED = """
import asyncio, resource, signal, sys
from pathlib import Path
from server.record import NewRun, Record
from server.refused import Refused

async def live():
    record = await Record.open(Path(sys.argv[1]), floor=0)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
    for number in range(1000):
        try:
            await record.submit(NewRun(f"{number}", b"x" * 5000))
        except Refused as refused:
            break
        print(number, flush=True)
    for again in (record.clear(), record.submit(NewRun("more", b"{}"))):
        try:
            await again
        except Refused as refused:
            print(refused.code, refused.message)
    print(record.broken)

asyncio.run(live())
"""


def test_f29_while_the_disk_is_slow_all_else_is_answered_and_nothing_is_confirmed_early(tmp_path):
    async def scene():
        async with opened(tmp_path) as record:
            (run,) = await submit(record, "before")
            slow = threading.Event()
            held = asyncio.ensure_future(record._database.write(lambda work: slow.wait()))
            waiting = asyncio.ensure_future(record.submit(NewRun("a", DOCUMENT)))
            for _ in range(20):
                assert [r.run for r in (await record.runs(ListRuns())).runs] == [run]
                assert (await record.replay(0) or [])[-1].kind == "queue_changed"
            assert not waiting.done() and not held.done()
            slow.set()
            assert (await waiting).position == 1
            assert await queued(record) == ["before", "a"]

    play(scene())


@pytest.mark.skipif(sys.platform == "win32", reason="this machine has no limit on files")
def test_f5_after_an_error_of_the_disk_nothing_more_is_written_and_nothing_is_lost(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    *numbers, first, second, broken = done.stdout.splitlines()
    assert broken.startswith("the record cannot be written any more (disk I/O error)")
    assert first == second == f"unavailable {broken}"

    async def scene():
        async with opened(tmp_path) as record:
            assert (await queued(record))[: len(numbers)] == numbers

    assert len(numbers) > 5
    play(scene())

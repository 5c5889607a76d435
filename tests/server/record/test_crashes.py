"""The process dies at any step, or the power fails: what was accepted is there, and ends once."""

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

from server.messages import ListRuns
from tests.server.record.crashing import DEADLY
from tests.server.record.recording import claim, done, files, made, opened, play, rows, submit

ROOT = Path(__file__).resolve().parents[3]
NAME = "latentwire.sqlite"
STRIDE = int(os.environ.get("CRASH_STRIDE", "11"))  # 1: every step, which takes minutes


def crashed(folder: Path, step: int) -> tuple[int, list[list[str]]]:
    """Live until that step; how it ended, and what was known to be durable then."""
    process = subprocess.run(
        [sys.executable, "-m", "tests.server.record.crashing", str(folder), str(step)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
    )
    return process.returncode, [line.split() for line in process.stdout.splitlines()]


async def whole(folder: Path, said: list[list[str]]) -> None:
    """Start again on what is left: nothing is lost, doubled or left lying, and the rest runs."""
    async with opened(folder) as record:
        states = {run.run: run.state for run in (await record.runs(ListRuns())).runs}
        assert {run for word, run, *_ in map(padded, said) if word == "accepted"} <= states.keys()
        for word, run in map(padded, said):
            assert word != "done" or states[run] == "done"
        assert "running" not in states.values()
        while claimed := await record.claim("cpu"):
            (mine,) = claimed
            await record.finish(done(mine, made(record, mine, mine.title.encode())))
        assert await record.replay(0) is not None or record.notices
    listed = rows(folder, "select path from files order by path")
    assert [(path,) for path in files(folder)] == listed
    doubled = "select count(*) from outputs group by number having count(*) > 2"
    assert rows(folder, doubled) == []
    wrong = "select * from outputs o join runs r using (number) where o.attempt <> r.attempt"
    assert rows(folder, wrong) == []
    assert rows(folder, "pragma integrity_check") == [("ok",)]
    seqs = [seq for (seq,) in rows(folder, "select seq from events order by seq")]
    assert seqs == list(range(min(seqs, default=0), max(seqs, default=-1) + 1))


def padded(line: list[str]) -> tuple[str, str]:
    return line[0], line[1] if len(line) > 1 else ""


def test_f5_killed_at_any_step_nothing_is_lost_or_doubled(tmp_path):
    deaths = 0
    for step in range(3, 1000, STRIDE):
        folder = tmp_path / str(step)
        status, said = crashed(folder, step)
        play(whole(folder, said))
        if status == 0:
            assert ["closed"] in said
            break
        assert status == DEADLY
        deaths += 1
    assert deaths > 200 / STRIDE


def test_f5_a_power_cut_loses_nothing_that_was_confirmed(tmp_path):
    """Each copy is what the disk holds at that moment, its write-ahead log cut anywhere after what
    was confirmed before, or torn in the middle of a block that was being written.
    """
    chance = random.Random(5)

    async def live() -> None:
        async with opened(tmp_path / "living") as record:
            said: list[list[str]] = []
            for number in range(12):
                log = tmp_path / "living" / (NAME + "-wal")
                confirmed = log.stat().st_size if log.exists() else 0
                shutil.copytree(tmp_path / "living", tmp_path / f"{number}")
                known[number], least[number] = list(said), confirmed
                said += [["accepted", *await submit(record, f"run {number}")]]
                if number % 3 == 2:
                    claimed = await claim(record)
                    await record.finish(done(claimed, made(record, claimed, b"pixels")))
                    said.append(["done", claimed.run])
                torn = (tmp_path / "living" / (NAME + "-wal")).read_bytes()[confirmed:]
                cut = torn[: chance.randrange(len(torn))]
                noise = chance.randbytes(chance.randrange(200))
                with (tmp_path / f"{number}" / (NAME + "-wal")).open("r+b") as file:
                    file.seek(confirmed)
                    file.write(cut + noise)

    known: dict[int, list[list[str]]] = {}
    least: dict[int, int] = {}
    play(live())
    for number, said in known.items():
        (tmp_path / f"{number}" / (NAME + "-shm")).unlink(missing_ok=True)
        play(whole(tmp_path / f"{number}", said))


def test_f5_a_record_cut_at_a_random_place_is_brought_back_or_refused(tmp_path):
    async def live() -> list[list[str]]:
        async with opened(tmp_path / "living") as record:
            said = [["accepted", run] for run in await submit(record, *"abcdefgh")]
            for _ in range(3):
                claimed = await claim(record)
                await record.finish(done(claimed, made(record, claimed, b"pixels")))
                said.append(["done", claimed.run])
            await record.back_up()
            said += [["accepted", run] for run in await submit(record, *"ijkl")]
            shutil.copytree(tmp_path / "living", tmp_path / "was")
            return said

    said = play(live())
    chance = random.Random(6)
    for turn in range(12):
        folder = tmp_path / f"{turn}"
        shutil.copytree(tmp_path / "was", folder)
        for name in (NAME, NAME + "-wal"):
            size = (folder / name).stat().st_size
            os.truncate(folder / name, chance.choice([size, chance.randrange(size)]))
        play(whole(folder, said))

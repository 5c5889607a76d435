"""Kill -9 at every moment: of server, nursery, worker and checker, while runs make pictures.

A quarter of the runs are made by the model in the box, the others by a quick node of a pack. Each
is submitted until it was accepted, by its own id. In the end every run that was accepted must be
done once, with one file that holds the right picture. `kills_of` says what was killed in which
state, `given_up` how many runs lost three workers and failed for that reason, as they should;
`gaps` counts events that a client which connects again and again did not get in order.
"""

import argparse
import asyncio
import random
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from server.bench.live import Process
from server.bench.storm.jobs import PACK, Jobs
from server.bench.storm.strike import Striker
from server.bench.storm.verdict import Verdict, judge

GOALS = {"lost": 0, "doubled": 0, "corrupt": 0, "gaps": 0}
PATIENCE = 120.0  # seconds without the end of any run, once nothing is killed any more


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kills", metavar="N", type=int, default=1000, help="how many (1000)")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="of all that is random")
    parser.add_argument("--keep", metavar="DIR", type=Path, help="leave everything in this folder")


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Kill so many processes, then look whether anything was lost, doubled or corrupted."""
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        return _measured(options, options.keep.absolute())
    with TemporaryDirectory(prefix="latentwire-chaos-") as folder:
        return _measured(options, Path(folder))


def _measured(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    pack = folder / "storm"
    pack.mkdir(exist_ok=True)
    (pack / "spot.py").write_text(PACK)
    process = Process(folder / "data", "--packs", str(pack), OMP_NUM_THREADS="1")
    process.start()
    try:
        jobs, striker = asyncio.run(_storm(process, options.kills, random.Random(options.seed)))
        process.stop()
        process.start()  # what a kill left behind is swept by a start
        process.stop()
    finally:
        process.kill()
    return _figures(jobs, striker, judge(process.data, list(jobs.accepted.values())))


async def _storm(process: Process, kills: int, chance: random.Random) -> tuple[Jobs, Striker]:
    jobs = Jobs(process, chance)
    striker = Striker(process, jobs, chance)
    tasks = [asyncio.create_task(task) for task in (jobs.follow(), jobs.feed())]
    while striker.kills.total() < kills:
        await striker.strike()
        for task in tasks:
            if task.done():
                task.result()  # raises what ended it: a storm without runs shows nothing
        print(f"\r{striker.kills.total()} kills, {len(jobs.ended)} runs", end="", file=sys.stderr)
    print(file=sys.stderr)
    await jobs.all_ended(PATIENCE)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return jobs, striker


def _figures(jobs: Jobs, striker: Striker, verdict: Verdict) -> dict[str, Any]:
    for what in ("lost", "doubled", "corrupt", "given_up"):
        for sentence in getattr(verdict, what):
            print(f"{what}: {sentence}", file=sys.stderr)
    of: dict[str, dict[str, int]] = {}
    for (kind, state), times in sorted(striker.kills.items()):
        of.setdefault(kind, {"all": 0})[state] = times
        of[kind]["all"] += times
    return {
        "kills": striker.kills.total(),
        "jobs": len(jobs.accepted),
        "lost": len(verdict.lost),
        "doubled": len(verdict.doubled),
        "corrupt": len(verdict.corrupt),
        "given_up": len(verdict.given_up),
        "gaps": jobs.gaps,
        "by_model": sum(job.by_model for job in jobs.accepted.values()),
        "kills_of": of,
    }

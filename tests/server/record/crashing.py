"""A server that dies at a chosen moment: `python -m tests.server.record.crashing FOLDER STEP`.

It does a bit of everything with a record, and ends without a word before its STEPth step, which is
a statement of SQL or a call that changes a file. What it knows to be durable it has printed.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from server.record import Record
from server.record.work import Work
from tests.server.record.recording import claim, done, made, submit

DEADLY = 9
FILE_EVENTS = {"os.link", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"}


class Steps:
    """Counts down to the end of the process."""

    def __init__(self, left: int) -> None:
        self.left = left

    def one(self, *_: Any) -> None:
        self.left -= 1
        if self.left < 0:
            os._exit(DEADLY)

    def file(self, event: str, _: tuple[Any, ...]) -> None:
        if event in FILE_EVENTS:
            self.one()


def say(*words: object) -> None:
    """Known to be durable, whatever happens to this process."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


async def live(folder: Path, steps: Steps) -> None:
    """A short life, the same each time."""
    record = await Record.open(folder, floor=0)

    def watch(work: Work) -> None:
        work.connection.set_trace_callback(steps.one)

    await record._database.write(watch)
    sys.addaudithook(steps.file)
    for number in range(3):
        (run,) = await submit(record, f"run {number}")
        say("accepted", run)
    lost = await claim(record)
    await record.lose(lost.run, lost.attempt, True, "was killed")
    for number in range(2):
        claimed = await claim(record)
        await record.begun(claimed.run, claimed.attempt, "cpu")
        pictures = [made(record, claimed, b"picture %d%d" % (number, of)) for of in range(2)]
        assert await record.finish(done(claimed, *pictures))
        say("done", claimed.run)
    claimed = await claim(record)
    await record.cancel(claimed.run)
    await record.back_up()
    await record.close()
    say("closed")


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), Steps(int(sys.argv[2]))))

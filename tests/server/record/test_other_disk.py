"""The folder of outputs may lie on another disk than the rest of the data."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.record.outputs import intend, place, to_place
from tests.server.record.recording import claim, done, made, opened, play, submit

SHM = Path("/dev/shm")


@pytest.fixture
def outputs(tmp_path: Path) -> Iterator[Path]:
    """A folder on another disk, that the folder of outputs is a link to."""
    if not SHM.is_dir() or SHM.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("this machine has no other disk")
    with tempfile.TemporaryDirectory(dir=SHM) as folder:
        (tmp_path / "outputs").symlink_to(folder)
        yield Path(folder)


def found(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.name: path.read_bytes() for path in files}


def test_a_file_appears_whole_on_another_disk_and_overwrites_none(tmp_path, outputs):
    async def scene():
        async with opened(tmp_path) as record:
            (run,) = await submit(record, "a")
            claimed = await claim(record)
            picture = made(record, claimed, b"pixels")
            picture.path.parent.mkdir(parents=True)
            picture.path.write_bytes(b"somebody's")
            assert await record.finish(done(claimed, picture))
            assert (await record.run(run)).state == "done"
            assert sorted(found(outputs).values()) == [b"pixels", b"somebody's"]
            assert found(outputs)["picture-0001.png"] == b"somebody's"
            assert found(tmp_path / "tmp") == {}

    play(scene())


@pytest.mark.parametrize("copied", ["half", "whole"])
def test_what_was_being_carried_to_another_disk_when_the_server_ended_is_swept_away(
    tmp_path, outputs, copied
):
    async def scene():
        async with opened(tmp_path) as record:
            await submit(record, "a")
            claimed = await claim(record)
            picture = made(record, claimed, b"pixels")
            ending = done(claimed, picture)
            (file,) = to_place(ending.outputs)
            await record._database.write(lambda work: intend(work, ending, [file]))
            if copied == "whole":
                await asyncio.to_thread(place, file)
            else:
                file.path.parent.mkdir(parents=True)
                file.path.with_name(f".{file.tmp.name}").write_bytes(b"pix")
            assert found(outputs)
        async with opened(tmp_path):
            assert found(outputs) == {}

    play(scene())


def test_a_file_that_cannot_be_carried_leaves_nothing_behind(tmp_path, outputs):
    async def scene():
        async with opened(tmp_path) as record:
            (run,) = await submit(record, "a")
            claimed = await claim(record)
            picture, lost = made(record, claimed, b"pixels"), made(record, claimed, b"lost")
            assert lost.tmp
            os.unlink(lost.tmp)
            assert await record.finish(done(claimed, picture, lost))
            assert (await record.run(run)).state == "failed"
            assert found(outputs) == {}

    play(scene())


def test_a_link_to_nowhere_fails_a_run_by_name(tmp_path, outputs):
    async def scene():
        async with opened(tmp_path) as record:
            (run,) = await submit(record, "a")
            claimed = await claim(record)
            picture = made(record, claimed, b"pixels")
            shutil.rmtree(outputs)
            assert await record.finish(done(claimed, picture))
            error = (await record.run(run)).error
            assert error and "outputs" in error.message
            outputs.mkdir()

    play(scene())

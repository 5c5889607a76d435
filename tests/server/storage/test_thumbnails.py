"""Small pictures: made once, kept whole, made again where they are not."""

import asyncio

import pytest

from server.refused import Refused
from server.storage.thumbnails import Thumbnails

WEBP = b"RIFF" + (12).to_bytes(4, "little") + b"WEBPVP8 " + bytes(4)
SHA = "ab" * 32


class Maker:
    """Counts what it is asked to make; waits where told to."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.go = asyncio.Event()

    async def __call__(self, path, width):
        self.asked.append(width)
        await self.go.wait()
        return WEBP


def test_one_is_made_for_all_who_ask_and_then_kept(tmp_path):
    async def scenario() -> None:
        maker = Maker()
        thumbnails = Thumbnails(tmp_path, maker)
        first = [asyncio.create_task(thumbnails.get(SHA, tmp_path, 200)) for _ in range(5)]
        while not maker.asked:
            await asyncio.sleep(0)
            first[0].cancel()  # one who leaves takes nothing away from the others
        maker.go.set()
        done = await asyncio.gather(*first, return_exceptions=True)
        assert done[1:] == [WEBP] * 4
        assert await Thumbnails(tmp_path, maker).get(SHA, tmp_path, 200) == WEBP
        assert maker.asked == [200]

    asyncio.run(scenario())


@pytest.mark.parametrize("width", [1, 64, 65, 1024, 99999])
def test_none_is_wider_than_it_was_asked_for(tmp_path, width):
    async def scenario() -> None:
        maker = Maker()
        maker.go.set()
        await Thumbnails(tmp_path, maker).get(SHA, tmp_path, width)
        assert maker.asked == [{1: 1, 64: 64, 65: 65}.get(width, 1024)]

    asyncio.run(scenario())


def test_f9_one_that_is_cut_is_made_again(tmp_path):
    async def scenario() -> None:
        maker = Maker()
        maker.go.set()
        thumbnails = Thumbnails(tmp_path, maker)
        await thumbnails.get(SHA, tmp_path, 64)
        (file,) = tmp_path.glob("*/*.webp")
        for length in range(len(WEBP)):
            file.write_bytes(WEBP[:length])
            assert await thumbnails.get(SHA, tmp_path, 64) == WEBP
            assert file.read_bytes() == WEBP

    asyncio.run(scenario())


def test_a_refusal_is_not_kept(tmp_path):
    async def refuse(path, width):
        raise Refused("media_type", "no picture")

    async def scenario() -> None:
        thumbnails = Thumbnails(tmp_path, refuse)
        for _ in range(2):
            with pytest.raises(Refused):
                await thumbnails.get(SHA, tmp_path, 64)

    asyncio.run(scenario())


def test_the_oldest_go_when_there_are_too_many(tmp_path):
    import os

    (tmp_path / "ab").mkdir()
    for number in range(10):
        file = tmp_path / "ab" / f"{number}.webp"
        file.write_bytes(WEBP)
        os.utime(file, (number, number))
    Thumbnails(tmp_path, Maker()).thin(3 * len(WEBP))
    assert sorted(file.name for file in tmp_path.rglob("*.webp")) == ["7.webp", "8.webp", "9.webp"]

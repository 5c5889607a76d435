"""Whether a PNG is the picture of a job, every byte of it looked at.

Read here by hand: the server and what is beside it know no library for pictures.
"""

import json
import zlib
from collections.abc import Iterator

from .jobs import Job

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SPOT = 16  # pixels a side


def shows(data: bytes, job: Job) -> bool:
    """Raises `ValueError`, `KeyError` or `zlib.error` where it is no whole PNG of ours."""
    chunks = dict(_chunks(data))
    width, height = (int.from_bytes(chunks[b"IHDR"][at : at + 4], "big") for at in (0, 4))
    pixels = zlib.decompress(chunks[b"IDAT"])
    if len(pixels) != height * (1 + 3 * width):
        raise ValueError(f"{len(pixels)} bytes of pixels for {width} by {height}")
    if not job.by_model:
        row = b"\0" + job.number.to_bytes(3, "big") * SPOT
        return pixels == row * SPOT
    if b"latentwire" not in chunks:
        raise ValueError("it holds no workflow")
    workflow = json.loads(chunks[b"latentwire"])
    return bool(workflow["nodes"]["sample"]["values"]["seed"] == job.number)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Parts by their type, texts by their keyword; pixels in one."""
    if not data.startswith(SIGNATURE):
        raise ValueError("it does not begin like a PNG")
    at, pixels, kind = len(SIGNATURE), b"", b""
    while kind != b"IEND":
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        content, check = data[at + 8 : at + 8 + length], data[at + 8 + length : at + 12 + length]
        if zlib.crc32(kind + content).to_bytes(4, "big") != check:
            raise ValueError(f"its part at {at} is damaged")
        at += 12 + length
        if kind == b"IDAT":
            pixels += content
        elif kind == b"iTXt":
            yield _text(content)
        else:
            yield kind, content
    if at != len(data):
        raise ValueError("something comes after its end")
    yield b"IDAT", pixels


def _text(content: bytes) -> tuple[bytes, bytes]:
    keyword, _, rest = content.partition(b"\0")
    packed = rest[0]
    text = rest[2:].split(b"\0", 2)[2]
    return keyword, zlib.decompress(text) if packed else text

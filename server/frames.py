"""What passes between the server and its child processes: a JSON header and perhaps bytes.

A frame is two unsigned 32-bit numbers, big-endian, the lengths of header and body, and then both.
"""

import asyncio
import json
import struct
from typing import IO, Any, NamedTuple

LENGTHS = struct.Struct(">II")
LARGEST = 512 * 2**20


class Frame(NamedTuple):
    """One message: `kind` says what it is, `said` the rest of the header."""

    kind: str
    said: dict[str, Any]
    body: bytes = b""


class Garbled(Exception):
    """What came is no frame: the process at the other end has gone wrong."""


def pack(kind: str, body: bytes = b"", **said: Any) -> bytes:
    """A frame as bytes. Half a letter, which UTF-8 does not know, becomes a question mark."""
    text = json.dumps({"kind": kind} | said, separators=(",", ":"), ensure_ascii=False)
    header = text.encode(errors="replace")
    return LENGTHS.pack(len(header), len(body)) + header + body


async def read(reader: asyncio.StreamReader) -> Frame | None:
    """The next frame; None at the end. Raises `Garbled`."""
    try:
        lengths = _lengths(await reader.readexactly(LENGTHS.size))
        header = await reader.readexactly(lengths[0])
        return _frame(header, await reader.readexactly(lengths[1]))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


def read_from(file: IO[bytes]) -> Frame | None:
    """As `read`, from a file that waits."""
    start = file.read(LENGTHS.size)
    if len(start) < LENGTHS.size:
        return None
    header, body = _lengths(start)
    data = file.read(header + body)
    return _frame(data[:header], data[header:]) if len(data) == header + body else None


def _lengths(data: bytes) -> tuple[int, int]:
    header, body = LENGTHS.unpack(data)
    if header + body > LARGEST:
        raise Garbled(f"a frame of {header + body} bytes")
    return header, body


def _frame(header: bytes, body: bytes) -> Frame:
    try:
        said = json.loads(header)
        return Frame(said.pop("kind"), said, body)
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise Garbled(str(error)) from error

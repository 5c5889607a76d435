"""The texts inside a PNG that is brought: too much of it, or what is none, is left out."""

import zlib
from collections.abc import Iterator
from mmap import mmap
from typing import IO, NamedTuple

HEAD = 8
TEXTS = (b"tEXt", b"zTXt", b"iTXt")
MOST_TEXTS = 200
MOST_BYTES = 32 * 2**20  # of text, unpacked
PIECE = 2**20
OURS = b"latentwire"


class Chunk(NamedTuple):
    """A chunk in its place: `length` is all of it, with its head and its sum."""

    type: bytes
    at: int
    length: int


def odd(file: IO[bytes]) -> str | None:
    """Why the texts of a PNG are to be left out, None where all is well."""
    texts = [chunk for chunk in chunks(file) if chunk.type in TEXTS]
    if len(texts) > MOST_TEXTS:
        return f"it has {len(texts):,} texts inside, {MOST_TEXTS} are the limit"
    room, ours = MOST_BYTES, 0
    for chunk in texts:
        if chunk.length > room:
            return f"the texts inside are larger than {MOST_BYTES >> 20} MB"
        file.seek(chunk.at + HEAD)
        name, end, rest = file.read(chunk.length - HEAD - 4).partition(b"\0")
        size = _size(chunk.type, rest, room)
        if not end or size is None:
            return "a text inside cannot be read"
        room -= size
        if room < 0:
            return f"the texts inside are larger than {MOST_BYTES >> 20} MB"
        ours += name == OURS
    return "it has two workflows inside" if ours > 1 else None


def without(file: IO[bytes], to: IO[bytes]) -> None:
    """The same PNG without its texts."""
    file.seek(0)
    to.write(file.read(HEAD))
    for chunk in chunks(file):
        if chunk.type not in TEXTS:
            _copy(file, chunk, to)


def chunks(file: IO[bytes] | mmap) -> Iterator[Chunk]:
    """Every chunk up to the end, or to where the file is cut."""
    file.seek(0, 2)
    end, at = file.tell(), HEAD
    while at + 12 <= end:
        file.seek(at)
        head = file.read(HEAD)
        chunk = Chunk(head[4:], at, int.from_bytes(head[:4]) + 12)
        if at + chunk.length > end:
            return
        yield chunk
        at += chunk.length
        if chunk.type == b"IEND":
            return


def made(type: bytes, content: bytes) -> bytes:
    """A chunk with this in it."""
    sum = zlib.crc32(type + content).to_bytes(4)
    return len(content).to_bytes(4) + type + content + sum


def _copy(file: IO[bytes], chunk: Chunk, to: IO[bytes]) -> None:
    file.seek(chunk.at)
    left = chunk.length
    while left:
        piece = file.read(min(left, PIECE))
        to.write(piece)
        left -= len(piece)


def _size(type: bytes, rest: bytes, room: int) -> int | None:
    """The bytes of a text behind its keyword, as far as there is room; None for no text."""
    if type == b"tEXt":
        return len(rest)
    packed, text = True, rest[1:]
    if type == b"iTXt":
        packed = rest[:1] == b"\1"
        text = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    if not packed:
        return len(text) if _is_utf8(text) else None
    unpacking = zlib.decompressobj()
    try:
        unpacked = unpacking.decompress(text, room + 1)
    except zlib.error:
        return None
    if len(unpacked) <= room and (not unpacking.eof or not _is_utf8(unpacked, type)):
        return None
    return len(unpacked)


def _is_utf8(text: bytes, type: bytes = b"iTXt") -> bool:
    """What is not for Unicode may hold any bytes."""
    try:
        text.decode("utf-8" if type == b"iTXt" else "latin-1")
    except UnicodeDecodeError:
        return False
    return True

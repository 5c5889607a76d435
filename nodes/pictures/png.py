"""The chunks of a PNG, read without its pixels: what it says costs nothing to find out."""

import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_TEXT = 64 * 2**20  # bytes of text that are unpacked from one file
TOO_LARGE = f"its text is larger than {MAX_TEXT >> 20} MB"
TEXTS = (b"tEXt", b"zTXt", b"iTXt")
SAFE = MAX_TEXT // 1032  # bytes that cannot become more than that: zlib packs no tighter


def chunks(path: Path, wanted: tuple[bytes, ...]) -> Iterator[tuple[bytes, bytes]]:
    """(type, content) of the chunks of these types, in order; a file that is cut ends early.

    Raises ValueError for one that is larger than any text may be.
    """
    for type, begin, length in _places(path):
        if type in wanted:
            if length > MAX_TEXT:
                raise ValueError(TOO_LARGE)
            with path.open("rb") as file:
                file.seek(begin)
                content = file.read(length)
            if len(content) == length:
                yield type, content


def is_wordy(path: Path) -> bool:
    """Whether what a PNG says besides its pixels may be too much to be unpacked."""
    said = (length for type, _, length in _places(path) if type in (*TEXTS, b"eXIf"))
    return sum(said) > SAFE


def without_words(path: Path) -> BytesIO:
    """The same PNG without its texts and EXIF data."""
    bare = BytesIO()
    with path.open("rb") as file:
        bare.write(file.read(8))
        for type, begin, length in _places(path):
            if type not in (*TEXTS, b"eXIf"):
                file.seek(begin - 8)
                bare.write(file.read(length + 12))
    bare.seek(0)
    return bare


def _places(path: Path) -> Iterator[tuple[bytes, int, int]]:
    """(type, where its content begins, how long it is) of every chunk."""
    with path.open("rb") as file:
        if file.read(8) != SIGNATURE:
            return
        at = 8
        while len(head := file.read(8)) == 8:
            length, type = int.from_bytes(head[:4]), head[4:]
            yield type, at + 8, length
            at += length + 12
            file.seek(at)


def texts(path: Path) -> dict[str, str]:
    """Every text of a PNG by its keyword, the first of a name. Raises ValueError beyond 64 MB."""
    found: dict[str, str] = {}
    room = MAX_TEXT
    for type, content in chunks(path, TEXTS):
        key, _, rest = content.partition(b"\0")
        name = key.decode("latin-1")
        if name not in found:
            value = _text(type, rest, room)
            if value is not None:
                found[name] = value
                room -= len(value)
        if room < 0:
            raise ValueError(TOO_LARGE)
    return found


def _text(type: bytes, rest: bytes, room: int) -> str | None:
    """The text behind a keyword; None where it cannot be unpacked."""
    if type == b"tEXt":
        return rest.decode("latin-1")
    if type == b"zTXt":
        data = _unpacked(rest[1:], room)
        return None if data is None else data.decode("latin-1")
    packed, (_, _, rest) = rest[:1] == b"\1", (rest[2:].partition(b"\0"))
    rest = rest.partition(b"\0")[2]  # what stood before are the language and the keyword in it
    data = _unpacked(rest, room) if packed else rest
    return None if data is None else data.decode("utf-8", errors="replace")


def _unpacked(data: bytes, room: int) -> bytes | None:
    unpack = zlib.decompressobj()
    try:
        text = unpack.decompress(data, room + 1)
    except zlib.error:
        return None
    if len(text) > room:
        raise ValueError(TOO_LARGE)
    return text if unpack.eof else None

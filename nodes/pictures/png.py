"""The chunks of a PNG, read without its pixels: what it says costs nothing to find out."""

import zlib
from collections.abc import Iterator
from pathlib import Path

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_TEXT = 64 * 2**20  # bytes of text that are unpacked from one file
TOO_LARGE = f"its text is larger than {MAX_TEXT >> 20} MB"
TEXTS = (b"tEXt", b"zTXt", b"iTXt")


def chunks(path: Path, wanted: tuple[bytes, ...]) -> Iterator[tuple[bytes, bytes]]:
    """(type, content) of the chunks of these types, in order; a file that is cut ends early."""
    with path.open("rb") as file:
        if file.read(8) != SIGNATURE:
            return
        while len(head := file.read(8)) == 8:
            length, type = int.from_bytes(head[:4]), head[4:]
            if type in wanted:
                content = file.read(length)
                if len(content) == length:
                    yield type, content
                file.seek(4, 1)
            else:
                file.seek(length + 4, 1)


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

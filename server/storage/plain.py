"""A picture without what is written inside it: only what is needed to show it as it is meant.

The containers are taken apart by their own lengths; no pixel is decoded.
"""

import re
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from typing import IO

from ..refused import Refused
from . import texts

# what a PNG needs to be shown: pixels, frames, colours, and how large it is on paper
SHOWN = b"IHDR PLTE IDAT IEND acTL fcTL fdAT tRNS gAMA cHRM sRGB iCCP cICP sBIT bKGD pHYs".split()
IN_WEBP = b"VP8X|VP8 |VP8L|ALPH|ANIM|ANMF|ICCP".split(b"|")
HAS_EXIF, HAS_XMP = 0x08, 0x04
EXIF = b"Exif\0\0"
ORIENTATION = b"\x12\x01\x03\0\x01\0\0\0"  # in a little-endian TIFF; what follows is its value
MARKER = re.compile(rb"\xff[^\0\xff\xd0-\xd7]")
ALONE = (0xD8, 0xD9, *range(0xD0, 0xD8), 0x01)  # markers without a length
SOI, EOI, SOS, COMMENT = b"\xff\xd8", 0xD9, 0xDA, 0xFE
KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}


def without_words(file: IO[bytes], mime: str, to: IO[bytes]) -> None:
    """Write the picture in `file` to `to`. Raises `Refused` for a file of another kind."""
    parts = {"image/png": _png, "image/jpeg": _jpeg, "image/webp": _webp}.get(mime)
    if parts is None or not file.seek(0, 2):
        raise Refused("media_type", "Only of PNG, JPEG and WebP is there a plain one.")
    with mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        for part in parts(data):
            to.write(part)
    if mime == "image/webp":
        size = max(to.seek(0, 2) - 8, 0)
        to.seek(4)
        to.write(size.to_bytes(4, "little"))


def _png(data: mmap) -> Iterator[bytes]:
    yield data[: texts.HEAD]
    for chunk in texts.chunks(data):
        if chunk.type in SHOWN:
            yield data[chunk.at : chunk.at + chunk.length]
        elif chunk.type == b"eXIf":
            turned = _turned(data[chunk.at + 8 : chunk.at + chunk.length - 4])
            if turned:
                yield texts.made(b"eXIf", turned)


def _jpeg(data: mmap) -> Iterator[bytes]:
    yield SOI
    at = 2
    while match := MARKER.search(data, at):
        at, kind = match.start(), data[match.start() + 1]
        if kind == EOI:
            yield data[at : at + 2]
            return
        if kind in ALONE:
            at += 2
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        yield from _segment(kind, data[at:end])
        at = end
        if kind == SOS:
            scan = MARKER.search(data, at)
            end = scan.start() if scan else len(data)
            yield data[at:end]
            at = end


def _segment(kind: int, segment: bytes) -> Iterator[bytes]:
    if kind == 0xE1 and segment[4:10] == EXIF:
        turned = _turned(segment[10:])
        if turned:
            body = EXIF + turned
            yield b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body
    elif kind in KEPT:
        yield segment if segment[4:].startswith(KEPT[kind]) else b""
    elif kind != COMMENT and not 0xE0 <= kind <= 0xEF:
        yield segment


def _webp(data: mmap) -> Iterator[bytes]:
    chunks = list(_riff(data))
    exif = next((data[at + 8 : at + length] for type, at, length in chunks if type == b"EXIF"), b"")
    turned = _turned(exif.removeprefix(EXIF))
    yield data[:12]
    for type, at, length in chunks:
        if type == b"VP8X":
            flags = data[at + 8] & ~(HAS_EXIF | HAS_XMP) | (HAS_EXIF if turned else 0)
            yield data[at : at + 8] + bytes([flags]) + data[at + 9 : at + length]
        elif type in IN_WEBP:
            yield data[at : at + length]
    if turned:
        yield b"EXIF" + len(turned).to_bytes(4, "little") + turned + bytes(len(turned) % 2)


def _riff(data: mmap) -> Iterator[tuple[bytes, int, int]]:
    """Type, place and length of every chunk, with its head and to an even end."""
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        length = 8 + size + size % 2
        yield data[at : at + 4], at, length
        at += length


def _turned(exif: bytes) -> bytes | None:
    """EXIF data that say only how the picture lies; None where it lies as it is stored."""
    order = {b"II": "little", b"MM": "big"}.get(exif[:2])
    if order is None:
        return None
    start = _whole(exif[4:8], order)
    for at in range(start + 2, start + 2 + 12 * _whole(exif[start : start + 2], order), 12):
        if _whole(exif[at : at + 2], order) == 0x0112:
            way = _whole(exif[at + 8 : at + 10], order)
            if 2 <= way <= 8:
                head = b"II*\0\x08\0\0\0\x01\0" + ORIENTATION
                return head + way.to_bytes(4, "little") + bytes(4)
    return None


def _whole(data: bytes, order: str) -> int:
    return int.from_bytes(data, "big" if order == "big" else "little")

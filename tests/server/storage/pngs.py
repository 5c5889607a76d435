"""PNG files made chunk by chunk, also ones that no program would write."""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(type: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + type + data + struct.pack(">I", zlib.crc32(type + data))


def png(*extra: bytes, width: int = 4, height: int = 4, after: bytes = b"") -> bytes:
    """A grey picture of one bit a pixel, with chunks before its pixels and bytes after its end."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packing = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    pixels = b"".join(packing.compress(row) for _ in range(height)) + packing.flush()
    parts = [chunk(b"IHDR", head), *extra, chunk(b"IDAT", pixels), chunk(b"IEND", b"")]
    return SIGNATURE + b"".join(parts) + after


def text(key: bytes, said: bytes) -> bytes:
    return chunk(b"tEXt", key + b"\0" + said)


def packed(key: bytes, said: bytes) -> bytes:
    return chunk(b"zTXt", key + b"\0\0" + zlib.compress(said, 9))


def unicode(key: bytes, said: bytes) -> bytes:
    return chunk(b"iTXt", key + b"\0\0\0\0\0" + said)

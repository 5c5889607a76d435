"""Frames out of a stream of bytes, however it is cut."""

from collections.abc import Iterator
from typing import Any

import msgspec

from server.frames import LARGEST, LENGTHS, Frame, Garbled

HEADER = msgspec.json.Decoder(dict[str, Any])


class Parser:
    """Holds what is not a whole frame yet."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are whole with this. Raises `Garbled`."""
        held, at = self._held, 0
        held += data
        try:
            while len(held) - at >= LENGTHS.size:
                header, body = LENGTHS.unpack_from(held, at)
                start, end = at + LENGTHS.size, at + LENGTHS.size + header + body
                if header + body > LARGEST:
                    raise Garbled(f"a frame of {header + body} bytes")
                if len(held) < end:
                    break
                at = end
                yield _frame(held[start : start + header], bytes(held[start + header : end]))
        finally:
            del held[:at]


def _frame(header: bytearray, body: bytes) -> Frame:
    try:
        said = HEADER.decode(header)
        return Frame(said.pop("kind"), said, body)
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError) as error:
        raise Garbled(str(error)) from error

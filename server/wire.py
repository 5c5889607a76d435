"""What goes over the websocket, as bytes: made once, and the same for everybody who gets it."""

import struct
from typing import TYPE_CHECKING, Any

import msgspec

from .messages import KIND_OF, Event

if TYPE_CHECKING:
    from .record import Stamped

TEXT, BINARY = 1, 2
_EVENT = b'{"jsonrpc":"2.0","method":"event","params":{'


def text(said: bytes) -> bytes:
    """A text frame, whole and as a server sends it (RFC 6455, section 5.2)."""
    return _frame(TEXT, said)


def event(stamped: "Stamped") -> bytes:
    """The notification of an event that is in the record."""
    return text(b'%b"seq":%d,%b}' % (_EVENT, stamped.seq, stamped.body[1:]))


def passing(event: Event) -> bytes:
    """The notification of what is not in the record, and so has no seq."""
    fields = msgspec.json.encode(event)
    return text(b'%b"kind":"%b",%b}' % (_EVENT, KIND_OF[type(event)].encode(), fields[1:]))


def preview(seq: int, run: str, node: str, step: int, mime: str, picture: bytes) -> bytes:
    """A preview: the length of a JSON header (4 bytes, big-endian), the header, the picture."""
    said: dict[str, Any] = {"seq": seq, "run": run, "node": node, "step": step, "mime": mime}
    header = msgspec.json.encode(said)
    return _frame(BINARY, struct.pack(">I", len(header)) + header + picture)


def _frame(opcode: int, said: bytes) -> bytes:
    size = len(said)
    if size < 126:
        return struct.pack(">BB", 0x80 | opcode, size) + said
    if size < 2**16:
        return struct.pack(">BBH", 0x80 | opcode, 126, size) + said
    return struct.pack(">BBQ", 0x80 | opcode, 127, size) + said

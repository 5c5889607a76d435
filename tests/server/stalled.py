"""Clients that do what no library lets them: take nothing in, answer no ping, send odd frames."""

import asyncio
import base64
import json
import os
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

SMALL = 4096  # bytes that the kernel keeps for such a client
TEXT, CLOSE = 0x81, 0x88


class Stalled:
    """A connection of which nothing is read until it is asked for."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line

    async def send(self, *frames: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.line, b"".join(frames))

    async def call(self, method: str, **said: Any) -> None:
        """A call, whose answer nobody takes."""
        call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": said}
        await self.send(frame(json.dumps(call).encode()))

    async def rest(self) -> bytes:
        """All that was waiting, to the end of the connection."""
        loop, found = asyncio.get_running_loop(), bytearray()
        try:
            while data := await loop.sock_recv(self.line, 2**16):
                found += data
        except ConnectionError:
            pass
        return bytes(found)


def frame(said: bytes, opcode: int = TEXT) -> bytes:
    """A frame as a client sends it: masked, here with zeros."""
    if len(said) < 126:
        head = struct.pack(">BB", opcode, 0x80 | len(said))
    elif len(said) < 2**16:
        head = struct.pack(">BBH", opcode, 0x80 | 126, len(said))
    else:
        head = struct.pack(">BBQ", opcode, 0x80 | 127, len(said))
    return head + bytes(4) + said


@asynccontextmanager
async def stalled(port: int) -> AsyncIterator[Stalled]:
    """One that has opened the websocket."""
    loop = asyncio.get_running_loop()
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        line.setblocking(False)
        await loop.sock_connect(line, ("127.0.0.1", port))
        key = base64.b64encode(os.urandom(16)).decode()
        said = (
            f"GET /v1/ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        await loop.sock_sendall(line, said.encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += await loop.sock_recv(line, 1)
        assert answer.startswith(b"HTTP/1.1 101"), answer
        yield Stalled(line)


def closing(data: bytes) -> int | None:
    """The code of the close frame at the end of what a server sent."""
    at = 0
    while at + 2 <= len(data):
        opcode, size = data[at], data[at + 1]
        at += 2
        if size >= 126:
            width = 2 if size == 126 else 8
            size = int.from_bytes(data[at : at + width])
            at += width
        if opcode == CLOSE and at + 2 <= len(data):
            return int.from_bytes(data[at : at + 2])
        at += size
    return None

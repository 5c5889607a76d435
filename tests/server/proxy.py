"""A TCP proxy that breaks connections in the midst of whatever goes through."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Proxy:
    """Leads to `port`. `breaks` is how many connections it will still break, `broken` has been.

    Each is broken after a random number of bytes from the server, some within a frame.
    """

    def __init__(self, port: int, breaks: int, seed: int, most: int = 4000) -> None:
        self.to, self.breaks, self.broken, self.port = port, breaks, 0, 0
        self._random, self._most = random.Random(seed), most
        self._open: set[asyncio.StreamWriter] = set()

    def drop(self) -> None:
        """Break every connection now."""
        for writer in self._open:
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            other = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:  # the server is away just now
            writer.transport.abort()
            return
        writers = (writer, other[1])
        self._open.update(writers)
        left = self._random.randrange(self._most) if self.breaks > 0 else None
        self.breaks -= 1
        both = (
            asyncio.create_task(self._pass(reader, other[1], None)),
            asyncio.create_task(self._pass(other[0], writer, left)),
        )
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
            self._open.difference_update(writers)
            for each in writers:
                each.transport.abort()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, left: int | None
    ) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(2**16):
                writer.write(data[:left])
                await writer.drain()
                if left is not None:
                    left -= len(data)
                    if left <= 0:
                        self.broken += 1
                        return


@asynccontextmanager
async def proxy(port: int, breaks: int, seed: int = 0) -> AsyncIterator[Proxy]:
    """A proxy that listens; its `port` is where to connect."""
    found = Proxy(port, breaks, seed)
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()

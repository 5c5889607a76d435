"""Children where nothing can be forked: each is a Python of its own, on its stdin and stdout."""

import asyncio
import os
import signal
from collections.abc import Callable
from itertools import count
from typing import cast

from server.settings import Settings

from .child import Child, Hear
from .nursery import CONSIDERATE, TREE, command
from .ring import Ring

OUT = 1


class Spawner:
    """Starts children from nothing, in seconds. `devices` is told of one, which knows by itself."""

    def __init__(self, settings: Settings, devices: Callable[[list[str]], None]) -> None:
        self.settings, self.devices = settings, devices
        self._processes: dict[int, asyncio.SubprocessTransport] = {}
        self._numbers = count(1)

    def open(self) -> None:
        """There is one device at least, and its worker finds out which."""
        self.devices(["auto"])

    async def start(self, kind: str, name: str, device: str, hear: Hear) -> Child:
        """A child on its way: it is there once `hear` gets its hello."""
        child = Child(kind, next(self._numbers), self, hear)
        log = Ring(self.settings.data / "logs" / f"{name}.log")
        try:
            transport, _ = await asyncio.get_running_loop().subprocess_exec(
                lambda: _Pipes(child, log),
                *command(kind, device, self.settings),
                cwd=TREE,
                env=CONSIDERATE | os.environ,
                start_new_session=os.name == "posix",
            )
        except OSError:
            log.close()
            raise
        self._processes[child.number] = transport
        child.pid = transport.get_pid()
        child.ended.add_done_callback(lambda _: self._processes.pop(child.number, None))
        return child

    def signal(self, number: int, which: int) -> None:
        process = self._processes.get(number)
        if process and process.get_returncode() is None:
            process.send_signal(signal.Signals(which))

    def give_up(self, number: int) -> None:
        """Go on without it: the system ends it when it can."""
        process = self._processes.get(number)
        if process:
            child = cast(_Pipes, process.get_protocol()).child
            process.close()
            child.gone(None, "died", "it could not be ended")

    async def close(self) -> None:
        """End what is left."""
        for process in self._processes.values():
            process.kill()


class _Pipes(asyncio.SubprocessProtocol):
    """Hands what comes from a process to its child and its log."""

    def __init__(self, child: Child, log: Ring) -> None:
        self.child, self.log = child, log

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.SubprocessTransport, transport)
        line = self.transport.get_pipe_transport(0)
        assert line
        self.child.connection_made(line)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == OUT:
            self.child.data_received(data)
        else:
            self.log.write(data)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        if fd == OUT:
            self.child.connection_lost(exc)

    def process_exited(self) -> None:
        self.child.gone(self.transport.get_returncode())

    def connection_lost(self, exc: Exception | None) -> None:
        self.log.close()

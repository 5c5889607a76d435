"""The server's end of the nursery: the process that forks workers and the checker in milliseconds.

It is started with the first child, and anew where it has died. Nothing here waits for it: what is
asked of it before it has imported everything lies in the socket until then.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from server.settings import Settings

from .arguments import written
from .child import LINGER, Child, Hear

TREE = Path(__file__).resolve().parents[2]
ALONE = {"OPENBLAS_NUM_THREADS": "1", "PYTORCH_NVML_BASED_CUDA_CHECK": "1"}
# Threads that wait for each other by spinning are many times slower on a machine that does more.
CONSIDERATE = {"OMP_WAIT_POLICY": "passive"}
PACKET = 65536


class Nursery:
    """`devices` is called with what there is to compute on, once the nursery knows."""

    def __init__(self, settings: Settings, devices: Callable[[list[str]], None]) -> None:
        self.settings, self.devices = settings, devices
        self.process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._listening: asyncio.Task[None] | None = None
        self._children: dict[int, Child] = {}
        self._numbers = count(1)

    async def start(self, kind: str, name: str, device: str, hear: Hear) -> Child:
        """A child on its way: it is there once `hear` gets its hello."""
        control = self._control or self._open()
        child = Child(kind, next(self._numbers), self, hear)
        self._children[child.number] = child
        ours, theirs = socket.socketpair()
        await asyncio.get_running_loop().create_connection(lambda: child, sock=ours)
        asked = {"kind": "fork", "number": child.number, "child": kind, "name": name}
        with theirs:
            self._ask(control, asked | {"device": device}, [theirs.fileno()])
        return child

    def open(self) -> None:
        """Let it begin to import, though no child is asked for yet."""
        if self._control is None:
            with suppress(OSError):  # whoever starts the first child tries again, and says why not
                self._open()

    def signal(self, number: int, which: int) -> None:
        if self._control and number in self._children:
            asked = {"kind": "signal", "number": number, "signal": int(which)}
            self._ask(self._control, asked, [])

    def give_up(self, number: int) -> None:
        """The nursery may be what hangs, and else its end is the only one that can be had."""
        if self.process and number in self._children:
            self.process.kill()

    async def close(self) -> None:
        """End the nursery, and with it what is left of its children."""
        if self._control and self.process:
            self.process.kill()
            assert self._listening
            await self._listening

    def _ask(self, control: socket.socket, asked: dict[str, Any], handles: list[int]) -> None:
        try:
            socket.send_fds(control, [json.dumps(asked).encode()], handles)
        except OSError:
            if self.process and control is self._control:
                self.process.kill()  # it takes nothing more; `_listen` sees its end

    def _open(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        with theirs, open_log(self.settings.data) as log:
            self.process = subprocess.Popen(
                command("nursery", str(theirs.fileno()), self.settings),
                cwd=TREE,
                env=CONSIDERATE | os.environ | ALONE,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._control = ours
        self._listening = asyncio.ensure_future(self._listen(ours, self.process))
        return ours

    async def _listen(self, control: socket.socket, process: "subprocess.Popen[bytes]") -> None:
        """What the nursery tells, until it ends; its children end with it."""
        loop = asyncio.get_running_loop()
        while data := await _packet(loop, control):
            self._told(json.loads(data))
        status = await loop.run_in_executor(None, _waited_for, process)
        control.close()
        self._control = self.process = None
        left, self._children = self._children, {}
        for child in left.values():
            child.gone(status, "parent", _told(child.kind, status))

    def _told(self, said: dict[str, Any]) -> None:
        if said["kind"] == "ready":
            self.devices(said["devices"])
            return
        child = self._children.get(said["number"])
        if child and said["kind"] == "forked":
            child.pid = said["pid"]
        elif child and said["kind"] == "ended":
            del self._children[child.number]
            why = said["why"]
            child.gone(said["status"], "died", f"no process could be started: {why}" if why else "")


def command(kind: str, place: str, settings: Settings) -> list[str]:
    """How a child process is started, to end when this one does."""
    program = [sys.executable, "-m", "server.worker", kind, place]
    return [*program, str(os.getpid()), written(settings)]


async def _packet(loop: asyncio.AbstractEventLoop, control: socket.socket) -> bytes:
    try:
        return await loop.sock_recv(control, PACKET)
    except OSError:
        return b""


def _waited_for(process: "subprocess.Popen[bytes]") -> int:
    """The status of a process that is about to end, or else is made to."""
    try:
        return process.wait(LINGER)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _told(kind: str, status: int) -> str:
    if status > 0:  # it could not import something
        return f"the {kind} could not be started, the reason is in logs/nursery.log"
    return f"the {kind} ended with the process it was forked from"


def open_log(data: Path) -> Any:
    """What the nursery says itself, which is little; it starts anew with every server."""
    folder = data / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return (folder / "nursery.log").open("wb")

"""One child process: what it sends is heard, and when it has ended, it is told how."""

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from server.frames import Frame, Garbled

from .parser import Parser

Cause = Literal["died", "hung", "asked", "fault", "parent"]
Hear = Callable[[Frame], None]
LINGER = 0.5  # seconds to read what a dead child had sent
WORDS = {
    "SIGSEGV": "a segmentation fault",
    "SIGABRT": "it aborted",
    "SIGBUS": "a file it read from was cut short or lost",
    "SIGILL": "an instruction this processor does not have",
    "SIGFPE": "an arithmetic fault",
    "SIGKILL": "it was killed, as the system does when memory runs out",
    "SIGTERM": "it was asked to end",
}
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # Windows has the latter only, as strong


@dataclass(frozen=True)
class Ended:
    """How a child ended: by a signal, or with an exit status; `sentence` says it to people.

    cause: it `died` by itself, it `hung` and was killed, we `asked` for it, it stopped for a
    `fault` of its device, or its `parent` was lost and it could not stay.
    """

    cause: Cause
    sentence: str
    status: int | None = None

    @property
    def hung(self) -> bool:
        return self.cause == "hung"

    @property
    def counted(self) -> bool:
        """Whether the run it was at may be to blame."""
        return self.cause in ("died", "hung", "fault")


class Owner(Protocol):
    """Whoever started a child and can reach it: the nursery, or a process of its own."""

    def signal(self, number: int, which: int) -> None: ...

    def give_up(self, number: int) -> None:
        """A child was killed and does not end: go on without it, whatever that costs."""
        ...


class Child(asyncio.Protocol):
    """A child that was started, or soon will be. `ended` is done once all it sent was heard."""

    def __init__(self, kind: str, number: int, owner: Owner, hear: Hear) -> None:
        self.kind, self.number, self.owner, self.hear = kind, number, owner, hear
        self.pid: int | None = None
        self.ended: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()
        self._parser = Parser()
        self._transport: asyncio.WriteTransport | None = None
        self._line_ended = False
        self._how: Ended | None = None
        self._why: tuple[Cause, str] | None = None

    def send(self, data: bytes) -> None:
        """Frames to the child. What a child that has ended was to hear is lost."""
        if self._transport and not self._line_ended:
            self._transport.write(data)

    def end(self, cause: Cause, sentence: str, which: int = KILL) -> None:
        """Send it a signal; this is then why it ended."""
        self.expect(cause, sentence)
        if self._how is None:
            self.owner.signal(self.number, which)

    async def put_down(self, grace: float, cause: Cause, sentence: str) -> None:
        """Ask it to end, make it, and at last go on without it; each has that many seconds."""
        for which in (signal.SIGTERM, KILL):
            self.end(cause, sentence, which)
            await asyncio.wait({self.ended}, timeout=grace)
            if self.ended.done():
                return
        self.owner.give_up(self.number)
        await self.ended

    def expect(self, cause: Cause, sentence: str) -> None:
        """Say why it will have ended, when it has. What was said first counts."""
        self._why = self._why or (cause, sentence)

    def gone(self, status: int | None, cause: Cause = "died", sentence: str = "") -> None:
        """Its owner tells that it has ended."""
        if self._how is None:
            self._how = Ended(cause, sentence or _sentence(self.kind, status), status)
            if self._why:
                self._how = replace(self._how, cause=self._why[0], sentence=self._why[1])
            if self._line_ended or self._transport is None:
                self._settle()
            else:  # a process it started may still hold the line
                asyncio.get_running_loop().call_later(LINGER, self._settle)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        if self._how:
            transport.close()

    def data_received(self, data: bytes) -> None:
        try:
            for frame in self._parser.feed(data):
                self.hear(frame)
        except Garbled:
            self.end("died", f"the {self.kind} sent what cannot be read")
        except Exception as error:  # no reason to hear no more of any child
            self.end("died", f"the {self.kind} sent what makes no sense")
            told = {"message": f"a frame of the {self.kind}", "exception": error}
            asyncio.get_running_loop().call_exception_handler(told)

    def connection_lost(self, error: Exception | None) -> None:
        self._line_ended = True
        if self._how:
            self._settle()
        else:
            asyncio.get_running_loop().call_later(LINGER, self._unheard)

    def _unheard(self) -> None:
        """It closed its line and lives on: nothing can be asked of it any more."""
        if self._how is None:
            self.end("died", f"the {self.kind} closed its line to the server")

    def _settle(self) -> None:
        if self._transport:
            self._transport.close()
        if self._how and not self.ended.done():
            self.ended.set_result(self._how)


def _sentence(kind: str, status: int | None) -> str:
    """How a process ended by itself, in words."""
    if status is None:
        return f"the {kind} could not be started"
    if status >= 0:
        return f"the {kind} ended by itself (status {status})"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"the {kind} crashed: {WORDS.get(name, name)}"

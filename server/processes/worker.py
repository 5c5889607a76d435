"""A place where a child process lives: a device with its worker, or that of the checker."""

from collections import deque
from time import monotonic
from typing import Literal

import msgspec

from server.frames import LENGTHS, Frame
from server.messages import Device

from .child import Child, Ended

State = Literal["starting", "ready", "lost", "quarantined"]
WINDOW = 600.0  # seconds for which failures are held against a worker
FAILURES = 3  # of different runs, then the worker is at fault
FAULTS = 2  # of the device in different runs, then the device is
SETTLED = 0.1  # seconds after which an end is no failed start any more
RUN = b'{"kind":"run",'
HEADER = msgspec.json.Decoder(dict[str, str | int | bool | list[str] | None])


class Worker:
    """What is known of it. It keeps its id and device while processes come and go.

    runs: what was sent there and has not ended, each with whether it was begun.
    """

    def __init__(self, kind: Literal["worker", "checker"], device: str) -> None:
        self.kind, self.device = kind, device
        self.id = device if kind == "worker" else kind
        self.state: State = "starting"
        self.name = self.environment = ""
        self.memory_bytes = self.memory_free = self.rss = 0
        self.runs: dict[str, bool] = {}
        self.lost_since: float | None = None
        self.early = 0  # starts in a row that failed
        self.child: Child | None = None
        self.heard: float | None = None  # when it last showed life
        self.moved = self.since = monotonic()  # when something last went on; when it was ready
        self._failures: deque[tuple[float, str, bool]] = deque()

    @property
    def ready(self) -> bool:
        """Whether it can take work."""
        return self.state == "ready"

    @property
    def pid(self) -> int | None:
        return self.child.pid if self.child else None

    @property
    def running(self) -> str | None:
        """The run it is at."""
        return next((run for run, begun in self.runs.items() if begun), None)

    @property
    def told(self) -> Device:
        """As clients see it."""
        busy = self.ready and self.running is not None
        state = "busy" if busy else self.state
        return Device(
            self.device, self.name, state, self.running, self.memory_bytes, self.memory_free
        )

    def send(self, data: bytes) -> None:
        """A frame, made by `pack`. What is sent to a worker that is not ready is lost."""
        if self.child:
            if data.startswith(RUN, LENGTHS.size):
                header, _ = LENGTHS.unpack_from(data)
                run = HEADER.decode(data[LENGTHS.size : LENGTHS.size + header])["run"]
                if not self.runs:
                    self.moved = monotonic()
                self.runs[str(run)] = False
            self.child.send(data)

    def begin(self, child: Child) -> None:
        """Another process is on its way."""
        self.child, self.state, self.heard = child, "starting", None
        self.runs.clear()
        self.since = monotonic()

    def hear(self, frame: Frame) -> None:
        """Learn from what it sends."""
        kind, said = frame.kind, frame.said
        self.heard = monotonic()
        if kind == "heartbeat":
            self.rss = said.get("rss", 0)
            self.memory_free = said.get("memory_free", 0)
            return
        self.moved = self.heard
        if kind == "begun":
            self.runs[said["run"]] = True
        elif kind in ("ended", "returned"):
            self.runs.pop(said["run"], None)
        elif kind == "hello":
            self.name, self.environment = said.get("name", ""), said.get("environment", "")
            self.device = said.get("device", self.device)
            self.memory_bytes = said.get("memory_bytes", 0)
            self.state, self.lost_since, self.since = "ready", None, self.heard

    def lose(self, ended: Ended) -> None:
        """Its process has ended: remember what that says of it."""
        now = monotonic()
        started = self.ready and (self.runs or now - self.since > SETTLED)
        swept = ended.cause == "parent" and (ended.status or 0) <= 0  # no failure of its own
        if not swept:
            self.early = 0 if started else self.early + 1
        self.lost_since = self.lost_since or now
        if self.running and ended.counted:
            self._failures.append((now, self.running, ended.cause == "fault"))
        self.child, self.state = None, "lost"
        self.runs.clear()

    def suspect(self, others: bool) -> float:
        """For how many seconds not to trust it. `others`: whether there are any to take its work.

        Failures of one and the same run are that run's fault. A device that fails is of no use even
        where it is the only one; a worker that dies often still is.
        """
        now = monotonic()
        while self._failures and now - self._failures[0][0] > WINDOW:
            self._failures.popleft()
        runs = {run for _, run, _ in self._failures}
        faults = {run for _, run, fault in self._failures if fault}
        if len(faults) >= FAULTS or (others and len(runs) >= FAILURES):
            return WINDOW - (now - self._failures[0][0])
        return 0.0

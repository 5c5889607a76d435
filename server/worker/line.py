"""A child's end of the line to the server: one thread listens, another shows that it lives.

A child has no life of its own: where the line ends the process ends, whatever it is doing.
"""

import os
import time
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any

from server.frames import Frame, Garbled, pack, read_from
from server.settings import Settings

PULSE = 1.0
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096

Vitals = Callable[[], dict[str, Any]]
Hear = Callable[[Frame], bool]


def rss() -> int:
    """The bytes of memory this process holds now; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * PAGE
    except OSError:
        return 0


def vitals() -> dict[str, Any]:
    """What every heartbeat tells."""
    return {"rss": rss()}


class Line:
    """Frames to and from the server. `settings` are those the server was started with.

    What comes is first shown to `hear`, in the thread that listens: it returns whether that settled
    it. All else waits for `take`.
    """

    def __init__(self, read: int, write: int, settings: Settings) -> None:
        self.settings = settings
        self._read, self._write = os.fdopen(read, "rb"), os.fdopen(write, "wb")
        self._waiting: SimpleQueue[Frame] = SimpleQueue()
        self._sending = Lock()

    def open(self, hear: Hear | None = None, vitals: Vitals = vitals) -> None:
        """Begin to listen and to show signs of life, once a second."""
        Thread(target=self._listen, args=(hear,), name="listening", daemon=True).start()
        Thread(target=self._live, args=(vitals,), name="living", daemon=True).start()

    def send(self, kind: str, body: bytes = b"", **said: Any) -> None:
        """A frame to the server, from any thread. Waits while the server takes no more."""
        self.send_all(pack(kind, body, **said))

    def send_all(self, frames: bytes) -> None:
        """Frames that are packed already, in one go."""
        try:
            with self._sending:
                self._write.write(frames)
                self._write.flush()
        except (OSError, ValueError):
            os._exit(0)

    def take(self) -> Frame | None:
        """The next frame that waits; None once the server has said stop."""
        frame = self._waiting.get()
        return None if frame.kind == "stop" else frame

    def _listen(self, hear: Hear | None) -> None:
        try:
            while frame := read_from(self._read):
                if hear is None or not hear(frame):
                    self._waiting.put(frame)
        except (OSError, ValueError, Garbled):
            pass
        os._exit(0)

    def _live(self, vitals: Vitals) -> None:
        while True:
            self.send("heartbeat", **vitals())
            time.sleep(PULSE)

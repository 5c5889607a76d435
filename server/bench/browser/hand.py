"""A mouse whose events come as those of a real one do: one every 16 ms."""

import math
import time
from collections.abc import Callable

from playwright.sync_api import CDPSession

EVERY = 0.016  # seconds
LASTS = 1.5
RADIUS, ASIDE = 160, 20  # pixels
Spot = tuple[float, float]


class Hand:
    """Moves by the protocol of the browser, which makes of it what it makes of a mouse."""

    def __init__(self, protocol: CDPSession) -> None:
        self._protocol = protocol

    def drag(self, start: Spot) -> None:
        """Press there, go round, let go beside where it began."""
        self._send("mousePressed", start, buttons=1)
        self._play(lambda t: self._send("mouseMoved", _round(start, t), buttons=1))
        self._send("mouseReleased", _round(start, 1))

    def zoom(self, at: Spot) -> None:
        """Turn the wheel: nearer and away again, in the end a little nearer."""
        self._send("mouseMoved", at)
        self._play(lambda t: self._turn(at, -24 * math.sin(4 * math.pi * t) - 1))

    def _play(self, move: Callable[[float], None]) -> None:
        """`move` gets the share of time that has gone."""
        began = time.perf_counter()
        for step in range(round(LASTS / EVERY)):
            wait = began + step * EVERY - time.perf_counter()
            if wait > 0:
                time.sleep(wait)
            move(step * EVERY / LASTS)

    def _send(self, kind: str, at: Spot, buttons: int = 0) -> None:
        said = {"type": kind, "x": at[0], "y": at[1], "buttons": buttons, "clickCount": 1}
        button = "none" if kind == "mouseMoved" else "left"
        self._protocol.send("Input.dispatchMouseEvent", said | {"button": button})

    def _turn(self, at: Spot, by: float) -> None:
        said = {"type": "mouseWheel", "x": at[0], "y": at[1], "deltaX": 0, "deltaY": by}
        self._protocol.send("Input.dispatchMouseEvent", said)


def _round(start: Spot, share: float) -> Spot:
    """On an oval through the start, and on to the right of it."""
    angle = 2 * math.pi * share
    x, y = start
    return x - RADIUS * math.sin(angle) + ASIDE * share, y - RADIUS * (1 - math.cos(angle)) / 2

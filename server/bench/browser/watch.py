"""What a page does while something happens: frames, time of the processor, memory."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import CDPSession, Page

# from the first moment of the page: when the last long task ended, and when keys were answered
AT_START = """(() => {
  const seen = { long: 0 };
  window.benchSeen = seen;
  new PerformanceObserver(list => {
    for (const { startTime, duration } of list.getEntries())
      seen.long = Math.max(seen.long, startTime + duration);
  }).observe({ type: "longtask", buffered: true });
})()"""
COUNT = """() => {
  const count = { frames: 0, began: performance.now(), going: true };
  window.benchFrames = count;
  const next = () => { count.frames++; count.going && requestAnimationFrame(next); };
  requestAnimationFrame(next);
}"""
COUNTED = """() => {
  const count = window.benchFrames;
  count.going = false;
  return [count.frames, (performance.now() - count.began) / 1000];
}"""
PLACES = """() => [...document.querySelectorAll(".react-flow__viewport, .react-flow__node")]
  .map(one => one.style.transform).join()"""


@dataclass(frozen=True)
class Figure:
    """`cpu_ms` is of the main thread, for each frame."""

    fps: float
    cpu_ms: float


class Watch:
    """Of one page."""

    def __init__(self, page: Page, protocol: CDPSession) -> None:
        self._page, self._protocol = page, protocol
        protocol.send("Performance.enable", {"timeDomain": "threadTicks"})

    def during(self, gesture: Callable[[], None]) -> Figure:
        """Frames a second and the cost of each."""
        before, cpu = self._page.evaluate(PLACES), self.cpu()
        self._page.evaluate(COUNT)
        gesture()
        frames, seconds = self._page.evaluate(COUNTED)
        spent = self.cpu() - cpu
        if self._page.evaluate(PLACES) == before:
            raise RuntimeError("the gesture moved nothing, so its cost says nothing")
        return Figure(round(frames / seconds, 1), round(1000 * spent / max(frames, 1), 2))

    def cpu(self) -> float:
        """Seconds that the main thread has worked."""
        return self._metric("TaskDuration")

    def heap_mb(self) -> float:
        """What is held once what is not needed was given back."""
        self._protocol.send("HeapProfiler.collectGarbage")
        return round(self._metric("JSHeapUsedSize") / 1e6, 1)

    def _metric(self, name: str) -> float:
        metrics: list[Any] = self._protocol.send("Performance.getMetrics")["metrics"]
        return next(float(one["value"]) for one in metrics if one["name"] == name)

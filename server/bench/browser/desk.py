"""A browser before a server: a page with a workflow in it, and what a person does there."""

import shutil
from contextlib import ExitStack
from typing import Any, Self

from playwright.sync_api import Locator, Page, ViewportSize, sync_playwright

from .hand import Hand, Spot
from .watch import AT_START, Watch

PATIENCE = 60_000  # ms
SCREEN: ViewportSize = {"width": 1600, "height": 1000}
# a page that is drawn, and has not changed for as many frames
DRAWN = """frames => {
  const canvas = document.querySelector("[aria-label=Canvas]");
  const far = canvas?.querySelector("canvas.overview");
  const now = `${far?.width} ${canvas?.querySelectorAll("article").length}`;
  const seen = window.benchSeen;
  if (!far && !canvas?.querySelector("article")) return false;
  seen.same = now === seen.drawn ? (seen.same ?? 0) + 1 : 0;
  seen.drawn = now;
  return seen.same >= frames;
}"""
QUIET = (
    "() => performance.now() - Math.max(window.benchSeen.long, window.benchSeen.answered) > 1000"
)
USABLE = "() => Math.max(window.benchSeen.long, window.benchSeen.answered)"
TYPED = "and a very long shore in the evening sun "
# whatever of other nodes and wires is written to the page
REDRAWN = """() => {
  const [own, redrawn] = [document.activeElement.closest("article"), new Set()];
  window.benchRedrawn = redrawn;
  new MutationObserver(changes => {
    for (const { target } of changes) {
      const at = target.closest ? target : target.parentElement;
      const part = at?.closest("article, .react-flow__edge");
      if (part && part !== own) redrawn.add(part);
    }
  }).observe(document.querySelector("[aria-label=Canvas]"),
    { subtree: true, childList: true, attributes: true, characterData: true });
}"""
# when the frame is there that shows a run as asked for
PRESSED = """() => {
  const pressed = { at: 0, seen: 0 };
  window.benchPressed = pressed;
  const stop = () => [...document.querySelectorAll("button")]
    .some(one => (one.ariaLabel || one.textContent).trim() === "Stop" && !one.disabled);
  const look = () => {
    if (stop()) requestAnimationFrame(() => { pressed.seen = performance.now(); });
    else requestAnimationFrame(look);
  };
  document.addEventListener("pointerdown", event => { pressed.at = event.timeStamp; look(); },
    { capture: true, once: true });
}"""
HEADER = 14  # pixels from the top of a node to where it is taken hold of


class Desk:
    """One page at a time, each in a browser that knows nothing of the one before."""

    def __init__(self) -> None:
        self._open = ExitStack()

    def __enter__(self) -> Self:
        found = shutil.which("chromium") or shutil.which("chromium-browser")
        started = self._open.enter_context(sync_playwright())
        launched = started.chromium.launch(executable_path=found, args=["--no-sandbox"])
        self._browser = self._open.enter_context(launched)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def sit_down(self, link: str, name: str) -> None:
        """Come in by a link, and open a saved workflow."""
        context = self._browser.new_context(viewport=SCREEN)
        context.add_init_script(AT_START)
        context.set_default_timeout(PATIENCE)
        self.page: Page = context.new_page()
        protocol = context.new_cdp_session(self.page)
        self.watch, self.hand = Watch(self.page, protocol), Hand(protocol)
        self.page.goto(link)
        self._drawn()
        self._choose("Control+k", "Commands", name)
        self.page.get_by_role("tab", name=name, selected=True).wait_for()
        self._drawn()

    def stand_up(self) -> None:
        self.page.context.close()

    def usable_ms(self) -> float:
        """Load the page anew: from its start until it has answered a click and stays quiet."""
        self.page.reload(wait_until="commit")
        self._drawn()
        self.page.get_by_role("button", name="More", exact=True).click()
        self.page.get_by_role("menu").wait_for()
        self.page.evaluate("() => { window.benchSeen.answered = performance.now(); }")
        self.page.keyboard.press("Escape")
        self.page.wait_for_function(QUIET)
        return float(self.page.evaluate(USABLE))

    def find(self, value: str) -> None:
        """Go to a node, so near that it can be read."""
        self._choose("Control+f", "Find", value)
        self.article().first.wait_for()
        self._drawn()

    def fit(self) -> None:
        """See all there is."""
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("f")
        self.page.locator("canvas.overview").wait_for()
        self._drawn()

    def run(self) -> None:
        """Run what there is, so that pictures are seen."""
        self.page.keyboard.press("Control+Enter")
        self._stop(disabled=False)
        self._stop(disabled=True)

    def type_into_prompt(self, value: str) -> tuple[float, float]:
        """What a key costs in ms, and how much else is drawn anew for it."""
        prompt = self.page.get_by_role("textbox").filter(has_text=value).first
        prompt.click()
        self.page.evaluate(REDRAWN)
        before = self.watch.cpu()
        self.page.keyboard.type(TYPED, delay=50)
        spent = self.watch.cpu() - before
        return round(1000 * spent / len(TYPED), 2), float(self.page.evaluate("benchRedrawn.size"))

    def press_to_feedback_ms(self) -> float:
        """From a press of Run, of something that was changed, until it is seen."""
        self.page.evaluate(PRESSED)
        self.page.get_by_role("button", name="Run", exact=True).click()
        self.page.wait_for_function("() => window.benchPressed.seen")
        self._stop(disabled=True)
        return float(self.page.evaluate("benchPressed.seen - benchPressed.at"))

    def article(self) -> Locator:
        return self.page.get_by_role("region", name="Canvas").get_by_role("article")

    def header(self) -> Spot:
        """Where the node nearest to the middle is taken hold of."""
        box = self._nearest()
        return box["x"] + box["width"] / 2, box["y"] + HEADER * box["width"] / 240

    def gap(self) -> Spot:
        """Between nodes."""
        box = self._nearest()
        return box["x"] + box["width"] * 1.12, box["y"] + box["height"] / 2

    def corner(self) -> Spot:
        """Beside the nodes, when all are in view."""
        box = self.page.get_by_role("region", name="Canvas").bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"] + 20

    def middle(self) -> Spot:
        return SCREEN["width"] / 2, SCREEN["height"] / 2

    def _nearest(self) -> Any:
        x, y = self.middle()
        boxes = [box for node in self.article().all() if (box := node.bounding_box())]
        return min(boxes, key=lambda box: (box["x"] + 120 - x) ** 2 + (box["y"] + 100 - y) ** 2)

    def _choose(self, keys: str, dialog: str, wanted: str) -> None:
        """What a search finds first."""
        self.page.keyboard.press(keys)
        there = self.page.get_by_role("dialog", name=dialog)
        there.get_by_role("combobox").fill(wanted)
        there.get_by_role("option").first.filter(has_text=wanted).wait_for()
        self.page.keyboard.press("Enter")
        there.wait_for(state="detached")

    def _stop(self, disabled: bool) -> None:
        """Wait until there is something to stop, or nothing any more."""
        self.page.get_by_role("button", name="Stop", exact=True, disabled=disabled).wait_for()

    def _drawn(self) -> None:
        self.page.wait_for_function(DRAWN, arg=5, polling="raf")

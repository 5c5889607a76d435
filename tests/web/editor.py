"""The editor as a person uses it: with the mouse, with keys, and by what is seen."""

import re
from typing import Any, Literal

from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.web.served import Document, Served, until

SAVED = re.compile("^saved$", re.IGNORECASE)
A_RUN_MS = 60_000  # the first run loads torch and the model
Side = Literal["input", "output"]
Spot = tuple[float, float]
STEADY = """element => new Promise(done => {
  let [last, same] = ["", 0];
  const look = () => {
    const now = JSON.stringify(element.getBoundingClientRect());
    [last, same] = [now, now === last ? same + 1 : 0];
    same > 2 ? done() : requestAnimationFrame(look);
  };
  look();
})"""
# only looks: whether nothing of a node, a wire or a panel is at a spot
EMPTY = """([x, y]) => {
  const at = document.elementFromPoint(x, y);
  return !!at?.closest('[role=region][aria-label=Canvas], section[aria-label=Canvas]')
    && !at.closest('article, button, input, select, textarea, a, [role=toolbar], [role=dialog]')
    && !at.closest('.react-flow__edge, .react-flow__panel, .react-flow__minimap');
}"""


class Editor:
    """One page. Nodes are named by their titles, ports by title, name and side."""

    def __init__(self, page: Page, served: Served) -> None:
        self.page, self.served = page, served
        self.keys, self.mouse = page.keyboard, page.mouse

    # what is seen

    @property
    def canvas(self) -> Locator:
        return self.page.get_by_role("region", name="Canvas", exact=True)

    @property
    def queue(self) -> Locator:
        return self.page.get_by_role("region", name="Queue", exact=True)

    @property
    def nodes(self) -> Locator:
        return self.canvas.get_by_role("article")

    @property
    def wires(self) -> Locator:
        return self.canvas.locator(".react-flow__edge")

    def node(self, title: str) -> Locator:
        return self.canvas.get_by_role("article", name=title, exact=True)

    def port(self, title: str, name: str, side: Side) -> Locator:
        return self.canvas.get_by_role("button", name=f"{title} {name} {side}", exact=True)

    def badge(self, title: str) -> Locator:
        """What a node says that it is at."""
        return self.node(title).locator("header")

    def picture(self, title: str) -> Locator:
        return self.node(title).get_by_role("img").first

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def dialog(self, name: str) -> Locator:
        return self.page.get_by_role("dialog", name=name, exact=True)

    def titles(self) -> list[str]:
        """Of all nodes in view, sorted."""
        return sorted(str(node.get_attribute("aria-label")) for node in self.nodes.all())

    def ready(self) -> None:
        """Wait until the editor is there and answers."""
        expect(self.canvas).to_be_visible()
        expect(self.button("Run")).to_be_enabled()

    def has_pictures(self, title: str) -> None:
        """Wait until the picture of a node is there, whole."""
        expect(self.picture(title)).to_be_visible(timeout=A_RUN_MS)
        until(lambda: self.picture(title).evaluate("e => e.complete && e.naturalWidth > 0"), "seen")

    # where things are

    def box(self, thing: Locator) -> FloatRect:
        """Where it is once it rests."""
        thing.evaluate(STEADY)
        box = thing.bounding_box()
        assert box, f"{thing} is not seen"
        return box

    def middle(self, thing: Locator) -> Spot:
        box = self.box(thing)
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def header(self, title: str) -> Spot:
        """Where a node is taken hold of."""
        return self.grip(self.node(title).first)

    def grip(self, node: Locator) -> Spot:
        box = self.box(node)
        zoom = box["width"] / 240
        return box["x"] + box["width"] / 2, box["y"] + min(14 * zoom, box["height"] / 2)

    def empty_spot(self, near: Spot | None = None) -> Spot:
        """A spot on the canvas where nothing is, as near to one as can be."""
        box = self.box(self.canvas)
        left, top, across, down = box["x"], box["y"], box["width"] / 24, box["height"] / 20
        x0, y0 = near or (left + 12 * across, top + 10 * down)
        spots = [
            (left + (column + 0.5) * across, top + (row + 0.5) * down)
            for column in range(24)
            for row in range(20)
        ]
        for spot in sorted(spots, key=lambda at: (at[0] - x0) ** 2 + (at[1] - y0) ** 2):
            if self.page.evaluate(EMPTY, list(spot)):
                return spot
        raise AssertionError("the canvas is full")

    # hands

    def drag(self, start: Spot, end: Spot, steps: int = 10, button: Any = "left") -> None:
        self.mouse.move(*start)
        self.mouse.down(button=button)
        self.mouse.move(*end, steps=steps)
        self.mouse.up(button=button)

    def rest(self) -> None:
        """Click where nothing is: nothing is selected then, and keys are for the canvas."""
        self.mouse.click(*self.empty_spot())

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys.press(key)

    def fit(self) -> None:
        self.rest()
        self.press("f")

    def select(self, *titles: str) -> None:
        for at, title in enumerate(titles):
            if at:
                self.keys.down("Shift")
            self.mouse.click(*self.header(title))
            if at:
                self.keys.up("Shift")

    def move(self, title: str, by: Spot) -> None:
        x, y = self.header(title)
        self.drag((x, y), (x + by[0], y + by[1]))

    def wire(self, start: tuple[str, str], end: tuple[str, str]) -> None:
        """Draw a wire by mouse from an output to an input."""
        self.drag(
            self.middle(self.port(*start, "output").first),
            self.middle(self.port(*end, "input").first),
        )

    def wire_by_keyboard(self, start: tuple[str, str], end: tuple[str, str]) -> None:
        """From port to port by the keys alone: Enter begins a wire, Enter ends it."""
        self.port(*start, "output").first.focus()
        self.press("Enter")
        self.port(*end, "input").first.focus()
        self.press("Enter")

    def add(self, title: str, at: Spot | None = None) -> None:
        """Point at a spot, press Space, type, Enter."""
        before = self.node(title).count()
        self.mouse.click(*(at or self.empty_spot()))
        self.press("Space")
        self.choose(title)
        expect(self.node(title)).to_have_count(before + 1)

    def choose(self, title: str) -> None:
        """In the open dialog "Add node"."""
        box = self.dialog("Add node").get_by_role("combobox")
        box.fill(title)
        expect(self.dialog("Add node").get_by_role("option").first).to_contain_text(title)
        self.press("Enter")
        expect(self.dialog("Add node")).to_have_count(0)

    def command(self, name: str) -> None:
        """By the palette."""
        self.press("Control+k")
        self.dialog("Commands").get_by_role("combobox").fill(name)
        expect(self.dialog("Commands").get_by_role("option").first).to_contain_text(name)
        self.press("Enter")

    def ask_to_open(self, name: str) -> None:
        """By the dialog, which asks the server for what is saved now."""
        self.press("Control+o")
        dialog = self.dialog("Open a workflow")
        dialog.get_by_role("searchbox").fill(name)
        dialog.get_by_title(name, exact=True).click()

    def open(self, name: str) -> None:
        self.ask_to_open(name)
        expect(self.tab(name)).to_have_attribute("aria-selected", "true")
        expect(self.nodes.or_(self.canvas.locator("canvas.overview")).first).to_be_visible()

    def show(self, document: Document) -> None:
        """Save it on the server under its title, and open it."""
        self.served.save(document["title"], document)
        self.open(document["title"])

    def tab(self, name: str) -> Locator:
        return self.page.get_by_role("tab", name=re.compile(rf"^{re.escape(name)}(\s|$)"))

    def undo(self) -> None:
        self.press("Control+z")

    def redo(self) -> None:
        self.press("Control+Shift+z")

    def run(self) -> None:
        self.button("Run").click()

    # what is kept

    def document(self, name: str | None = None) -> Document:
        """What is saved, once all is saved: the workflow that is seen, or the one of a name."""
        self.saved()
        return self.served.document(name or self._seen())

    def saved(self) -> None:
        """Wait until the server has everything."""
        self.press("Control+s")
        expect(self.page.get_by_role("banner").get_by_text(SAVED)).to_be_visible()

    def copied(self) -> str:
        """Copy what is selected, and look at the clipboard."""
        self.press("Control+c")
        return str(self.page.evaluate("() => navigator.clipboard.readText()"))

    def _seen(self) -> str:
        names = until(self.served.saved, "something is saved")
        seen = self.page.get_by_role("tab", selected=True).first.inner_text()
        return str(names[0] if len(names) == 1 else max(filter(seen.startswith, names), key=len))

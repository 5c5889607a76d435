"""Fingers: pan, pinch, drag a node, draw a wire, a long touch for the menu."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web.drawn import plain
from tests.web.editor import Editor, Spot


class Fingers:
    """On a touch screen, by the protocol of the browser."""

    def __init__(self, editor: Editor) -> None:
        self._protocol = editor.page.context.new_cdp_session(editor.page)

    def slide(self, *ways: tuple[Spot, Spot], steps: int = 10) -> None:
        """Each finger from one spot to another, all at once."""
        self._send("touchStart", [start for start, _ in ways])
        for step in range(1, steps + 1):
            self._send("touchMove", [_between(start, end, step / steps) for start, end in ways])
        self._send("touchEnd", [])

    def hold(self, spot: Spot) -> None:
        self._send("touchStart", [spot])

    def let_go(self) -> None:
        self._send("touchEnd", [])

    def _send(self, kind: str, spots: list[Spot]) -> None:
        points = [{"x": x, "y": y, "id": at} for at, (x, y) in enumerate(spots)]
        self._protocol.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def _between(start: Spot, end: Spot, share: float) -> Spot:
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


@pytest.fixture
def editor(browser, served, complaints) -> Iterator[Any]:
    context = browser.new_context(
        viewport={"width": 1200, "height": 800}, has_touch=True, reduced_motion="reduce"
    )
    context.on("page", complaints.listen)
    page = context.new_page()
    page.goto(served.link())
    editor = Editor(page, served)
    editor.ready()
    expect(editor.nodes).to_have_count(6)
    yield editor
    context.close()


def test_one_finger_pans(editor: Editor):
    before = editor.box(editor.node("Sample"))
    x, y = editor.empty_spot()
    Fingers(editor).slide(((x, y), (x - 60, y - 40)))
    after = editor.box(editor.node("Sample"))
    assert abs(after["x"] - before["x"] + 60) < 12 and abs(after["y"] - before["y"] + 40) < 12


def test_two_fingers_zoom(editor: Editor):
    before = editor.box(editor.node("Sample"))
    x, y = editor.empty_spot((300, 600))  # below the nodes, where there is room for two fingers
    Fingers(editor).slide(((x - 40, y), (x - 80, y)), ((x + 40, y), (x + 80, y)))
    assert editor.box(editor.node("Sample"))["width"] > 1.5 * before["width"]


def test_a_node_is_dragged(editor: Editor):
    before = editor.document()["layout"]["sample"]
    x, y = editor.header("Sample")
    Fingers(editor).slide(((x, y), (x + 30, y + 80)))
    after = editor.document()["layout"]["sample"]
    assert after[1] > before[1] and editor.served.document("First picture")["layout"]


def test_a_wire_is_drawn(editor: Editor):
    start = editor.middle(editor.port("Encode text", "conditioning", "output"))
    end = editor.middle(editor.port("Sample", "negative", "input"))
    Fingers(editor).slide((start, end))
    wires = editor.document()["nodes"]["sample"]["wires"]
    assert wires["negative"] == "prompt.conditioning"


def test_a_wire_is_made_by_two_taps(editor: Editor):
    editor.page.touchscreen.tap(
        *editor.middle(editor.port("Encode text", "conditioning", "output"))
    )
    editor.page.touchscreen.tap(*editor.middle(editor.port("Sample", "negative", "input")))
    wires = editor.document()["nodes"]["sample"]["wires"]
    assert wires["negative"] == "prompt.conditioning"


def test_a_long_touch_opens_the_menu_of_what_is_there(editor: Editor):
    fingers = Fingers(editor)
    fingers.hold(editor.header("Sample"))
    expect(editor.page.get_by_role("menu")).to_be_visible()
    fingers.let_go()
    expect(editor.page.get_by_role("menu")).to_be_visible()


def test_nothing_that_can_be_pressed_waits_for_a_pointer_to_be_seen(editor: Editor):
    hover = {"features": [{"name": "hover", "value": "none"}]}
    protocol = editor.page.context.new_cdp_session(editor.page)
    protocol.send("Emulation.setEmulatedMedia", hover)
    editor.show(plain("Seen"))
    editor.select("Solid image", "Blur image")
    editor.press("Control+g")
    frame = editor.canvas.get_by_role("region", name="Frame", exact=True)
    seen = "button => getComputedStyle(button).opacity"
    for name in ("Take the frame away, keep its nodes", "Run the frame"):
        assert frame.get_by_role("button", name=name).evaluate(seen) == "1"
    assert editor.button("Help for Preview image").evaluate(seen) == "1"


def test_two_fingers_zoom_a_picture(editor: Editor):
    editor.show(plain("Pinched", "#446688"))
    editor.run()
    editor.has_pictures("Preview image")
    editor.node("Preview image").get_by_role("button", name="Picture of Preview image").tap()
    picture = editor.dialog("Preview image").get_by_role("img", name="Picture of Preview image")
    before = editor.box(picture)["width"]
    x, y = editor.middle(picture)
    Fingers(editor).slide(((x - 40, y), (x - 80, y)), ((x + 40, y), (x + 80, y)))
    after = editor.box(picture)
    assert abs(after["width"] / before - 2) < 0.1
    assert abs(after["x"] + after["width"] / 2 - x) < 10

"""Five hundred random gestures by mouse and keys, then all undone, then all done again."""

import json
import math
import random
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.web.drawn import example
from tests.web.editor import Editor
from tests.web.served import Document

GESTURES = 500
ADDED = ["Blur image", "Encode text", "Empty latent", "Load VAE", "VAE encode", "Number"]
NONE_FITS = "No node fits here."


class Restless:
    """Somebody who does whatever comes to mind."""

    def __init__(self, editor: Editor, seed: int) -> None:
        self.editor, self.chance = editor, random.Random(seed)
        self.canvas = editor.box(editor.canvas)
        self.gestures: list[Callable[[], None]] = [
            self.drag_a_node,
            self.drag_a_node,
            self.draw_a_wire,
            self.draw_a_wire,
            self.add_a_node,
            self.delete_a_node,
            self.press_a_key,
            self.press_a_key,
            self.box_some,
            self.cut_across,
            self.copy_and_paste,
            self.undo_or_redo,
        ]

    def act(self) -> None:
        self.chance.choice(self.gestures)()

    def drag_a_node(self) -> None:
        grips = self._grips()
        if grips:
            start = self.chance.choice(grips)
            self.editor.drag(start, self._near(start), steps=3)

    def draw_a_wire(self) -> None:
        outputs = self._ports("output")
        inputs = self._ports("input")
        if outputs and inputs:
            start, end = self.chance.choice(outputs), self.chance.choice(inputs)
            self.editor.drag(start, end, steps=4)
            self._close()

    def add_a_node(self) -> None:
        self.editor.mouse.dblclick(*self._spot())
        dialog = self.editor.dialog("Add node")
        if dialog.count():
            dialog.get_by_role("combobox").fill(self.chance.choice(ADDED))
            answer = dialog.get_by_role("option").or_(dialog.get_by_text(NONE_FITS))
            expect(answer.first).to_be_visible()  # on a wire there are only nodes that fit into it
            self.editor.press("Enter")
        self._close()

    def delete_a_node(self) -> None:
        grips = self._grips()
        if len(grips) > 3:
            self.editor.mouse.click(*self.chance.choice(grips))
            self.editor.press(self.chance.choice(["Delete", "Control+Delete"]))

    def press_a_key(self) -> None:
        keys = ["Control+m", "Control+b", "Control+a", "Control+g", "Shift+l", "Escape", "f"]
        self.editor.press(self.chance.choice(keys))

    def box_some(self) -> None:
        start = self.editor.empty_spot(self._spot())
        self.editor.keys.down("Shift")
        self.editor.drag(start, self._spot(), steps=3)
        self.editor.keys.up("Shift")

    def cut_across(self) -> None:
        self.editor.keys.down("Alt")
        self.editor.drag(self._spot(), self._spot(), steps=4)
        self.editor.keys.up("Alt")

    def copy_and_paste(self) -> None:
        self.editor.press("Control+c", "Control+v")

    def undo_or_redo(self) -> None:
        self.editor.press(self.chance.choice(["Control+z", "Control+Shift+z"]))

    def _grips(self) -> list[tuple[float, float]]:
        """Where the nodes can be taken, looked at all at once: the camera may be on its way."""
        return _spots(self.editor.nodes, 14)

    def _ports(self, side: str) -> list[tuple[float, float]]:
        spots = _spots(self.editor.canvas.locator(f"[role=button][aria-label$=' {side}']"))
        return self.chance.sample(spots, min(3, len(spots)))

    def _spot(self) -> tuple[float, float]:
        box = self.canvas
        x = box["x"] + box["width"] * self.chance.uniform(0.1, 0.9)
        return x, box["y"] + box["height"] * self.chance.uniform(0.1, 0.9)

    def _near(self, spot: tuple[float, float]) -> tuple[float, float]:
        there = self._spot()
        return (2 * spot[0] + there[0]) / 3, (2 * spot[1] + there[1]) / 3

    def _close(self) -> None:
        if self.editor.page.get_by_role("dialog").count():
            self.editor.press("Escape")


def _spots(things: Locator, down: float = math.inf) -> list[tuple[float, float]]:
    """The middles of what is seen, at most so many points of the canvas below their upper edges."""
    boxes = things.evaluate_all(
        """all => all
            .filter(one => getComputedStyle(one).visibility === "visible")
            .map(one => one.getBoundingClientRect())
            .map(({x, y, width, height}) => [x, y, width, height])"""
    )
    zoomed = [(x, y, width, height, down * width / 240) for x, y, width, height in boxes]
    return [(x + width / 2, y + min(at, height / 2)) for x, y, width, height, at in zoomed]


def plain(document: Document) -> str:
    """To compare: as the file has it, in any order of what has none."""
    return json.dumps(document, sort_keys=True)


def all_of(editor: Editor, keys: str) -> Document:
    """What is there once these keys change nothing more."""
    before, now = None, editor.document()
    while now != before:
        before = now
        editor.press(*[keys] * 100)
        now = editor.document()
    return now


def test_after_500_gestures_undo_all_is_the_start_and_redo_all_the_end(editor: Editor):
    hands = Restless(editor, seed=1)
    for _ in range(GESTURES):
        hands.act()
    end = all_of(editor, "Control+Shift+z")  # what the last gestures may have undone
    assert plain(end) != plain(example("first-picture"))
    assert plain(all_of(editor, "Control+z")) == plain(example("first-picture"))
    assert plain(all_of(editor, "Control+Shift+z")) == plain(end)

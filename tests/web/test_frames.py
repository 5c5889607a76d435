"""Frames: boxes around nodes, with a title and a colour, that do something."""

import re

from playwright.sync_api import Locator, expect

from tests.web.drawn import plain
from tests.web.editor import Editor
from tests.web.served import until


def framed(editor: Editor, title: str, colour: str = "#336699") -> Locator:
    """A frame around the first two of three nodes."""
    editor.show(plain(title, colour))
    editor.select("Solid image", "Blur image")
    editor.press("Control+g")
    frame = editor.canvas.get_by_role("region", name="Frame", exact=True)
    expect(frame).to_be_visible()
    return frame


def test_a_frame_runs_what_it_holds_and_nothing_else(editor: Editor):
    framed(editor, "Framed run", "#0b0c01").get_by_role("button", name="Run the frame").click()
    expect(editor.badge("Blur image")).to_contain_text(re.compile(r"\d s|reused"))
    until(lambda: editor.served.states("Framed run") == ["done"], "it is done")
    expect(editor.picture("Preview image")).to_have_count(0)
    (run,) = [one for one in editor.served.runs() if one["title"] == "Framed run"]
    assert editor.served.ask("GET", f"/v1/runs/{run['run']}")["targets"] == ["blur"]


def test_a_frame_has_a_title_and_a_colour_of_ones_own(editor: Editor):
    frame = framed(editor, "Framed looks")
    looks = "e => getComputedStyle(e).backgroundColor"
    before = frame.evaluate(looks)
    frame.get_by_role("button", name="Another colour").click()
    until(lambda: frame.evaluate(looks) != before, "it has another colour")
    frame.get_by_role("button", name="Frame", exact=True).dblclick()
    field = editor.page.get_by_role("textbox", name="Title of the frame")
    field.fill("Backdrop")
    field.press("Enter")
    expect(editor.canvas.get_by_role("region", name="Backdrop", exact=True)).to_be_visible()
    (kept,) = editor.document()["editor"]["frames"].values()
    assert kept["title"] == "Backdrop" and kept["colour"] == "green"


def test_a_frame_is_taken_away_and_leaves_its_nodes(editor: Editor):
    frame = framed(editor, "Framed no more")
    frame.get_by_role("button", name="Take the frame away, keep its nodes").click()
    expect(frame).to_have_count(0)
    expect(editor.nodes).to_have_count(3)
    assert "editor" not in editor.document()


def test_a_node_that_is_dropped_into_a_frame_goes_with_it_and_out_again(editor: Editor):
    frame = framed(editor, "Framed late")
    held = lambda: next(iter(editor.document()["editor"]["frames"].values()))["nodes"]  # noqa: E731
    x, y = editor.header("Preview image")
    box = editor.box(frame)
    editor.drag((x, y), (box["x"] + box["width"] / 2, box["y"] + 60))
    assert "show" in held()


def test_a_folded_frame_keeps_the_wires_that_leave_it(editor: Editor):
    frame = framed(editor, "Framed folded")
    expect(editor.wires).to_have_count(2)
    frame.get_by_role("button", name="Fold the frame", exact=True).click()
    expect(editor.nodes).to_have_count(1)
    expect(editor.wires).to_have_count(1)
    editor.run()
    editor.has_pictures("Preview image")


def test_between_the_nodes_of_a_frame_the_canvas_is_taken_hold_of(editor: Editor):
    frame = framed(editor, "Framed ground")
    box, node = editor.box(frame), editor.box(editor.node("Blur image"))
    x, y = node["x"] + 20, box["y"] + box["height"] - 20
    assert node["y"] + node["height"] < y
    editor.drag((x, y), (x + 70, y - 40))
    until(lambda: editor.box(frame)["x"] - box["x"] > 50, "what is seen has moved")
    x, y = x + 70, y - 40
    editor.mouse.click(x, y, button="right")
    expect(editor.page.get_by_role("menuitem", name="Add a node")).to_be_visible()
    editor.press("Escape")
    editor.mouse.dblclick(x, y)
    expect(editor.dialog("Add node")).to_be_visible()


def test_a_frame_is_renamed_by_keys(editor: Editor):
    frame = framed(editor, "Framed keys")
    frame.get_by_role("button", name="Frame", exact=True).focus()
    editor.press("F2")
    editor.keys.type("By keys")
    editor.press("Enter")
    expect(editor.canvas.get_by_role("region", name="By keys", exact=True)).to_be_visible()

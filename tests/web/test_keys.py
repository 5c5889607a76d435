"""The keys people know from elsewhere: each is listed, and each does what is listed."""

import re

import pytest
from playwright.sync_api import expect

from tests.web.drawn import slow
from tests.web.editor import A_RUN_MS, Editor
from tests.web.served import until

LISTED = {
    "Run": ["Ctrl+Enter"],
    "Run next": ["Ctrl+Shift+Enter"],
    "Stop": ["Ctrl+Alt+Enter"],
    "Add a node": ["Space", "Shift+A"],
    "Undo": ["Ctrl+Z"],
    "Redo": ["Ctrl+Shift+Z"],
    "Mute": ["Ctrl+M"],
    "Bypass": ["Ctrl+B"],
    "Frame": ["Ctrl+G"],
    "Make a node of these": ["Ctrl+Shift+E"],
    "Show the selection, or all": ["F", "."],
    "Commands": ["Ctrl+K"],
    "Save": ["Ctrl+S"],
    "Copy": ["Ctrl+C"],
    "Paste": ["Ctrl+V"],
    "Paste with its wires": ["Ctrl+Shift+V"],
    "All keys": ["?"],
}


def test_all_of_them_are_listed_with_what_the_mouse_does(editor: Editor):
    editor.rest()
    editor.press("?")
    dialog = editor.dialog("All keys")
    for name, keys in LISTED.items():
        row = dialog.get_by_role("listitem").filter(has=editor.page.get_by_text(name, exact=True))
        for one in keys:
            expect(row.get_by_text(one, exact=True)).to_be_attached()
    for gesture in ("Alt + drag on empty canvas", "Double-click on empty canvas"):
        expect(dialog.get_by_text(gesture)).to_be_attached()


def test_the_palette_holds_every_command_that_has_a_row_among_the_keys(editor: Editor):
    editor.rest()
    editor.press("?")
    rows = editor.dialog("All keys").locator(".key-name")
    expect(rows.first).to_be_visible()
    listed = set(rows.all_inner_texts())
    editor.press("Escape", "Control+k")
    offered = editor.dialog("Commands").get_by_role("option")
    expect(offered.first).to_be_visible()
    names = set(offered.locator(".search-text").all_inner_texts())
    assert len(listed) > 60 and listed - names == {"Commands"}


@pytest.mark.parametrize("keys", ["Space", "Shift+A"])
def test_a_node_is_added_where_the_pointer_is(editor: Editor, keys: str):
    spot = editor.empty_spot()
    editor.mouse.click(*spot)
    editor.press(keys)
    editor.choose("Number")
    box = editor.box(editor.node("Number"))
    assert abs(box["x"] + box["width"] / 2 - spot[0]) < 20


@pytest.mark.parametrize("keys", ["f", "."])
def test_what_is_selected_is_shown_large_and_all_where_nothing_is(editor: Editor, keys: str):
    all_seen = editor.box(editor.node("Sample"))["width"]
    editor.select("Sample")
    editor.press(keys)
    until(lambda: editor.box(editor.node("Sample"))["width"] > 1.2 * all_seen, "it is near")
    editor.press("Escape", keys)
    until(lambda: abs(editor.box(editor.node("Sample"))["width"] - all_seen) < 2, "all is seen")


def test_a_run_is_begun_and_stopped(editor: Editor):
    editor.show(slow("By keys", seed=611))
    editor.press("Control+Enter")
    expect(editor.badge("Sample")).to_contain_text(re.compile(r"step \d"), timeout=A_RUN_MS)
    editor.press("Control+Alt+Enter")
    until(lambda: editor.served.states("By keys") == ["cancelled"], "it is stopped")


def test_keys_do_the_same_inside_a_field_where_they_write_nothing(editor: Editor):
    prompt = editor.page.get_by_role("textbox", name="Encode text text", exact=True)
    prompt.click()
    editor.press("Control+End")
    editor.keys.type(" f.")
    editor.press("Control+s")
    until(lambda: editor.served.saved() == ["First picture"], "it is saved")
    text = editor.served.document("First picture")["nodes"]["prompt"]["values"]["text"]
    assert text.endswith(" f.")

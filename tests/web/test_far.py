"""Graphs so large that they are seen from afar: they are painted, and one comes near anywhere."""

from playwright.sync_api import expect

from tests.web.drawn import chain
from tests.web.editor import Editor


def find(editor: Editor, id: str) -> None:
    editor.press("Control+f")
    editor.dialog("Find").get_by_role("combobox").fill(id)
    expect(editor.dialog("Find").get_by_role("option").first).to_contain_text(id)
    editor.press("Enter")


def test_find_comes_near_at_once_also_after_a_reload(editor: Editor):
    editor.served.save("Far", chain(400, "Far"))
    editor.open("Far")
    expect(editor.canvas.locator("canvas.overview")).to_be_visible()
    editor.page.reload()
    editor.ready()
    expect(editor.canvas.locator("canvas.overview")).to_be_visible()
    find(editor, "n399")
    expect(editor.canvas.locator("article[data-selected]")).to_be_in_viewport()


def test_with_the_wheel_one_goes_far_away_and_comes_back_to_the_same_place(editor: Editor):
    before = editor.box(editor.node("Sample"))
    editor.mouse.move(*editor.middle(editor.canvas))
    for _ in range(12):
        editor.mouse.wheel(0, 200)
    expect(editor.canvas.locator("canvas.overview")).to_be_visible()
    expect(editor.nodes).to_have_count(0)
    for _ in range(12):
        editor.mouse.wheel(0, -200)
    expect(editor.nodes).to_have_count(6)
    after = editor.box(editor.node("Sample"))
    assert abs(after["x"] - before["x"]) < 3 and abs(after["width"] - before["width"]) < 3


def test_afar_nodes_are_selected_and_deleted_too(editor: Editor):
    editor.served.save("Far", chain(400, "Far"))
    editor.open("Far")
    expect(editor.canvas.locator("canvas.overview")).to_be_visible()
    editor.press("Control+a", "Delete")
    assert editor.document("Far")["nodes"] == {}
    editor.undo()
    assert len(editor.document("Far")["nodes"]) == 400

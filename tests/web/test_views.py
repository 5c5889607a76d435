"""Places that are kept in a workflow, to come back to by a digit."""

from playwright.sync_api import expect

from tests.web.editor import Editor


def test_a_view_is_kept_and_gone_to_by_its_digit(editor: Editor):
    editor.rest()
    editor.press("Shift+1")
    before = editor.box(editor.node("Sample"))
    editor.press("+", "+", "+")
    assert editor.box(editor.node("Sample"))["width"] > before["width"]
    editor.press("1")
    after = editor.box(editor.node("Sample"))
    assert abs(after["x"] - before["x"]) < 2 and abs(after["width"] - before["width"]) < 2


def test_as_often_as_plus_is_pressed_so_much_nearer_one_is(editor: Editor):
    editor.rest()
    editor.press("-", "-")
    before = editor.box(editor.node("VAE decode"))["width"]
    editor.press("+", "+", "+")
    after = editor.box(editor.node("VAE decode"))["width"]
    assert abs(after / before - 1.25**3) < 0.02


def test_a_view_is_taken_away_by_its_menu_and_that_is_undone(editor: Editor):
    editor.rest()
    editor.press("Shift+1", "Shift+2")
    editor.button("Go to view 1").click(button="right")
    editor.page.get_by_role("menuitem", name="Take view 1 away").click()
    expect(editor.button("Go to view 1")).to_have_count(0)
    expect(editor.button("Go to view 2")).to_be_visible()
    editor.rest()
    editor.undo()
    expect(editor.button("Go to view 1")).to_be_visible()

"""What somebody writes: it is theirs while they write, and kept wherever they look meanwhile."""

from playwright.sync_api import Locator, expect

from tests.web.drawn import node, plain, slow, workflow
from tests.web.editor import A_RUN_MS, Editor

# as an input method says that Enter took a word and is not meant for the page
COMPOSING = """field => field.dispatchEvent(
  new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true }))"""


def far_away_and_back(editor: Editor) -> None:
    """By the wheel alone: what has the focus keeps it until it is not there any more."""
    editor.mouse.move(*editor.empty_spot())
    for _ in range(12):
        editor.mouse.wheel(0, 400)
    expect(editor.canvas.locator("canvas.overview")).to_be_visible()
    editor.fit()


def name_field(editor: Editor, title: str) -> Locator:
    return editor.page.get_by_role("textbox", name=f"Name of {title}", exact=True)


def test_a_note_is_kept_that_one_looked_away_from_while_writing(editor: Editor):
    editor.add("Note")
    editor.node("Note").dblclick()
    editor.keys.type("A long thought")
    far_away_and_back(editor)
    expect(editor.node("Note")).to_contain_text("A long thought")
    assert editor.document()["nodes"]["note"]["values"]["text"] == "A long thought"


def test_writing_a_note_is_one_step_to_undo(editor: Editor):
    editor.show(workflow("Note", note=node("note", text="Before")))
    editor.node("Note").dblclick()
    field = editor.node("Note").get_by_role("textbox")
    for words in ("After", "After all", "After all that"):
        field.fill(words)
        expect(editor.page.get_by_role("banner")).to_contain_text("Saved")
    editor.press("Escape")
    expect(editor.node("Note")).to_contain_text("After all that")
    editor.undo()
    expect(editor.node("Note")).to_contain_text("Before")


def test_a_number_is_taken_that_one_looked_away_from_while_typing(editor: Editor):
    steps = editor.page.get_by_role("spinbutton", name="Sample steps", exact=True)
    steps.click()
    editor.keys.type("33")
    far_away_and_back(editor)
    expect(steps).to_have_value("33")


def test_a_name_is_written_in_peace_while_the_node_works(editor: Editor):
    editor.show(slow("Busy"))
    editor.run()
    expect(editor.badge("Sample")).to_contain_text("of 150", timeout=A_RUN_MS)
    editor.node("Sample").locator(".title").dblclick()
    for letter in "My own":
        before = editor.badge("Sample").inner_text()
        editor.keys.type(letter)
        expect(editor.badge("Sample")).not_to_have_text(before)
    editor.press("Enter")
    expect(editor.node("My own")).to_be_visible()
    editor.button("Stop").click()


def test_the_enter_that_ends_a_composed_word_does_not_end_the_name(editor: Editor):
    editor.show(plain("Composed"))
    editor.node("Blur image").locator(".title").dblclick()
    field = name_field(editor, "Blur image")
    field.fill("に")
    field.evaluate(COMPOSING)
    expect(field).to_be_visible()
    editor.press("Enter")
    expect(editor.node("に")).to_be_visible()


def test_a_node_is_renamed_by_keys_and_has_the_focus_again(editor: Editor):
    editor.show(plain("Named"))
    editor.select("Blur image")
    editor.press("F2")
    expect(name_field(editor, "Blur image")).to_be_focused()
    editor.keys.type("Softer")
    editor.press("Enter")
    expect(editor.node("Softer")).to_be_visible()
    expect(editor.page.locator(":focus")).to_have_attribute("data-id", "blur")
    editor.press("F2")
    editor.keys.type("Never mind")
    editor.press("Escape")
    assert editor.document("Named")["nodes"]["blur"]["title"] == "Softer"


def test_a_node_far_away_comes_near_to_be_renamed(editor: Editor):
    editor.select("Sample")
    editor.mouse.move(*editor.empty_spot())
    for _ in range(12):
        editor.mouse.wheel(0, 400)
    expect(editor.canvas.locator("canvas.overview")).to_be_visible()
    editor.press("F2")
    editor.keys.type("Brush")
    editor.press("Enter")
    expect(editor.node("Brush")).to_be_in_viewport()


def test_a_note_is_written_by_keys(editor: Editor):
    editor.show(workflow("Keys", note=node("note", text="Old")))
    editor.select("Note")
    editor.press("F2")
    expect(editor.node("Note").get_by_role("textbox")).to_be_focused()
    editor.press("Control+a")
    editor.keys.type("New")
    editor.press("Escape")
    expect(editor.node("Note")).to_contain_text("New")


def test_a_field_has_the_menu_of_the_browser(editor: Editor):
    editor.page.evaluate("addEventListener('contextmenu', e => (window.own = !e.defaultPrevented))")
    editor.page.get_by_role("textbox", name="Encode text text", exact=True).click(button="right")
    assert editor.page.evaluate("window.own") is True
    expect(editor.page.get_by_role("menu")).to_have_count(0)

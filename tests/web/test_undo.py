"""Whatever is changed and seen is one step back and one step forth again."""

import re
from collections.abc import Callable

from tests.web.drawn import node, plain, workflow
from tests.web.editor import Editor


def a_title(editor: Editor) -> None:
    editor.mouse.dblclick(*editor.header("Sample"))
    editor.page.get_by_role("textbox", name="Name of Sample").fill("First pass")
    editor.press("Enter")


def a_choice(editor: Editor) -> None:
    editor.page.get_by_role("combobox", name="Sample sampler", exact=True).click()
    editor.page.get_by_role("option", name="heun", exact=True).click()


def a_size(editor: Editor) -> None:
    """Two values at once."""
    editor.node("Empty latent").hover()
    editor.button("Sizes for Empty latent width").click()
    editor.page.get_by_role("option").filter(has_text="512 × 768").click()


def a_seed(editor: Editor) -> None:
    editor.node("Sample").hover()
    editor.button("New random Sample seed").click()


def a_lock(editor: Editor) -> None:
    editor.node("Sample").hover()
    editor.button("Sample seed stays as it is").click()


def a_fold(editor: Editor) -> None:
    editor.button("Fold Sample").click()


def more_rows(editor: Editor) -> None:
    editor.node("Sample").get_by_role("button", name=re.compile(r"^\d+ more$")).click()


def a_frame(editor: Editor) -> None:
    editor.select("Sample", "VAE decode")
    editor.press("Control+g")


def a_view(editor: Editor) -> None:
    editor.rest()
    editor.press("Shift+3")


def a_mode(editor: Editor) -> None:
    editor.select("Sample", "VAE decode")
    editor.press("Control+b")


def a_copy(editor: Editor) -> None:
    editor.select("Encode text")
    editor.press("Control+d")


def a_wire_less(editor: Editor) -> None:
    x, y = editor.middle(editor.port("Save image", "image", "input"))
    editor.drag((x - 16, y), editor.empty_spot((1300, 700)))


def nodes_less(editor: Editor) -> None:
    editor.select("Sample", "VAE decode")
    editor.press("Delete")


def nodes_out_of_wires(editor: Editor) -> None:
    editor.select("VAE decode")
    editor.press("Control+Shift+x")


def one_of_two(editor: Editor) -> None:
    editor.select("Sample", "VAE decode")
    editor.press("Control+Shift+e")


def a_keystroke_s_width(editor: Editor) -> None:
    editor.select("Sample")
    editor.press("ArrowDown")


CHANGES: list[Callable[[Editor], None]] = [
    a_title,
    a_choice,
    a_size,
    a_seed,
    a_lock,
    a_fold,
    more_rows,
    a_frame,
    a_view,
    a_mode,
    a_copy,
    a_wire_less,
    nodes_less,
    nodes_out_of_wires,
    one_of_two,
    a_keystroke_s_width,
]


def test_a_change_is_one_step_back_and_one_forth(editor: Editor):
    before = editor.document()
    for change in CHANGES:
        change(editor)
        after = editor.document()
        assert after != before, change.__name__
        editor.rest()
        editor.undo()
        assert editor.document() == before, change.__name__
        editor.redo()
        assert editor.document() == after, change.__name__
        editor.undo()
        assert editor.document() == before, change.__name__


def test_a_note_that_is_made_larger_by_its_first_corner_is_one_step(editor: Editor):
    editor.show(workflow("Corner", note=node("note", text="Large"), blur=node("blur_image")))
    before = editor.document()
    editor.select("Note")
    x, y = editor.middle(editor.node("Note").locator(".handle.top.left"))
    editor.drag((x, y), (x - 60, y - 40), steps=8)
    after = editor.document()
    assert after["layout"]["note"] == [-60, -40] and after["layout"]["blur"] == [320, 0]
    editor.undo()
    assert editor.document() == before


def test_a_node_that_is_deleted_in_mid_drag_leaves_nothing_behind(editor: Editor):
    editor.show(plain("Gone"))
    before = editor.document()
    x, y = editor.header("Blur image")
    editor.mouse.move(x, y)
    editor.mouse.down()
    editor.mouse.move(x + 50, y + 60, steps=4)
    editor.press("Delete")
    editor.mouse.move(x + 70, y + 80, steps=4)
    editor.mouse.up()
    assert sorted(editor.document()["layout"]) == ["fill", "show"]
    editor.undo()
    assert editor.document() == before

"""The outline: the workflow as a tree, in step with the canvas, that builds and wires by keys."""

import re

from playwright.sync_api import Locator, expect

from tests.web.editor import Editor


def outline(editor: Editor) -> Locator:
    if not editor.page.get_by_role("region", name="Outline").count():
        editor.command("Outline")
    return editor.page.get_by_role("region", name="Outline")


def row(editor: Editor, name: str) -> Locator:
    return outline(editor).get_by_role("treeitem", name=re.compile(f"^{name}"))


def test_it_lists_every_node_in_the_order_they_run(editor: Editor):
    tree = outline(editor).get_by_role("tree")
    for title in ("Load model", "Encode text", "Sample", "VAE decode", "Save image"):
        expect(tree.get_by_role("treeitem", name=re.compile(f"^{title}")).first).to_be_visible()
    text = tree.inner_text()
    assert text.index("Load model") < text.index("Sample") < text.index("Save image")


def test_what_is_selected_in_one_is_selected_in_the_other(editor: Editor):
    row(editor, "Sample").first.click()
    expect(editor.canvas.locator("article[data-selected]")).to_have_count(1)
    editor.select("Save image")
    expect(row(editor, "Save image").first).to_have_attribute("aria-selected", "true")


def test_a_node_that_is_added_or_deleted_is_so_in_both(editor: Editor):
    outline(editor)
    editor.add("Blur image")
    expect(row(editor, "Blur image").first).to_be_visible()
    row(editor, "Blur image").first.click()
    editor.press("Delete")
    expect(editor.node("Blur image")).to_have_count(0)


def test_a_port_is_wired_by_words(editor: Editor):
    editor.add("VAE encode")
    row(editor, "VAE encode").first.click()
    editor.press("ArrowRight")
    row(editor, "vae input").last.focus()
    row(editor, "vae input").last.press("Enter")
    dialog = editor.page.get_by_role("dialog", name=re.compile("^Wire .* to VAE encode vae"))
    dialog.get_by_role("combobox").fill("Load model")
    editor.press("Enter")
    wires = [n.get("wires") for n in editor.document()["nodes"].values()]
    assert {"vae": "model.vae"} in wires

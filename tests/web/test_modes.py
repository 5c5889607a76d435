"""Nodes that are left out: a muted one does nothing, a bypassed one passes on what comes in."""

from playwright.sync_api import Locator, expect

from tests.web.drawn import node, plain
from tests.web.editor import Editor


def rows(editor: Editor, title: str) -> Locator:
    """What the menu of a node offers."""
    editor.mouse.click(*editor.header(title), button="right")
    return editor.page.get_by_role("menuitem")


def test_a_muted_node_does_not_run_and_the_others_do(editor: Editor):
    document = plain("Half muted", "#0a0b0e")
    document["nodes"]["other"] = node("preview_image", {"image": "fill.image"}) | {"title": "Other"}
    document["layout"]["other"] = [640, 420]
    editor.show(document)
    rows(editor, "Preview image").filter(has_text="Mute").click()
    expect(editor.node("Preview image")).to_contain_text("muted")
    editor.run()
    editor.has_pictures("Other")
    expect(editor.picture("Preview image")).to_have_count(0)


def test_what_is_muted_is_asked_for_again_when_it_is_not(editor: Editor):
    editor.show(plain("Muted once", "#0a0b0f"))
    editor.select("Preview image")
    editor.press("Control+m", "Control+m")
    editor.run()
    editor.has_pictures("Preview image")


def test_a_bypassed_node_changes_nothing_of_what_it_passes_on(editor: Editor):
    document = plain("Bypassed", "#102030")
    document["nodes"]["blur"] = node("invert_image", {"image": "fill.image"})
    editor.show(document)
    rows(editor, "Invert image").filter(has_text="Bypass").click()
    editor.run()
    editor.has_pictures("Preview image")
    (asset,) = editor.picture("Preview image").evaluate_all("all => all.map(one => one.src)")
    seen = editor.page.evaluate(FIRST_PIXEL, asset)
    # as near as a small copy of it is
    assert all(abs(a - b) < 6 for a, b in zip(seen, (0x10, 0x20, 0x30), strict=True))


FIRST_PIXEL = """async address => {
  const picture = await createImageBitmap(await (await fetch(address)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
  canvas.drawImage(picture, 0, 0);
  return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""

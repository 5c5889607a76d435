"""A picture as large as the window: nearer, further, the next one, and what made it."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.web.drawn import node, workflow
from tests.web.editor import Editor
from tests.web.served import Document, until


def painted(title: str, colour: str, seed: int) -> Document:
    return workflow(
        title,
        fill=node("solid_image", width=64, height=48, colour=colour),
        mask=node("solid_mask", width=64, height=48),
        fill_in=node("fill_masked", {"image": "fill.image", "mask": "mask.mask"}, seed=seed),
        save=node("save_image", {"image": "fill_in.image"}),
    )


@pytest.fixture
def looked(editor: Editor) -> Editor:
    """Two runs made a picture each, and the newer one is looked at."""
    for title, colour, seed in (("Older", "#402010", 11), ("Newer", "#104020", 4242)):
        body = {"workflow": painted(title, colour, seed), "set": {"fill_in.fill": "noise"}}
        editor.served.ask("POST", "/v1/runs", body)
        until(lambda: editor.served.states(title)[0] == "done", "it is done")  # noqa: B023
    editor.queue.get_by_role("button", name=re.compile("Newer,")).first.click()
    expect(picture(editor, "Newer")).to_be_visible()
    until(lambda: picture(editor, "Newer").evaluate("e => e.naturalWidth") == 64, "it is there")
    return editor


def picture(editor: Editor, title: str) -> Locator:
    return editor.dialog(title).get_by_role("img", name=f"Picture of {title}")


def shown(editor: Editor) -> tuple[float, float, float]:
    """Where it is, and how large."""
    box = editor.box(picture(editor, "Newer"))
    return box["x"], box["y"], box["width"]


def test_arrow_keys_and_buttons_go_from_picture_to_picture(looked: Editor):
    looked.press("ArrowRight")
    expect(picture(looked, "Older")).to_be_visible()
    looked.press("ArrowLeft")
    expect(picture(looked, "Newer")).to_be_visible()
    expect(looked.button("Newer picture")).to_have_count(0)
    looked.button("Older picture").click()
    expect(picture(looked, "Older")).to_be_visible()
    looked.button("Newer picture").click()
    expect(picture(looked, "Newer")).to_be_visible()


def test_one_comes_nearer_and_goes_away_by_keys_and_buttons(looked: Editor):
    _, _, whole = shown(looked)
    looked.press("1")
    assert shown(looked)[2] == 64
    looked.press("+")
    assert shown(looked)[2] == 80
    expect(looked.dialog("Newer").get_by_text("125 %")).to_be_visible()
    looked.button("Further away").click()
    assert shown(looked)[2] == 64
    looked.press("0")
    assert shown(looked)[2] == whole > 64
    looked.button("Closer").click()
    assert shown(looked)[2] > whole


def test_the_wheel_zooms_where_the_pointer_is_and_a_drag_moves_it(looked: Editor):
    looked.press("1")
    x, y, width = shown(looked)
    looked.mouse.move(x, y)
    looked.mouse.wheel(0, -400)
    near = shown(looked)
    assert near[2] > 2 * width
    assert abs(near[0] - x) < 1 and abs(near[1] - y) < 1  # the corner under the pointer stayed
    looked.drag((x + 20, y + 20), (x + 70, y + 50))
    after = shown(looked)
    assert abs(after[0] - near[0] - 50) < 1 and abs(after[1] - near[1] - 30) < 1


def test_the_seed_of_a_picture_is_copied(looked: Editor):
    looked.button("Copy the seed").click()
    expect(looked.page.get_by_text("Copied the seed 4242.").first).to_be_visible()
    assert looked.page.evaluate("() => navigator.clipboard.readText()") == "4242"


def test_the_workflow_of_a_picture_is_opened(looked: Editor):
    looked.button("Open its workflow").click()
    expect(looked.dialog("Newer")).to_have_count(0)
    expect(looked.node("Fill masked")).to_be_visible()
    expect(looked.page.get_by_role("spinbutton", name="Fill masked seed")).to_have_value("4242")


def test_a_picture_is_taken_away_as_a_file(looked: Editor):
    with looked.page.expect_download() as caught:
        looked.button("Download").click()
    assert caught.value.suggested_filename.endswith(".png")


def test_escape_closes_it(looked: Editor):
    looked.press("Escape")
    expect(looked.dialog("Newer")).to_have_count(0)


def test_the_right_button_is_for_the_menu_of_the_browser(looked: Editor):
    looked.press("1")
    x, y, width = shown(looked)
    looked.drag((x + 20, y + 20), (x + 70, y + 50), button="right")
    assert shown(looked) == (x, y, width)


def test_the_picture_of_a_node_is_opened_by_keys(editor: Editor):
    editor.show(painted("Keys", "#203040", 7))
    editor.run()
    editor.has_pictures("Save image")
    picture = editor.node("Save image").get_by_role("button", name="Picture of Save image")
    picture.focus()
    expect(picture).to_be_focused()
    editor.press("Enter")
    expect(editor.dialog("Save image")).to_be_visible()
    editor.press("Escape")
    expect(picture).to_be_focused()


def test_the_wheel_zooms_the_picture_and_not_the_page(looked: Editor):
    looked.page.evaluate("addEventListener('wheel', e => (window.ours = e.defaultPrevented))")
    x, y, _ = shown(looked)
    looked.mouse.move(x + 40, y + 40)
    looked.keys.down("Control")
    looked.mouse.wheel(0, -100)
    looked.keys.up("Control")
    until(lambda: looked.page.evaluate("window.ours"), "the browser leaves it to the picture")

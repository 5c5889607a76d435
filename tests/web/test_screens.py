"""Eight screens as pictures, to be looked at: into $LATENTWIRE_SCREENS, else a temporary folder."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from server.bench.browser import graph
from tests.web.drawn import example, plain, slow
from tests.web.editor import A_RUN_MS, Editor


def first_picture(editor: Editor) -> None:
    editor.run()
    editor.has_pictures("Save image")
    editor.rest()


def wiring_refusal(editor: Editor) -> None:
    start = editor.middle(editor.port("Load model", "model", "output"))
    wrong = editor.middle(editor.port("Sample", "latent", "input"))
    editor.mouse.move(*start)
    editor.mouse.down()
    editor.mouse.move(*wrong, steps=10)
    expect(editor.page.get_by_text("cannot go into").first).to_be_visible()


def wire_drop_search(editor: Editor) -> None:
    start = editor.middle(editor.port("VAE decode", "image", "output"))
    editor.drag(start, (start[0] + 60, start[1] + 260))
    expect(editor.dialog("Add node").get_by_role("option").first).to_be_visible()


def running(editor: Editor) -> None:
    editor.served.save("A larger boat", slow("A larger boat", seed=501, side=512))
    editor.open("A larger boat")
    editor.run()
    expect(editor.picture("Sample")).to_be_visible(timeout=A_RUN_MS)
    expect(editor.node("Sample")).to_contain_text(re.compile(r"step \d+ of 150"))


def error_with_fix(editor: Editor) -> None:
    document = example("first-picture") | {"title": "Model of yesterday"}
    document["nodes"]["model"]["values"]["model"] = "startr"
    editor.served.save("Model of yesterday", document)
    editor.open("Model of yesterday")
    expect(editor.node("Load model").get_by_role("note")).to_be_visible()


def body_of_a_repeat(editor: Editor) -> None:
    editor.served.save("Open loop", example("open-loop"))
    editor.open("Open loop")
    editor.page.get_by_role("button", name="Open Repeat").click()
    expect(editor.node("U-Net denoise")).to_be_visible()


def thousand_nodes(editor: Editor) -> None:
    editor.served.save("A thousand nodes", graph(1000, "A thousand nodes"))
    editor.open("A thousand nodes")
    expect(editor.canvas.locator("canvas.overview")).to_be_visible()


def dark(editor: Editor) -> None:
    editor.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    editor.served.save("Evening", plain("Evening", "#224466"))
    first_picture(editor)


SCREENS: dict[str, Callable[[Editor], None]] = {
    "1-first-picture": first_picture,
    "2-wiring-refusal": wiring_refusal,
    "3-wire-drop-search": wire_drop_search,
    "4-running": running,
    "5-error-with-fix": error_with_fix,
    "6-body-of-a-repeat": body_of_a_repeat,
    "7-thousand-nodes": thousand_nodes,
    "8-dark": dark,
}


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_is_taken(editor: Editor, name: str, tmp_path: Path):
    SCREENS[name](editor)
    folder = Path(os.environ.get("LATENTWIRE_SCREENS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    editor.page.screenshot(path=folder / f"{name}.png")
    assert (folder / f"{name}.png").stat().st_size > 10_000
    editor.mouse.up()
    if editor.button("Stop").is_enabled():
        editor.button("Stop").click()

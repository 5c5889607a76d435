"""Without a mouse: build, wire and run; the outline; what is said to those who do not see."""

import re

from playwright.sync_api import expect

from tests.web.drawn import plain, slow
from tests.web.editor import A_RUN_MS, Editor


def add(editor: Editor, title: str) -> None:
    editor.press("Space")
    expect(editor.dialog("Add node")).to_be_visible()
    editor.choose(title)


def test_three_nodes_are_built_wired_and_run_by_keyboard_alone(editor: Editor):
    editor.command("New workflow")
    expect(editor.nodes).to_have_count(0)
    for title in ("Solid image", "Blur image", "Preview image"):
        editor.canvas.focus()
        add(editor, title)
        expect(editor.node(title)).to_have_count(1)
    editor.wire_by_keyboard(("Solid image", "image"), ("Blur image", "image"))
    editor.wire_by_keyboard(("Blur image", "image"), ("Preview image", "image"))
    expect(editor.wires).to_have_count(2)
    editor.press("Control+Enter")
    editor.has_pictures("Preview image")


def test_tab_goes_through_every_control_in_order_and_comes_round(editor: Editor):
    seen: list[str | None] = []
    for _ in range(250):
        editor.press("Tab")
        name = editor.page.evaluate("() => document.activeElement?.getAttribute('aria-label')")
        if name in seen[:1] and len(seen) > 20:
            break
        seen.append(name)
    assert "Sample latent output" in seen


def test_escape_leaves_a_wire_that_was_begun_by_keyboard(editor: Editor):
    editor.port("Load model", "vae", "output").focus()
    editor.press("Enter", "Escape")
    editor.port("Sample", "model", "input").focus()
    expect(editor.wires).to_have_count(7)


def test_progress_is_said_to_those_who_do_not_see_it(editor: Editor):
    said = editor.page.locator("[aria-live]")
    editor.run()
    expect(
        said.filter(has_text=re.compile("queued|running|done|finished", re.I)).first
    ).to_be_attached()


def test_whoever_hears_the_page_is_told_how_far_a_run_is_and_how_it_ends(editor: Editor):
    said = editor.page.get_by_role("status")
    editor.show(slow("Told of", seed=612, side=256))
    editor.press("Control+Enter")
    expect(said).to_have_text(re.compile(r"^25 % are done"), timeout=A_RUN_MS)
    editor.press("Control+Alt+Enter")
    expect(said).to_have_text(re.compile("^It is stopped"))
    editor.show(plain("Told of too", "#0a0b10"))
    editor.press("Control+Enter")
    expect(said).to_have_text(re.compile(r"^It is done, after .* s"), timeout=A_RUN_MS)

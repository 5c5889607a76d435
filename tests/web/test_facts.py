"""The wire knows what it carries, before anything ran; problems are on the node, in a sentence."""

import re

from playwright.sync_api import Locator, expect

from tests.web.drawn import example, plain
from tests.web.editor import Editor
from tests.web.line import Line


def over(editor: Editor, title: str, name: str) -> Locator:
    """Put the pointer on a wire, where it comes out of a node; what it tells."""
    x, y = editor.middle(editor.port(title, name, "output"))
    editor.mouse.move(x + 30, y + 60)
    editor.mouse.move(x + 20, y, steps=4)
    return editor.canvas.locator(".wire-card")


def test_hovering_a_wire_tells_its_type_and_size_before_anything_ran(editor: Editor):
    said = over(editor, "VAE decode", "image")
    expect(said).to_contain_text(re.compile(r"image.*\d+ × \d+ pixels"))


def test_hovering_the_model_tells_its_family_and_space(editor: Editor):
    said = over(editor, "Load model", "model")
    expect(said).to_contain_text("SD 1.x")
    expect(said).to_contain_text("space")


def test_a_size_that_is_changed_is_told_on_the_wire_at_once(editor: Editor):
    field = editor.page.get_by_role("spinbutton", name="Empty latent width", exact=True)
    field.fill("512")
    field.press("Enter")
    editor.rest()
    said = over(editor, "VAE decode", "image")
    expect(said).to_contain_text("512 ×")


def test_pinned_facts_stay_and_are_kept_in_the_file(editor: Editor):
    card = over(editor, "VAE decode", "image")
    editor.mouse.down()
    editor.mouse.up()
    card.get_by_role("button", name="Keep this shown").click()
    editor.rest()
    expect(card).to_contain_text("pixels")
    assert editor.document()["editor"]["pinned"]


def test_a_node_that_needs_a_wire_says_so_and_the_top_counts_it(editor: Editor):
    editor.select("Empty latent")
    editor.press("Delete")
    note = editor.node("Sample").get_by_role("note")
    expect(note).to_contain_text("latent")
    expect(editor.page.get_by_role("button", name="1 problem")).to_be_visible()


def test_a_model_that_is_taken_away_while_chosen_is_said_on_its_node(editor: Editor):
    document = example("first-picture") | {"title": "Gone"}
    document["nodes"]["model"]["values"]["model"] = "starter-of-yesterday"
    editor.served.save("Gone", document)
    editor.open("Gone")
    note = editor.node("Load model").get_by_role("note")
    expect(note).to_be_visible()
    note.get_by_role("button").first.click()
    expect(note).to_have_count(0)
    assert editor.document("Gone")["nodes"]["model"]["values"]["model"] == "starter"


def test_the_estimate_beside_run_names_seconds_and_memory_of_what_ran_before(editor: Editor):
    editor.run()
    editor.has_pictures("Save image")
    seed = editor.page.get_by_role("spinbutton", name="Sample seed", exact=True)
    seed.fill("4712")
    seed.press("Enter")
    told = editor.page.get_by_role("banner")
    expect(told).to_contain_text(re.compile(r"(about|under) [\d.]+ s · [\d.]+ [MG]B"))


def test_what_is_known_of_a_wire_is_kept_in_view_and_let_go_again(editor: Editor):
    card = over(editor, "VAE decode", "image")
    editor.mouse.down()
    editor.mouse.up()
    card.get_by_role("button", name="Keep this shown").click()
    editor.rest()
    editor.page.reload()
    editor.ready()
    expect(card).to_contain_text("pixels")
    card.get_by_role("button", name="Show this no longer").click()
    editor.rest()
    expect(card).to_have_count(0)


def test_what_is_wrong_in_one_tab_is_not_said_of_another(editor: Editor):
    unwired = plain("Unwired")
    del unwired["nodes"]["blur"]["wires"]
    editor.served.save("Unwired", unwired)
    editor.served.save("Whole", plain("Whole"))
    line = Line(editor)
    editor.open("Unwired")
    expect(editor.node("Blur image").get_by_role("note")).to_be_visible()
    line.held = {"workflows.check"}
    editor.open("Whole")
    expect(editor.node("Blur image").get_by_role("note")).to_have_count(0)
    line.release()

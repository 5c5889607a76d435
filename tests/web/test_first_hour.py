"""The first hour: what is empty teaches, examples have pictures, every node explains itself."""

import re

from playwright.sync_api import expect

from tests.web.drawn import workflow
from tests.web.editor import Editor
from tests.web.served import Document, until


def test_an_empty_canvas_says_how_to_begin_and_begins(editor: Editor):
    editor.command("New workflow")
    expect(editor.canvas).to_contain_text("Double-click or press Space to add a node.")
    editor.button("Begin with the first picture").click()
    expect(editor.nodes).to_have_count(6)
    editor.command("New workflow")
    editor.button("Open an example").click()
    dialog = editor.dialog("Open a workflow")
    dialog.get_by_role("button", name="Open loop").click()
    expect(editor.node("Repeat")).to_be_visible()


def test_an_empty_queue_says_what_it_is_for(editor: Editor):
    while runs := editor.served.runs():
        for run in runs:
            editor.served.ask("DELETE", f"/v1/runs/{run['run']}")
    editor.page.reload()
    editor.ready()
    expect(editor.queue).to_contain_text("What you run stands here, with its pictures.")


def test_empty_lists_and_bodies_say_what_comes_there(editor: Editor):
    editor.press("Control+o")
    expect(editor.dialog("Open a workflow")).to_contain_text("is saved here by itself")
    editor.press("Escape")
    editor.show(workflow("Hollow", group=_hollow()))
    editor.page.get_by_role("button", name="Open Group").click()
    expect(editor.canvas).to_contain_text("Wire what comes In to what goes Out.")


def _hollow() -> Document:
    return {"type": "group", "body": {"inputs": {}, "nodes": {}, "outputs": {}}}


def test_every_example_is_listed_with_its_picture(editor: Editor):
    examples = editor.served.ask("GET", "/v1/examples")["examples"]
    editor.press("Control+o")
    dialog = editor.dialog("Open a workflow")
    dialog.get_by_role("tab", name="Examples").click()
    pictures = dialog.get_by_role("img")
    expect(pictures).to_have_count(len(examples))
    for one in pictures.all():
        one.scroll_into_view_if_needed()
        until(lambda: one.evaluate("e => e.complete && e.naturalWidth > 0"), "it is seen")  # noqa: B023
    names = " ".join(dialog.get_by_role("listitem").all_inner_texts())
    assert all(one["title"] in names for one in examples)


def test_a_node_explains_itself_by_its_button_and_by_f1(editor: Editor):
    editor.button("Help for Sample").click()
    page = editor.dialog("Help: Sample").get_by_role("article")
    expect(page).to_contain_text("Make a latent from noise, led by a prompt.")
    expect(page.get_by_role("row", name=re.compile("^steps whole"))).to_contain_text("1 to 150")
    editor.press("Escape")
    editor.select("VAE decode")
    editor.press("F1")
    expect(editor.dialog("Help: VAE decode")).to_be_visible()


def test_every_node_there_is_has_the_help_that_its_docstring_gives(editor: Editor):
    kinds = editor.served.ask("GET", "/v1/nodes")["nodes"]
    editor.press("Shift+F1")
    page = editor.page.get_by_role("dialog")
    for kind in kinds:
        page.get_by_role("button", name=kind["title"], exact=True).first.click()
        article = page.get_by_role("article", name=f"Help: {kind['title']}", exact=True)
        assert kind["help"]
        expect(article).to_contain_text(_begins(kind["help"]))


def _begins(help: str) -> str:
    """Its first words, up to the end of the sentence or a sign of Markdown."""
    return " ".join(re.split(r"[`*_<\[]|\.\s", help)[0].split())


def test_a_node_is_added_from_its_help(editor: Editor):
    editor.press("Shift+F1")
    dialog = editor.page.get_by_role("dialog")
    dialog.get_by_role("searchbox").fill("blur image")
    dialog.get_by_role("button", name="Blur image", exact=True).click()
    dialog.get_by_role("button", name="Add to the workflow").click()
    expect(editor.node("Blur image")).to_have_count(1)


def test_the_page_says_that_it_is_in_english_and_every_name_is_a_word(editor: Editor):
    expect(editor.page.locator("html")).to_have_attribute("lang", "en")
    names = editor.page.get_by_role("button").evaluate_all(
        "all => all.map(one => one.getAttribute('aria-label') || one.innerText)"
    )
    assert names and not [name for name in names if re.search(r"undefined|\w\.\w|^\s*$", name)]

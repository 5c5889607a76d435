"""What has ended: looked for by words, and older runs as far back as there are any."""

import re

from playwright.sync_api import expect

from tests.web.drawn import node, workflow
from tests.web.editor import A_RUN_MS, Editor
from tests.web.served import Document, until

MORE_THAN_A_PAGE = 45


def tiny(title: str) -> Document:
    return workflow(
        title,
        fill=node("solid_image", width=8, height=8),
        save=node("save_image", {"image": "fill.image"}),
    )


def said(title: str, words: str) -> Document:
    """With words in a prompt."""
    return workflow(
        title,
        words=node("text", value=words),
        fill=node("solid_image", width=64, height=64),
        label=node("label_image", {"image": "fill.image", "text": "words.str"}),
        save=node("save_image", {"image": "label.image"}),
    )


def ran(editor: Editor, *documents: Document) -> None:
    for document in documents:
        editor.served.ask("POST", "/v1/runs", {"workflow": document})
    title = documents[-1]["title"]
    until(lambda: editor.served.states(title) == ["done"], "the last is done")


def test_runs_are_found_by_words_of_their_titles_and_prompts(editor: Editor):
    ran(editor, said("Seaweed", "a walrus in a tall hat"), said("Lakeside", "a heron at dawn"))
    editor.queue.get_by_role("button", name="Search the history").click()
    found = editor.dialog("Search the history")
    field = found.get_by_role("searchbox", name="Words of a title or a prompt")
    for words, title in (
        ("walrus in a TALL", "Seaweed"),
        ("heron at", "Lakeside"),
        ("seaw", "Seaweed"),
    ):
        field.fill(words)
        expect(found.get_by_role("listitem")).to_have_count(1)
        expect(found.get_by_role("listitem")).to_contain_text(title)
    field.fill("no run was ever called this")
    expect(found).to_contain_text("Nothing was found.")


def test_what_was_found_is_opened_again(editor: Editor):
    ran(editor, said("Moor", "a fox by a birch"))
    editor.queue.get_by_role("button", name="Search the history").click()
    found = editor.dialog("Search the history")
    found.get_by_role("searchbox").fill("fox by a birch")
    expect(found.get_by_role("listitem")).to_have_count(1)
    found.get_by_role("listitem").click(button="right")
    editor.page.get_by_role("menuitem", name="Open its workflow").click()
    expect(editor.node("Label image")).to_be_visible()


def test_older_runs_come_when_one_goes_on_to_the_end(editor: Editor):
    ran(editor, *(tiny(f"Long ago {number}") for number in range(MORE_THAN_A_PAGE)))
    editor.page.reload()
    editor.ready()
    strip = editor.queue.get_by_role("list", name="Ended")
    newest, oldest = (
        strip.get_by_role("button", name=re.compile(f"Long ago {number},"))
        for number in (MORE_THAN_A_PAGE - 1, 0)
    )
    expect(newest).to_be_visible(timeout=A_RUN_MS)
    expect(oldest).to_have_count(0)
    editor.mouse.move(*editor.middle(newest))
    editor.mouse.wheel(20_000, 0)
    expect(oldest).to_have_count(1)


def test_a_run_is_forgotten(editor: Editor):
    ran(editor, tiny("Forgotten"))
    more = editor.queue.get_by_role("button", name="More for Forgotten")
    more.click()
    editor.page.get_by_role("menuitem", name="Delete from the history").click()
    expect(more).to_have_count(0)
    assert editor.served.states("Forgotten") == []


def test_a_run_of_the_past_runs_again(editor: Editor):
    ran(editor, tiny("Once more"))
    editor.queue.get_by_role("button", name="More for Once more").first.click()
    editor.page.get_by_role("menuitem", name="Run again").click()
    until(lambda: editor.served.states("Once more") == ["done", "done"], "it ran again")


def test_the_menu_of_what_was_found_is_above_it_and_a_picture_too(editor: Editor):
    ran(editor, tiny("Layers"))
    editor.queue.get_by_role("button", name="Search the history").click()
    found = editor.dialog("Search the history")
    row = found.get_by_role("listitem").filter(has_text="Layers").get_by_role("button").first
    row.click(button="right")
    editor.page.get_by_role("menuitem", name="Show the picture").click()
    expect(editor.dialog("Layers")).to_be_visible()
    editor.press("Escape")
    expect(editor.dialog("Layers")).to_have_count(0)
    editor.queue.get_by_role("button", name="Search the history").click()
    row.click()
    expect(editor.dialog("Layers")).to_be_visible()
    expect(found).not_to_be_visible()
    editor.press("Escape")
    expect(editor.dialog("Layers")).to_have_count(0)
    expect(found).to_be_visible()


def test_the_wheel_goes_along_the_strip(editor: Editor):
    editor.page.set_viewport_size({"width": 700, "height": 800})
    ran(editor, *(tiny(f"In a row {number}") for number in range(9)))
    pictures = editor.queue.get_by_role("button", name=re.compile(r"^Picture In a row \d,"))
    expect(pictures).to_have_count(9, timeout=A_RUN_MS)
    before = editor.box(pictures.first)
    editor.mouse.move(*editor.middle(pictures.first))
    editor.mouse.wheel(0, 300)
    until(lambda: editor.box(pictures.first)["x"] < before["x"] - 200, "it went aside")
    editor.mouse.wheel(0, -300)
    until(lambda: editor.box(pictures.first)["x"] == before["x"], "it came back")

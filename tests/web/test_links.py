"""A workflow that goes from hand to hand as a link."""

from playwright.sync_api import expect

from tests.web.drawn import plain
from tests.web.editor import Editor


def link_to(editor: Editor, title: str) -> str:
    """What the dialog gives out by its button."""
    editor.show(plain(title))
    editor.command("Share as a link")
    editor.dialog("Share as a link").get_by_role("button", name="Copy").click()
    expect(editor.page.get_by_text("The link is copied.").first).to_be_visible()
    link = str(editor.page.evaluate("() => navigator.clipboard.readText()"))
    assert link.startswith(f"{editor.served.url}/#graph=")
    return link


def test_a_link_put_into_an_open_page_opens_beside_what_is_there(editor: Editor):
    link = link_to(editor, "Shared")
    editor.page.evaluate("() => { window.notReloaded = true; }")
    editor.tab("First picture").click()
    expect(editor.nodes).to_have_count(6)
    editor.page.goto(link)
    expect(editor.nodes).to_have_count(3)
    expect(editor.tab("Shared")).to_have_count(2)
    expect(editor.tab("First picture")).to_have_count(1)
    assert editor.page.evaluate("() => window.notReloaded")
    assert "graph" not in editor.page.url


def test_a_link_opens_a_new_page_with_its_graph(editor: Editor):
    link = link_to(editor, "Carried")
    editor.page.close()
    there = Editor(editor.page.context.new_page(), editor.served)
    there.page.goto(link)
    there.ready()
    expect(there.nodes).to_have_count(3)
    there.move("Blur image", (0, 60))
    there.saved()
    assert there.served.document("Carried 2")["nodes"] == plain()["nodes"]
    assert there.served.document("Carried")["layout"] == plain()["layout"]


def test_a_link_that_was_cut_says_so_and_changes_nothing(editor: Editor):
    link = link_to(editor, "Cut")
    editor.page.goto(link[: len(link) // 2])
    expect(editor.page.get_by_text("it may have been cut").first).to_be_visible()
    expect(editor.nodes).to_have_count(3)
    expect(editor.tab("Cut")).to_have_count(1)

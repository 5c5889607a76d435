"""The server goes away and comes back under the page; pages and browsers go away too."""

import re

from playwright.sync_api import expect

from tests.web.complaints import Complaints
from tests.web.drawn import slow
from tests.web.editor import Editor
from tests.web.served import until

AWAY = ("WebSocket", "ERR_CONNECTION_RE", "ERR_EMPTY_RESPONSE", "Failed to load resource")


def prompt(editor: Editor) -> str:
    """What is written in the prompt as it is seen."""
    return editor.page.get_by_role("textbox", name="Encode text text", exact=True).input_value()


def write(editor: Editor, text: str) -> None:
    editor.page.get_by_role("textbox", name="Encode text text", exact=True).fill(text)


def test_a_restart_loses_no_change_and_needs_no_reload(editor: Editor, complaints: Complaints):
    complaints.expect(*AWAY)
    editor.page.evaluate("() => { window.notReloaded = true; }")
    write(editor, "before the restart")
    editor.saved()
    editor.served.process.kill()
    write(editor, "while the server is away")
    expect(
        editor.page.get_by_text(re.compile("away|reconnect", re.IGNORECASE)).first
    ).to_be_visible()
    editor.served.process.start()
    texts = lambda: editor.served.document("First picture")["nodes"]["prompt"]["values"]["text"]  # noqa: E731
    until(lambda: texts() == "while the server is away", "the change has come to the server")
    assert editor.page.evaluate("() => window.notReloaded")
    assert prompt(editor) == "while the server is away"


def test_a_run_asked_for_while_the_server_is_away_runs_when_it_is_back(
    editor: Editor, complaints: Complaints
):
    complaints.expect(*AWAY)
    write(editor, "asked for while away")
    editor.served.process.kill()
    editor.run()
    editor.served.process.start()
    editor.has_pictures("Save image")
    (run, *_) = editor.served.runs()
    assert run["state"] == "done"


def test_a_run_that_is_under_way_goes_on_after_a_restart(editor: Editor, complaints: Complaints):
    complaints.expect(*AWAY)
    editor.served.save("Slow", slow(seed=77, steps=40, side=256))
    editor.open("Slow")
    editor.run()
    expect(editor.picture("Sample")).to_be_visible()
    editor.served.process.kill()
    editor.served.process.start()
    editor.has_pictures("Save image")
    ours = [run for run in editor.served.runs() if run["title"] == "Slow"]
    assert [run["state"] for run in ours] == ["done"]


def test_a_page_that_crashed_brings_back_what_was_not_saved(editor: Editor, complaints: Complaints):
    complaints.expect(*AWAY)
    editor.served.process.kill()
    write(editor, "nobody heard of this")
    editor.move("Save image", (40, 60))
    editor.page.close()
    editor.served.process.start()
    again = Editor(editor.page.context.new_page(), editor.served)
    again.page.goto(editor.served.url)
    again.ready()
    assert prompt(again) == "nobody heard of this"
    texts = lambda: again.document("First picture")["nodes"]["prompt"]["values"]["text"]  # noqa: E731
    assert texts() == "nobody heard of this"


def test_a_page_closed_in_mid_drag_comes_back_whole(editor: Editor):
    x, y = editor.header("Sample")
    editor.mouse.move(x, y)
    editor.mouse.down()
    editor.mouse.move(x + 90, y + 60, steps=5)
    editor.page.close()
    again = Editor(editor.page.context.new_page(), editor.served)
    again.page.goto(editor.served.url)
    again.ready()
    expect(again.nodes).to_have_count(6)
    again.move("Sample", (30, 30))
    assert len(again.document()["nodes"]) == 6


def test_a_wrong_token_shows_one_screen_that_says_where_to_find_a_link(
    editor: Editor, complaints: Complaints
):
    complaints.expect("401")
    stranger = editor.page.context.browser.new_context()  # type: ignore[union-attr]
    page = stranger.new_page()
    page.goto(f"{editor.served.url}/#code=wrong")
    expect(page.get_by_text("main.py link").first).to_be_visible()
    field = page.get_by_role("textbox").first
    field.fill(editor.served.link())
    field.press("Enter")
    Editor(page, editor.served).ready()
    stranger.close()

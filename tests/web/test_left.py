"""Pages that are reloaded, torn down or copied: what was made in them goes on."""

import pytest
from playwright.sync_api import Error, expect

from tests.web.complaints import Complaints
from tests.web.drawn import plain
from tests.web.editor import Editor
from tests.web.line import Line
from tests.web.served import until
from tests.web.test_restart import AWAY, prompt, write


def test_a_reload_loses_no_run_that_was_asked_for(editor: Editor):
    editor.show(plain("Unsent", "#0a0a01"))
    line = Line(editor)
    line.held.add("runs.submit")
    editor.run()
    expect(editor.button("Stop")).to_be_enabled()
    assert editor.served.states("Unsent") == []
    line.held.clear()
    editor.page.reload()
    editor.ready()
    editor.has_pictures("Preview image")
    assert editor.served.states("Unsent") == ["done"]


def test_what_was_written_last_outlives_a_page_that_is_torn_down(
    editor: Editor, complaints: Complaints
):
    complaints.expect(*AWAY)
    editor.served.process.kill()
    write(editor, "the last words")
    drafts = "() => Object.values(localStorage).some(one => one.includes('the last words'))"
    until(lambda: editor.page.evaluate(drafts), "the browser has it")
    with pytest.raises(Error):
        editor.page.goto("chrome://crash")
    editor.page.close()
    editor.served.process.start()
    again = Editor(editor.page.context.new_page(), editor.served)
    again.page.goto(editor.served.url)
    again.ready()
    assert prompt(again) == "the last words"


def test_a_copied_browser_tab_has_drafts_of_its_own(editor: Editor, complaints: Complaints):
    complaints.expect(*AWAY)
    drafts = "() => Object.keys(localStorage).some(one => one.startsWith('latentwire.draft.'))"
    until(lambda: editor.page.evaluate(drafts), "the browser knows what is open")
    with editor.page.context.expect_page() as opened:
        # as a browser copies a tab: what belongs to the tab goes along
        editor.page.evaluate("() => { window.open(location.href) }")
    copy = Editor(opened.value, editor.served)
    copy.ready()
    expect(copy.node("Encode text")).to_be_visible()
    editor.served.process.kill()
    write(editor, "written in the first")
    write(copy, "written in the copy")
    for page in (editor.page, copy.page):
        page.close()
    editor.served.process.start()
    again = Editor(editor.page.context.new_page(), editor.served)
    again.page.goto(editor.served.url)
    again.ready()
    until(lambda: len(editor.served.saved()) == 2, "both are saved")
    nodes = [editor.served.document(name)["nodes"] for name in editor.served.saved()]
    texts = {one["prompt"]["values"]["text"] for one in nodes}
    assert texts == {"written in the first", "written in the copy"}

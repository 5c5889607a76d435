"""The server goes away and comes back under the page; pages and browsers go away too."""

import re

from playwright.sync_api import expect

from tests.web.complaints import Complaints
from tests.web.drawn import plain, slow
from tests.web.editor import A_RUN_MS, Editor
from tests.web.line import Line
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


def test_a_stop_pressed_while_the_server_is_away_is_not_forgotten(
    editor: Editor, complaints: Complaints
):
    complaints.expect(*AWAY)
    editor.show(slow("Stopped away", seed=78))
    editor.run()
    expect(editor.picture("Sample")).to_be_visible(timeout=A_RUN_MS)
    editor.served.process.kill()
    expect(editor.page.get_by_role("alert").filter(has_text="away")).to_be_visible()
    editor.button("Stop").click()
    editor.served.process.start()
    until(lambda: editor.served.states("Stopped away") == ["cancelled"], "it is stopped")
    expect(editor.button("Stop")).to_be_disabled()


def test_a_save_whose_answer_was_lost_is_known_again_after_another_change(
    editor: Editor, complaints: Complaints
):
    complaints.expect(*AWAY)
    line = Line(editor)
    line.unanswered = {"workflows.save"}
    write(editor, "the server has this, and nobody was told")
    line.until(lambda: line.lost, "it is saved and the answer is lost")
    write(editor, "this came after it")
    line.unanswered.clear()
    line.away = False
    texts = lambda: editor.served.document("First picture")["nodes"]["prompt"]["values"]["text"]  # noqa: E731
    line.until(lambda: texts() == "this came after it", "the change has come to the server")
    editor.saved()
    assert editor.served.saved() == ["First picture"]


FILL = """room => {
  let [part, at] = ["x".repeat(2 ** 20), 0];
  while (part) {
    try { localStorage.setItem(`filler ${at++}`, part); }
    catch { part = part.slice(1 + part.length / 2); }
  }
  localStorage.setItem("filler 0", "x".repeat(2 ** 20 - room));
}"""


def test_an_older_draft_where_a_newer_one_found_no_room_goes_over_nothing(editor: Editor):
    editor.served.save("Plain", plain("Plain"))
    editor.open("Plain")
    draft = "() => Object.values(localStorage).some(one => one.includes('Plain'))"
    editor.page.wait_for_function(draft)
    editor.page.evaluate(FILL, 0)
    name = editor.node("Blur image")
    name.get_by_text("Blur image", exact=True).dblclick()
    editor.keys.type("A title that makes the draft longer")
    editor.press("Enter")
    editor.saved()
    editor.page.reload()
    editor.ready()
    expect(editor.node("A title that makes the draft longer")).to_be_visible()
    editor.move("Solid image", (30, 30))
    blur = editor.document("Plain")["nodes"]["blur"]
    assert blur["title"] == "A title that makes the draft longer"


def test_where_one_draft_finds_no_room_the_others_are_kept(editor: Editor, complaints: Complaints):
    complaints.expect(*AWAY)
    editor.move("Sample", (0, 20))
    editor.saved()
    editor.served.save("Plain", plain("Plain"))
    editor.open("Plain")
    editor.served.process.kill()
    editor.page.evaluate(FILL, 4000)
    editor.tab("First picture").click()
    write(editor, "more than there is room for " * 1000)
    editor.tab("Plain").click()
    field = editor.page.get_by_role("spinbutton", name="Blur image radius", exact=True)
    field.fill("7.5")
    field.press("Enter")
    editor.page.close()
    editor.served.process.start()
    again = Editor(editor.page.context.new_page(), editor.served)
    again.page.goto(editor.served.url)
    again.ready()
    radius = lambda: again.served.document("Plain")["nodes"]["blur"]["values"]["radius"]  # noqa: E731
    until(lambda: radius() == 7.5, "it is saved")


def test_where_the_browser_has_no_locks_what_a_page_left_is_brought_back_too(editor: Editor):
    # as browsers do for pages that come from another machine by plain HTTP
    no_locks = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })"
    editor.page.context.add_init_script(no_locks)
    line = Line(editor)
    line.held = {"workflows.save"}
    write(editor, "left behind")
    drafts = "() => Object.values(localStorage).some(one => one.includes('left behind'))"
    line.until(lambda: editor.page.evaluate(drafts), "the browser has it")
    editor.page.goto(f"{editor.served.url}/icon.svg")
    editor.page.close()
    again = Editor(editor.page.context.new_page(), editor.served)
    again.page.goto(editor.served.url)
    again.ready()
    assert prompt(again) == "left behind"

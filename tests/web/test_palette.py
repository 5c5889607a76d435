"""One palette for every action, its keys, and keys of one's own."""

import re

from playwright.sync_api import Route, expect

from tests.server.live import node as trouble
from tests.web.drawn import plain, workflow
from tests.web.editor import A_RUN_MS, Editor
from tests.web.served import until


def ask(editor: Editor, words: str) -> None:
    editor.press("Control+k")
    expect(editor.dialog("Commands").get_by_role("combobox")).to_be_focused()
    editor.keys.type(words)


def test_control_k_opens_it_anywhere_and_escape_gives_the_focus_back(editor: Editor):
    prompt = editor.page.get_by_role("textbox", name="Encode text text", exact=True)
    prompt.focus()
    editor.press("Control+k")
    expect(editor.dialog("Commands").get_by_role("combobox")).to_be_focused()
    editor.press("Escape")
    expect(editor.dialog("Commands")).to_have_count(0)
    expect(prompt).to_be_focused()


def test_what_is_typed_before_it_is_there_is_not_lost(editor: Editor):
    held: list[Route] = []
    editor.page.route("**/Palette-*.js", lambda route: held.append(route))
    with editor.page.expect_request("**/Palette-*.js"):
        editor.page.reload()
    editor.ready()
    editor.press("Control+k", "F", "r", "a")
    assert held
    for route in held:
        route.continue_()
    box = editor.dialog("Commands").get_by_role("combobox")
    expect(box).to_have_value("Fra")
    editor.press("m", "e")
    expect(box).to_have_value("Frame")


def test_an_entry_shows_its_keys_and_does_what_it_says(editor: Editor):
    ask(editor, "select all")
    option = editor.dialog("Commands").get_by_role("option").first
    expect(option).to_contain_text(re.compile("Ctrl.*A|⌘.*A"))
    editor.press("Enter")
    expect(editor.canvas.locator("article[data-selected]")).to_have_count(6)


def test_nodes_are_added_from_it_too(editor: Editor):
    editor.command("Add: Blur image")
    expect(editor.node("Blur image")).to_have_count(1)


def test_examples_and_what_another_page_saved_are_opened_from_it(editor: Editor):
    ask(editor, "Open loop")
    expect(editor.dialog("Commands").get_by_role("option").first).to_contain_text("example")
    editor.press("Enter")
    expect(editor.tab("Open loop")).to_have_attribute("aria-selected", "true")
    editor.served.save("Of another page", plain("Of another page"))
    ask(editor, "of another")
    expect(editor.dialog("Commands").get_by_role("option").first).to_contain_text("Of another page")
    editor.press("Enter")
    expect(editor.tab("Of another page")).to_have_attribute("aria-selected", "true")


def test_what_cannot_be_done_now_says_so(editor: Editor):
    ask(editor, "Delete and heal")
    option = editor.dialog("Commands").get_by_role("option").first
    expect(option).to_contain_text("cannot be done now")


def test_all_keys_are_listed(editor: Editor):
    editor.rest()
    editor.press("?")
    dialog = editor.page.get_by_role("dialog", name="All keys")
    for words in ("Run next", "Undo", "Mute", "Bypass", "Run to here", "Commands", "Stop", "Save"):
        expect(dialog.get_by_text(words, exact=True).first).to_be_visible()
    expect(dialog.get_by_text("Alt + drag on empty canvas")).to_be_attached()


def test_a_command_gets_keys_of_ones_own_and_they_are_kept_on_the_server(editor: Editor):
    editor.rest()
    editor.press("?")
    dialog = editor.page.get_by_role("dialog", name="All keys")
    dialog.get_by_role("button", name=re.compile("^Change .* of Mute$")).click()
    editor.press("Control+Shift+F9")
    expect(dialog.get_by_role("button", name=re.compile("^Change .*F9 of Mute$"))).to_be_visible()
    editor.press("Escape")
    expect(dialog).to_have_count(0)
    editor.page.reload()
    editor.ready()
    editor.select("Sample")
    editor.press("Control+Shift+F9")
    expect(editor.node("Sample")).to_contain_text("muted")


def test_keys_that_another_command_has_are_said_before_they_are_taken(editor: Editor):
    editor.rest()
    editor.press("?")
    dialog = editor.page.get_by_role("dialog", name="All keys")
    dialog.get_by_role("button", name=re.compile("^Change .* of Bypass$")).click()
    editor.press("Control+z")
    expect(dialog).to_contain_text("“Undo”")


def test_settings_are_kept_on_the_server_for_every_browser(editor: Editor, browser):
    editor.command("Settings")
    dialog = editor.page.get_by_role("dialog", name="Settings")
    dialog.get_by_label("Dark").click()
    expect(dialog.get_by_text("Kept on the server")).to_be_visible()
    editor.press("Escape")
    light = "() => getComputedStyle(document.body).backgroundColor"
    dark = editor.page.evaluate(light)
    context = browser.new_context(color_scheme="light")
    other = Editor(context.new_page(), editor.served)
    other.page.goto(editor.served.link())
    other.ready()
    expect(other.page.locator("body")).to_have_css("background-color", dark)
    context.close()


def test_the_log_has_a_report_to_copy_without_prompts(editor: Editor):
    prompt = editor.page.get_by_role("textbox", name="Encode text text", exact=True)
    prompt.fill("a secret garden")
    editor.run()
    editor.has_pictures("Save image")
    editor.command("Log")
    log = editor.page.get_by_role("region", name="Log")
    expect(log).to_contain_text("A run is done")
    log.get_by_role("button", name="Copy report").click()
    expect(editor.page.get_by_text("The report is copied.").first).to_be_visible()
    report = editor.page.evaluate("() => navigator.clipboard.readText()")
    assert "Python" in report and "cpu" in report.lower()
    assert "secret garden" not in report


def test_the_report_holds_versions_devices_and_the_last_error(editor: Editor):
    editor.show(workflow("Reported", it=trouble("write_and_fail"), **plain()["nodes"]))
    editor.run()
    note = editor.node("Write and fail").get_by_role("note")
    expect(note).to_be_visible(timeout=A_RUN_MS)
    editor.command("Log")
    log = editor.page.get_by_role("region", name="Log")
    expect(log.get_by_role("listitem").filter(has_text="trouble").first).to_be_visible()
    log.get_by_role("button", name="Copy report").click()
    expect(editor.page.get_by_text("The report is copied.").first).to_be_visible()
    report = editor.page.evaluate("() => navigator.clipboard.readText()")
    assert re.search(r"^Latentwire \d\S*, Python 3\.\d+", report, re.MULTILINE)
    assert re.search(r"^Device: cpu", report, re.MULTILINE)
    assert re.search(r"^Last error \(.*\): trouble/write_and_fail: \w+", report, re.MULTILINE)
    log.get_by_role("button", name="Go to the node").first.click()
    expect(editor.node("Write and fail")).to_have_attribute("data-selected", "true")


def test_settings_made_on_one_page_are_not_undone_by_another(editor: Editor):
    other = Editor(editor.page.context.new_page(), editor.served)
    other.page.goto(editor.served.url)
    other.ready()
    settings = lambda: editor.served.ask("GET", "/v1/settings")["settings"]  # noqa: E731
    editor.rest()
    editor.press("Shift+m")
    until(lambda: settings().get("minimap") is False, "it is kept")
    other.command("Snap to grid")
    until(lambda: settings().get("snap"), "that is kept too")
    assert settings()["minimap"] is False

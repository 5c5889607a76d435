"""Open, save, name, copy, throw away, bring back: nothing that was made is lost."""

import json
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.web.drawn import example, plain
from tests.web.editor import Editor
from tests.web.served import until

TREE = Path(__file__).resolve().parents[2]


def name_it(page: Page, title: str, name: str, press: str) -> None:
    dialog = page.get_by_role("dialog", name=title)
    dialog.get_by_role("textbox", name="Name").fill(name)
    dialog.get_by_role("button", name=press, exact=True).click()
    expect(dialog).to_have_count(0)


def test_a_change_is_saved_by_itself_under_the_title_and_what_was_only_looked_at_is_not(
    editor: Editor,
):
    assert editor.served.saved() == []
    editor.move("Sample", (0, 60))
    until(lambda: editor.served.saved() == ["First picture"], "it is saved")


def test_a_file_that_is_opened_and_saved_again_is_the_same_to_the_byte(editor: Editor):
    for name in ("first-picture", "open-loop", "guidance-sweep"):
        editor.served.save(name, example(name))
        before = editor.served.text(name)
        editor.open(name)
        editor.press("Control+a", "Control+m", "Control+z")
        revision = editor.served.revision(name)
        until(lambda: editor.served.revision(name) >= revision, "it is saved")  # noqa: B023
        editor.saved()
        assert editor.served.text(name) == before


def test_the_file_that_the_editor_saved_runs_on_the_command_line(editor: Editor, tmp_path: Path):
    editor.served.save("Plain", plain())
    editor.open("Plain")
    editor.move("Blur image", (0, 50))
    editor.saved()
    file = editor.served.process.data / "workflows" / "Plain.json"
    command = [sys.executable, str(TREE / "main.py"), "run", str(file), "--json"]
    done = subprocess.run(
        [*command, "--out", str(tmp_path)], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["nodes"]["blur"]


def test_save_as_leaves_the_one_before_as_it_was(editor: Editor):
    editor.served.save("One", plain("One"))
    editor.open("One")
    editor.press("Control+Shift+s")
    name_it(editor.page, "Save as", "Two", "Save")
    editor.move("Blur image", (0, 90))
    editor.saved()
    assert sorted(editor.served.saved()) == ["One", "Two"]
    assert editor.served.document("One")["layout"]["blur"] == plain()["layout"]["blur"]
    assert editor.served.document("Two")["layout"]["blur"] != plain()["layout"]["blur"]


def test_a_name_that_is_taken_is_refused_in_place(editor: Editor):
    for name in ("One", "Two"):
        editor.served.save(name, plain(name))
    editor.open("One")
    editor.command("Rename")
    dialog = editor.page.get_by_role("dialog", name="Rename")
    dialog.get_by_role("textbox", name="Name").fill("two")
    dialog.get_by_role("button", name="Rename", exact=True).click()
    expect(dialog).to_contain_text("already")
    assert sorted(editor.served.saved()) == ["One", "Two"]


def test_a_workflow_gets_another_name(editor: Editor):
    editor.served.save("One", plain("One"))
    editor.open("One")
    editor.command("Rename")
    name_it(editor.page, "Rename", "Another", "Rename")
    until(lambda: editor.served.saved() == ["Another"], "it has the other name")
    expect(editor.tab("Another")).to_be_visible()


def test_a_duplicate_is_another_file_with_the_same_nodes(editor: Editor):
    editor.served.save("One", plain("One"))
    editor.open("One")
    editor.command("Duplicate")
    until(lambda: len(editor.served.saved()) == 2, "there are two")
    (other,) = [name for name in editor.served.saved() if name != "One"]
    assert editor.served.document(other)["nodes"] == plain()["nodes"]


def test_what_was_deleted_comes_back_from_the_bin(editor: Editor):
    editor.served.save("One", plain("One"))
    editor.open("One")
    editor.command("Delete the workflow")
    until(lambda: editor.served.saved() == [], "it is gone")
    editor.press("Control+o")
    dialog = editor.page.get_by_role("dialog", name="Open a workflow")
    dialog.get_by_role("tab", name="Bin").click()
    dialog.get_by_role("button", name="Bring back One").first.click()
    until(lambda: editor.served.saved() == ["One"], "it is back")
    assert editor.served.document("One")["nodes"] == plain()["nodes"]


def test_workflows_are_open_in_tabs_each_with_its_own_undo(editor: Editor):
    for name in ("One", "Two"):
        editor.served.save(name, plain(name))
        editor.open(name)
    editor.move("Blur image", (0, 70))
    editor.saved()
    moved = editor.served.document("Two")["layout"]["blur"]
    editor.tab("One").click()
    editor.rest()
    editor.undo()
    editor.tab("Two").click()
    editor.rest()
    assert editor.served.document("Two")["layout"]["blur"] == moved
    editor.undo()
    editor.saved()
    assert editor.served.document("Two")["layout"]["blur"] == plain()["layout"]["blur"]


def test_a_tab_is_closed_and_nothing_of_it_is_lost(editor: Editor):
    editor.served.save("One", plain("One"))
    editor.open("One")
    editor.move("Blur image", (0, 70))
    editor.page.get_by_title("Close One").click()
    expect(editor.tab("One")).to_have_count(0)
    until(
        lambda: editor.served.document("One")["layout"]["blur"] != plain()["layout"]["blur"],
        "the change was saved before",
    )


def test_an_example_is_opened_with_its_picture_from_the_list(editor: Editor):
    editor.press("Control+o")
    dialog = editor.page.get_by_role("dialog", name="Open a workflow")
    dialog.get_by_role("tab", name="Examples").click()
    expect(dialog.get_by_role("img").first).to_be_visible()
    dialog.get_by_role("button", name="Open loop").click()
    expect(editor.node("Repeat")).to_be_visible()


def test_an_exported_file_is_the_saved_one_to_the_byte(editor: Editor, tmp_path: Path):
    editor.move("Sample", (0, 60))
    editor.saved()
    with editor.page.expect_download() as caught:
        editor.command("Export as a file")
    assert Path(caught.value.path()).read_bytes() == editor.served.text("First picture")


def test_a_link_carries_the_graph_to_another_browser(editor: Editor, browser):
    editor.move("Sample", (0, 60))
    editor.saved()
    editor.command("Share as a link")
    field = editor.page.get_by_role("dialog", name="Share as a link").get_by_role("textbox")
    link = field.first.input_value()
    assert link.startswith(editor.served.url) and "#" in link
    context = browser.new_context(viewport={"width": 1600, "height": 1000})
    there = Editor(context.new_page(), editor.served)
    there.page.goto(editor.served.link())
    there.ready()
    there.page.goto(link)
    there.ready()
    expect(there.nodes).to_have_count(6)
    expect(there.page.get_by_text("came with the link")).to_be_visible()
    context.close()


def test_a_file_is_chosen_from_the_disk(editor: Editor, tmp_path: Path):
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(plain("Mine")))
    with editor.page.expect_file_chooser() as asked:
        editor.command("Import a file")
    asked.value.set_files(file)
    expect(editor.node("Blur image")).to_be_visible()
    expect(editor.tab("Mine")).to_be_visible()


def test_a_file_that_was_deleted_elsewhere_is_said_and_saved_anew(editor: Editor):
    editor.show(plain("Gone"))
    revision = editor.served.revision("Gone")
    editor.served.ask("DELETE", "/v1/workflows/Gone", **{"If-Match": f'"{revision}"'})
    editor.move("Blur image", (0, 70))
    expect(editor.page.get_by_text("“Gone” was deleted elsewhere").first).to_be_visible()
    assert editor.document("Gone")["layout"]["blur"] != plain()["layout"]["blur"]


def test_a_delete_is_undone_by_the_message_that_tells_of_it(editor: Editor):
    editor.show(plain("One"))
    messages = editor.page.get_by_role("region", name="Messages")
    for name, nodes in (("One", 3), ("First picture", 6)):  # the second was never saved
        editor.tab(name).click()
        editor.command("Delete the workflow")
        expect(editor.tab(name)).to_have_count(0)
        messages.get_by_role("button", name="Bring it back").click()
        expect(editor.tab(name)).to_have_attribute("aria-selected", "true")
        expect(editor.nodes).to_have_count(nodes)
    assert editor.served.document("One")["nodes"] == plain()["nodes"]


def test_a_tab_closed_by_keys_gives_the_focus_to_its_neighbour(editor: Editor):
    for name in ("One", "Two", "Three"):
        editor.show(plain(name))
    editor.tab("Two").focus()
    editor.press("Delete")
    expect(editor.tab("Two")).to_have_count(0)
    expect(editor.tab("Three")).to_be_focused()
    expect(editor.tab("Three")).to_have_attribute("aria-selected", "true")


def test_the_wheel_goes_through_more_tabs_than_there_is_room_for(editor: Editor):
    editor.page.set_viewport_size({"width": 1000, "height": 700})
    for number in range(12):
        editor.show(plain(f"A workflow with a long name, number {number}"))
    first = editor.tab("A workflow with a long name, number 0")
    expect(first).not_to_be_in_viewport()
    editor.mouse.move(*editor.middle(editor.page.get_by_role("tablist", name="Open workflows")))
    editor.mouse.wheel(0, -3000)
    expect(first).to_be_in_viewport()


def test_enter_opens_what_was_searched_for(editor: Editor):
    for name in ("Harbour", "Lighthouse"):
        editor.served.save(name, plain(name))
    editor.press("Control+o")
    search = editor.dialog("Open a workflow").get_by_role("searchbox")
    search.fill("light")
    expect(editor.dialog("Open a workflow").get_by_title("Harbour", exact=True)).to_have_count(0)
    search.press("Enter")
    expect(editor.tab("Lighthouse")).to_have_attribute("aria-selected", "true")

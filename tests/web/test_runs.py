"""Running: at once, many times, to here, next, stopped; and runs that fail."""

import re

from playwright.sync_api import Locator, WebSocketRoute, expect

from tests.web.drawn import node, plain, slow, workflow
from tests.web.editor import Editor
from tests.web.line import Line
from tests.web.served import until


def states(editor: Editor, title: str) -> list[str]:
    return [run["state"] for run in editor.served.runs() if run["title"] == title]


def opened(editor: Editor, document: dict[str, object]) -> None:
    title = str(document["title"])
    editor.served.save(title, document)
    editor.open(title)


def badge(editor: Editor, title: str) -> Locator:
    return editor.node(title).locator("header")


def test_a_run_is_seen_as_asked_for_before_the_server_answers(editor: Editor):
    def hold_back(line: WebSocketRoute) -> None:
        server = line.connect_to_server()
        line.on_message(lambda said: None if "runs.submit" in str(said) else server.send(said))

    editor.page.route_web_socket("**/v1/ws", hold_back)
    opened(editor, plain("At once", "#010101"))
    editor.page.reload()
    editor.ready()
    editor.run()
    expect(editor.button("Stop")).to_be_enabled()


def test_the_node_that_works_shows_its_step_the_time_left_and_a_stop_button(editor: Editor):
    opened(editor, slow("Steps", seed=101))
    editor.run()
    expect(badge(editor, "Sample")).to_contain_text(re.compile(r"step \d+ of 150"))
    expect(badge(editor, "Sample")).to_contain_text("left")
    expect(editor.picture("Sample")).to_be_visible()
    editor.node("Sample").get_by_role("button", name="Stop this run").click()
    until(lambda: states(editor, "Steps") == ["cancelled"], "it is cancelled")
    expect(editor.button("Stop")).to_be_disabled()


def test_stop_ends_the_run_and_the_next_works(editor: Editor):
    opened(editor, slow("Stopped", seed=102))
    editor.run()
    expect(badge(editor, "Sample")).to_contain_text("step")
    editor.button("Stop").click()
    until(lambda: states(editor, "Stopped") == ["cancelled"], "it is cancelled")
    opened(editor, plain("After", "#020202"))
    editor.run()
    editor.has_pictures("Preview image")


def test_afterwards_each_node_says_its_seconds_and_then_that_it_was_reused(editor: Editor):
    opened(editor, plain("Again", "#030303"))
    editor.run()
    expect(badge(editor, "Blur image")).to_contain_text(re.compile(r"\d s"))
    editor.run()
    expect(badge(editor, "Blur image")).to_contain_text("reused")


def test_before_a_run_what_will_be_reused_is_dim_and_what_will_run_is_lit(editor: Editor):
    opened(editor, plain("Lit", "#040404"))
    editor.run()
    editor.has_pictures("Preview image")
    field = editor.page.get_by_role("spinbutton", name="Blur image radius", exact=True)
    field.fill("5")
    field.press("Enter")
    looks = "e => getComputedStyle(e.querySelector('.title')).color + getComputedStyle(e).opacity"
    dim, lit = badge(editor, "Solid image"), badge(editor, "Blur image")
    until(lambda: dim.evaluate(looks) != lit.evaluate(looks), "what is reused is dim")
    expect(badge(editor, "Blur image")).not_to_contain_text("reused")


def test_run_to_here_runs_only_what_the_node_needs(editor: Editor):
    opened(editor, plain("Here", "#050505"))
    editor.select("Blur image")
    editor.press("Shift+Enter")
    until(lambda: states(editor, "Here") == ["done"], "it is done")
    expect(badge(editor, "Blur image")).to_contain_text(re.compile(r"\d s|reused"))
    expect(editor.picture("Preview image")).to_have_count(0)


def test_run_next_goes_before_what_waits(editor: Editor):
    opened(editor, slow("Long", seed=103))
    editor.run()
    expect(badge(editor, "Sample")).to_contain_text("step")
    opened(editor, plain("Last", "#060606"))
    editor.press("Control+Enter")
    opened(editor, plain("Next", "#070707"))
    editor.press("Control+Shift+Enter")
    waiting = until(
        lambda: [r for r in editor.served.runs() if r["state"] == "queued"][1:], "both wait"
    )
    assert waiting
    places = {r["title"]: r["position"] for r in editor.served.runs() if r["state"] == "queued"}
    assert places["Next"] < places["Last"]


def test_run_many_times_makes_as_many_runs_with_other_seeds(editor: Editor):
    editor.button("More ways to run").click()
    editor.page.get_by_role("menuitem", name="Run 4 times").click()
    until(lambda: len(states(editor, "First picture")) >= 4, "four are there")


def test_on_change_runs_what_was_changed_by_itself(editor: Editor):
    opened(editor, plain("Change", "#080808"))
    editor.command("Run on every change")
    field = editor.page.get_by_role("spinbutton", name="Blur image radius", exact=True)
    field.fill("4")
    field.press("Enter")
    until(lambda: "done" in states(editor, "Change"), "it ran")
    editor.command("Run on every change")


def test_a_run_that_fails_while_it_is_looked_at_says_so_on_the_node(editor: Editor):
    document = plain("Refused")
    document["nodes"]["blur"]["wires"] = {}
    opened(editor, document)
    editor.run()
    expect(editor.node("Blur image").get_by_role("note")).to_be_visible()


def test_a_run_that_fails_at_work_says_so_on_the_node_and_offers_what_mends_it(editor: Editor):
    document = workflow(
        "Fails",
        number=node("calculate", a=1.0, b=0.0, how="divide"),
        text=node("format_number", {"value": "number.float"}),
        fill=node("solid_image", width=64, height=64),
        label=node("label_image", {"image": "fill.image", "text": "text.str"}),
        show=node("preview_image", {"image": "label.image"}),
    )
    opened(editor, document)
    editor.run()
    expect(editor.node("Calculate").get_by_role("note")).to_be_visible()
    until(lambda: states(editor, "Fails") != ["queued"], "it has ended")


def test_a_problem_is_mended_by_its_button(editor: Editor):
    document = plain("Mend")
    document["nodes"]["blur"]["values"]["radius"] = -50.0
    opened(editor, document)
    note = editor.node("Blur image").get_by_role("note")
    expect(note).to_contain_text("is -50.0, outside 0 to")
    note.get_by_role("button", name="Use 0").click()
    expect(note).to_have_count(0)
    assert editor.document()["nodes"]["blur"]["values"]["radius"] == 0
    editor.rest()
    editor.undo()
    expect(note).to_be_visible()


def test_an_estimate_of_time_and_memory_stands_beside_run(editor: Editor):
    editor.run()
    editor.has_pictures("Save image")
    field = editor.page.get_by_role("spinbutton", name="Sample seed", exact=True)
    field.fill("4711")
    field.press("Enter")
    expect(editor.page.get_by_role("banner")).to_contain_text(re.compile(r"\d s( · \d+ [MG]B)?"))


def test_stop_holds_for_a_run_that_the_server_has_not_heard_of_yet(editor: Editor):
    line = Line(editor)
    editor.served.save("Hasty", slow("Hasty", steps=60))
    editor.open("Hasty")
    line.held = {"runs.submit"}
    editor.run()
    editor.button("Stop").click()
    line.release()
    line.until(lambda: editor.served.states("Hasty") not in ([], ["queued"], ["running"]), "ended")
    assert editor.served.states("Hasty") == ["cancelled"]

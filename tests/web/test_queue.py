"""The queue strip: what runs, waits and ended, with pictures; reorder, cancel, pause, clear."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.web.drawn import plain, slow
from tests.web.editor import A_RUN_MS, Editor
from tests.web.served import until


def cards(editor: Editor, title: str) -> Locator:
    return editor.queue.get_by_role("listitem").filter(has_text=title)


def waiting(editor: Editor) -> list[str]:
    queued = [run for run in editor.served.runs() if run["state"] == "queued"]
    return [run["title"] for run in sorted(queued, key=lambda run: run["position"])]


@pytest.fixture
def busy(editor: Editor) -> Editor:
    """A long run works, and three short ones wait."""
    for title in ("One", "Two", "Three"):
        editor.served.save(title, plain(title))
    editor.served.ask("POST", "/v1/runs", {"workflow": slow("Long", seed=301)})
    for title in ("One", "Two", "Three"):
        editor.served.ask("POST", "/v1/runs", {"workflow": plain(title)})
    expect(cards(editor, "Three").first).to_be_visible(timeout=A_RUN_MS)
    return editor


def test_what_runs_shows_its_step_and_a_picture(busy: Editor):
    expect(cards(busy, "Long").first).to_contain_text(re.compile(r"\d+ of 150"), timeout=A_RUN_MS)
    expect(cards(busy, "Long").first.get_by_role("img").first).to_be_visible()


def test_one_that_waits_is_cancelled(busy: Editor):
    busy.queue.get_by_role("button", name="Cancel Two").click()
    until(lambda: waiting(busy) == ["One", "Three"], "it is out of the queue")
    expect(busy.queue.get_by_role("button", name="Cancel Two")).to_have_count(0)


def test_waiting_runs_are_dragged_into_another_order(busy: Editor):
    expect(cards(busy, "Long").first.get_by_role("img").first).to_be_visible(timeout=A_RUN_MS)
    start = busy.middle(cards(busy, "Three").first)
    end = busy.box(cards(busy, "One").first)
    busy.drag(start, (end["x"] + 4, start[1]), steps=12)
    until(lambda: waiting(busy)[0] == "Three", "it is the next")


def test_waiting_runs_are_moved_by_arrow_keys(busy: Editor):
    card = cards(busy, "Three").first
    card.focus()
    busy.press("ArrowLeft")
    until(lambda: waiting(busy) == ["One", "Three", "Two"], "it has moved")


def test_the_queue_pauses_and_goes_on(busy: Editor):
    busy.queue.get_by_role("button", name="Pause").click()
    expect(busy.queue).to_contain_text("paused")
    assert busy.served.ask("GET", "/v1/runs")["paused"] is True
    busy.queue.get_by_role("button", name="Resume").click()
    until(lambda: busy.served.ask("GET", "/v1/runs")["paused"] is False, "it goes on")


def test_all_that_waits_is_cleared_at_once(busy: Editor):
    busy.queue.get_by_role("button", name="Clear").click()
    until(lambda: waiting(busy) == [], "nothing waits")


def test_what_ended_shows_its_picture_and_opens_large(editor: Editor):
    editor.served.save("Seen", plain("Seen", "#553311"))
    editor.open("Seen")
    editor.run()
    editor.has_pictures("Preview image")
    ended = editor.queue.get_by_role("list", name="Ended").get_by_role("listitem").first
    expect(ended.get_by_role("img").first).to_be_visible()
    editor.node("Preview image").get_by_role("button").filter(
        has=editor.page.get_by_role("img")
    ).click()
    dialog = editor.page.get_by_role("dialog")
    expect(dialog.get_by_role("img").first).to_be_visible()
    editor.press("Escape")
    expect(dialog).to_have_count(0)


def test_the_workflow_of_a_run_is_opened_again(editor: Editor):
    editor.served.ask("POST", "/v1/runs", {"workflow": plain("Elsewhere", "#553322")})
    more = editor.queue.get_by_role("button", name="More for Elsewhere").first
    expect(more).to_be_visible(timeout=A_RUN_MS)
    more.click()
    editor.page.get_by_role("menuitem", name="Open its workflow").click()
    expect(editor.node("Blur image")).to_be_visible()


def test_while_the_queue_is_paused_nothing_begins(editor: Editor):
    editor.queue.get_by_role("button", name="Pause").click()
    expect(editor.queue).to_contain_text("paused")
    editor.show(plain("Held", "#553344"))
    editor.run()
    expect(cards(editor, "Held").first).to_contain_text("next")
    assert editor.served.states("Held") == ["queued"]
    editor.queue.get_by_role("button", name="Resume").click()
    editor.has_pictures("Preview image")

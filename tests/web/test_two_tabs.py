"""Two tabs, or two machines, edit one file: neither overwrites the other unasked."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.web.drawn import plain
from tests.web.editor import Editor
from tests.web.served import until


@pytest.fixture
def other(editor: Editor) -> Editor:
    """A second page with the same file open, in the same browser."""
    editor.served.save("Shared", plain("Shared"))
    editor.open("Shared")
    page: Any = editor.page.context.new_page()
    page.goto(editor.served.url)
    other = Editor(page, editor.served)
    other.ready()
    other.open("Shared")
    return other


def set_radius(editor: Editor, value: str) -> None:
    field = editor.page.get_by_role("spinbutton", name="Blur image radius", exact=True)
    field.fill(value)
    field.press("Enter")


def radius(editor: Editor) -> float:
    field = editor.page.get_by_role("spinbutton", name="Blur image radius", exact=True)
    return float(field.input_value())


def saved_radius(editor: Editor, name: str = "Shared") -> float:
    return float(editor.served.document(name)["nodes"]["blur"]["values"]["radius"])


def collide(editor: Editor, other: Editor) -> Locator:
    """Both change it before they hear of one another; what the second of them is offered then."""
    set_radius(other, "5")
    set_radius(editor, "9")
    late = until(
        lambda: next((e for e in (editor, other) if offer(e).count()), None), "one is late"
    )
    assert isinstance(late, Editor)
    return offer(late)


def offer(editor: Editor) -> Locator:
    return editor.page.get_by_role("dialog", name=re.compile("was changed elsewhere"))


def test_the_later_of_two_is_asked_and_nothing_was_overwritten(editor: Editor, other: Editor):
    collide(editor, other)
    assert saved_radius(editor) in (5.0, 9.0)
    assert len(editor.served.saved()) == 1


@pytest.mark.parametrize("choice", ["Keep mine", "Take theirs"])
def test_one_of_them_is_kept_and_the_other_is_not_lost(editor: Editor, other: Editor, choice: str):
    dialog = collide(editor, other)
    late = editor if offer(editor).count() else other
    mine, theirs = (9.0, 5.0) if late is editor else (5.0, 9.0)
    dialog.get_by_role("button", name=choice).click()
    kept = mine if choice == "Keep mine" else theirs
    until(lambda: saved_radius(late) == kept, "it is saved")
    assert radius(late) == kept
    revisions = editor.served.ask("GET", "/v1/workflows/Shared/revisions")["workflows"]
    texts = [
        editor.served.ask("GET", f"/v1/workflows/Shared?revision={one['revision']}")["workflow"]
        for one in revisions
    ]
    radii = {one["nodes"]["blur"]["values"]["radius"] for one in texts}
    assert theirs in radii
    if choice == "Take theirs":
        late.rest()
        late.undo()
        assert radius(late) == mine


def test_both_are_kept_side_by_side(editor: Editor, other: Editor):
    dialog = collide(editor, other)
    dialog.get_by_role("button", name="Keep both").click()
    until(lambda: len(editor.served.saved()) == 2, "both are saved")
    assert {saved_radius(editor, name) for name in editor.served.saved()} == {5.0, 9.0}


def test_what_another_tab_saved_is_followed_where_nothing_was_changed(
    editor: Editor, other: Editor
):
    set_radius(other, "7")
    other.saved()
    editor.page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    until(lambda: radius(editor) == 7.0, "it is seen here")
    set_radius(editor, "8")
    until(lambda: saved_radius(editor) == 8.0, "it is saved over")


def test_another_machine_is_asked_in_the_same_way(editor: Editor, browser: Browser):
    editor.show(plain("Shared"))
    context = browser.new_context(viewport={"width": 1600, "height": 1000})
    there = Editor(context.new_page(), editor.served)
    there.page.goto(editor.served.link())
    there.ready()
    there.open("Shared")
    dialog = collide(editor, there)
    for choice in ("Keep mine", "Take theirs", "Keep both"):
        expect(dialog.get_by_role("button", name=choice)).to_be_visible()
    dialog.get_by_role("button", name="Keep both").click()
    until(lambda: len(editor.served.saved()) == 2, "both are saved")
    assert {saved_radius(editor, name) for name in editor.served.saved()} == {5.0, 9.0}
    context.close()


def test_it_can_be_decided_later_and_nothing_is_saved_until_then(editor: Editor, other: Editor):
    dialog = collide(editor, other)
    late = editor if offer(editor).count() else other
    mine = 9.0 if late is editor else 5.0
    dialog.get_by_role("button", name="Decide later").click()
    expect(dialog).to_have_count(0)
    assert radius(late) == mine and saved_radius(late) != mine
    late.button("Changed elsewhere").click()
    dialog.get_by_role("button", name="Keep mine").click()
    until(lambda: saved_radius(late) == mine, "it is saved")

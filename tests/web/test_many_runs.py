"""One press that asks for several runs: seeds of their own, and the one at work is shown."""

import re
from typing import Any

from playwright.sync_api import expect

from tests.web.drawn import node, plain, slow, workflow
from tests.web.editor import A_RUN_MS, Editor
from tests.web.served import until


def times(editor: Editor, how: str) -> None:
    editor.button("More ways to run").click()
    editor.page.get_by_role("menuitem", name=how).click()


def seeds(editor: Editor, title: str) -> list[Any]:
    """Of the runs with a title that are done, the newest first."""
    runs = [r for r in editor.served.runs() if r["title"] == title and r["state"] == "done"]
    found = [editor.served.ask("GET", f"/v1/runs/{run['run']}") for run in runs]
    return [one["workflow"]["nodes"]["fill_in"]["values"]["seed"] for one in found]


def test_each_of_several_runs_has_a_seed_of_its_own_and_the_last_is_shown(editor: Editor):
    document = workflow(
        "Several",
        fill=node("solid_image", width=64, height=64),
        mask=node("solid_mask", width=64, height=64),
        fill_in=node("fill_masked", {"image": "fill.image", "mask": "mask.mask"}, seed=1),
        show=node("preview_image", {"image": "fill_in.image"}),
    )
    editor.show(document | {"editor": {"seeds": {"fill_in.seed": "random"}}})
    times(editor, "Run 4 times")
    used = until(lambda: len(found := seeds(editor, "Several")) == 4 and found, "four are done")
    assert len(set(used)) == 4 and 1 not in used
    field = editor.page.get_by_role("spinbutton", name="Fill masked seed", exact=True)
    expect(field).to_have_value(str(used[0]))


def test_how_often_is_typed_and_runs_that_are_all_alike_are_told_of(editor: Editor):
    editor.show(plain("Typed", "#070809"))
    times(editor, "Run as often as")
    dialog = editor.dialog("How often?")
    dialog.get_by_role("spinbutton").fill("3")
    dialog.get_by_role("button", name="Run 3 times").click()
    expect(editor.page.get_by_text("All of these are the same picture").first).to_be_visible()
    until(lambda: editor.served.states("Typed") == ["done"] * 3, "three are done")


def test_runs_that_are_all_alike_become_as_many_pictures_by_the_button_of_the_notice(
    editor: Editor,
):
    document = workflow(
        "Alike",
        fill=node("solid_image", width=64, height=64),
        mask=node("solid_mask", width=64, height=64),
        fill_in=node("fill_masked", {"image": "fill.image", "mask": "mask.mask"}, seed=1),
        show=node("preview_image", {"image": "fill_in.image"}),
    )
    editor.show(document)
    times(editor, "Run 2 times")
    editor.button("Count the seeds up").click()
    used = until(lambda: len(found := seeds(editor, "Alike")) == 4 and found, "four are done")
    assert used == [3, 2, 1, 1]


def test_of_several_runs_the_nodes_show_the_one_at_work(editor: Editor):
    editor.show(slow("Both", seed=601) | {"editor": {"seeds": {"sample.seed": "random"}}})
    times(editor, "Run 2 times")
    working = editor.badge("Sample")
    for left in (["cancelled", "running"], ["cancelled", "cancelled"]):
        expect(working).to_contain_text(re.compile(r"step \d+ of 150"), timeout=A_RUN_MS)
        editor.node("Sample").get_by_role("button", name="Stop this run").click()
        until(lambda: sorted(editor.served.states("Both")) == left, "it is stopped")  # noqa: B023

"""The seed as an instrument: die, lock, last, plus one; the one that was used is the one shown."""

from typing import Any

from playwright.sync_api import Locator, expect

from tests.web.drawn import node, workflow
from tests.web.editor import Editor
from tests.web.served import until


def show(editor: Editor) -> None:
    document = workflow(
        "Seeds",
        seed=node("seed", value=7),
        fill=node("solid_image", width=64, height=64),
        fill_in=node("fill_masked", {"image": "fill.image", "mask": "mask.mask"}, seed=1),
        mask=node("solid_mask", width=64, height=64),
        show=node("preview_image", {"image": "fill_in.image"}),
    )
    editor.served.save("Seeds", document)
    editor.open("Seeds")


def field(editor: Editor) -> Locator:
    return editor.page.get_by_role("spinbutton", name="Fill masked seed", exact=True)


def used(editor: Editor) -> list[Any]:
    runs = [r for r in editor.served.runs() if r["title"] == "Seeds" and r["state"] == "done"]
    found = [editor.served.ask("GET", f"/v1/runs/{run['run']}?workflow=true") for run in runs]
    return [run["workflow"]["nodes"]["fill_in"]["values"]["seed"] for run in found]


def test_the_die_draws_another_seed_and_plus_one_the_next(editor: Editor):
    show(editor)
    editor.node("Fill masked").hover()
    editor.button("New random Fill masked seed").click()
    expect(field(editor)).not_to_have_value("1")
    drawn = int(field(editor).input_value())
    editor.button("Fill masked seed plus one").click()
    expect(field(editor)).to_have_value(str(drawn + 1))


def test_a_seed_that_is_new_with_every_run_is_shown_as_it_was_used(editor: Editor):
    show(editor)
    editor.node("Fill masked").hover()
    editor.button("Fill masked seed stays as it is").click()
    editor.run()
    editor.has_pictures("Preview image")
    shown = int(field(editor).input_value())
    assert shown != 1
    until(lambda: used(editor)[:1] == [shown], "the run had the seed that is shown")


def test_the_seed_of_the_last_run_comes_back(editor: Editor):
    show(editor)
    editor.run()
    editor.has_pictures("Preview image")
    field(editor).fill("99")
    field(editor).press("Enter")
    editor.node("Fill masked").hover()
    editor.button("Fill masked seed of the last run, 1").click()
    expect(field(editor)).to_have_value("1")

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


def test_the_seed_of_the_last_run_comes_back_inside_a_body_too(editor: Editor):
    inside = node("fill_masked", {"image": "in.image", "mask": "in.mask"}, seed=1)
    held = {
        "inputs": {"image": {"type": "Image"}, "mask": {"type": "Mask"}},
        "nodes": {"fill_in": inside},
        "outputs": {"image": "fill_in.image"},
    }
    outside = {"image": "fill.image", "mask": "mask.mask"}
    document = workflow(
        "Held",
        fill=node("solid_image", width=64, height=64),
        mask=node("solid_mask", width=64, height=64),
        held={"type": "group", "wires": outside, "body": held},
        show=node("preview_image", {"image": "held.image"}),
    )
    editor.served.save("Held", document)
    editor.open("Held")
    editor.run()
    editor.has_pictures("Preview image")
    editor.button("Open Group").click()
    seed(editor, "99")
    editor.node("Fill masked").hover()
    editor.button("Fill masked seed of the last run, 1").click()
    expect(field(editor)).to_have_value("1")


def seed(editor: Editor, value: str) -> None:
    field(editor).fill(value)
    field(editor).press("Enter")


def test_a_seed_that_is_locked_is_the_same_in_every_run(editor: Editor):
    show(editor)
    seed(editor, "5150")
    for count in (1, 2):
        editor.run()
        until(lambda: used(editor)[:count] == [5150] * count, "it ran")  # noqa: B023
    expect(field(editor)).to_have_value("5150")


def test_a_seed_that_counts_is_one_more_in_every_run_and_shown_as_it_was_used(editor: Editor):
    show(editor)
    seed(editor, "6000")
    editor.node("Fill masked").hover()
    editor.button("Fill masked seed stays as it is").click()
    editor.button("Fill masked seed new with every run").click()
    expect(editor.button("Fill masked seed one more with every run")).to_be_visible()
    for wanted in ([6001], [6002, 6001]):
        editor.run()
        until(lambda: used(editor)[: len(wanted)] == wanted, "it ran")  # noqa: B023
        expect(field(editor)).to_have_value(str(wanted[0]))

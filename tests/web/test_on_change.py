"""Run on change: what was changed runs by itself, once."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web.drawn import node, slow, workflow
from tests.web.editor import A_RUN_MS, Editor
from tests.web.served import until


def show(editor: Editor, title: str, seeds: dict[str, str]) -> None:
    document: dict[str, Any] = workflow(
        title,
        fill=node("solid_image", width=64, height=64, colour="#080809"),
        mask=node("solid_mask", width=64, height=64),
        fill_in=node("fill_masked", {"image": "fill.image", "mask": "mask.mask"}, seed=1),
        blur=node("blur_image", {"image": "fill_in.image"}, radius=2.0),
        show=node("preview_image", {"image": "blur.image"}),
    )
    editor.show(document | ({"editor": {"seeds": seeds}} if seeds else {}))


def set_radius(editor: Editor, value: str) -> None:
    field = editor.page.get_by_role("spinbutton", name="Blur image radius", exact=True)
    field.fill(value)
    field.press("Enter")


def a_while(editor: Editor) -> None:
    """As long as another run takes, and it takes longer than a change waits to be run."""
    editor.served.ask("POST", "/v1/runs", {"workflow": slow("Meanwhile", steps=20, side=256)})
    until(lambda: set(editor.served.states("Meanwhile")) == {"done"}, "that one is done too")


@pytest.mark.parametrize("seeds", [{}, {"fill_in.seed": "random"}], ids=["fixed", "random"])
def test_each_change_runs_once_also_where_the_run_draws_a_seed(
    editor: Editor, seeds: dict[str, str]
):
    title = f"Once {len(seeds)}"
    show(editor, title, seeds)
    editor.command("Run on every change")
    assert editor.served.states(title) == []
    for count, radius in ((1, "4"), (2, "6")):
        set_radius(editor, radius)
        until(lambda: editor.served.states(title) == ["done"] * count, "it ran")  # noqa: B023
        a_while(editor)
        assert editor.served.states(title) == ["done"] * count


def test_places_and_what_is_wrong_do_not_run(editor: Editor):
    show(editor, "Not run", {})
    editor.command("Run on every change")
    editor.move("Blur image", (0, 60))
    set_radius(editor, "-4")
    expect(editor.node("Blur image").get_by_role("note")).to_be_visible()
    a_while(editor)
    assert editor.served.states("Not run") == []


def test_what_is_changed_while_a_run_works_runs_after_it(editor: Editor):
    editor.show(slow("Later", seed=605))
    editor.run()
    expect(editor.badge("Sample")).to_contain_text("step", timeout=A_RUN_MS)
    editor.command("Run on every change")
    steps = editor.page.get_by_role("spinbutton", name="Sample steps", exact=True)
    steps.fill("2")
    steps.press("Enter")
    editor.button("Stop").click()
    until(lambda: editor.served.states("Later") == ["done", "cancelled"], "the other one ran")

"""Nodes that hold nodes: made of a selection, entered, left, drawn as zones with their count."""

import re
from typing import Any

from playwright.sync_api import Locator, expect

from tests.web.drawn import example, plain
from tests.web.editor import Editor


def crumbs(editor: Editor) -> Locator:
    return editor.page.get_by_role("navigation", name="Way into the nodes")


def loop(editor: Editor) -> None:
    editor.served.save("Loop", example("open-loop"))
    editor.open("Loop")


def made(editor: Editor, title: str) -> dict[str, Any]:
    """A node is made of the first two of three."""
    editor.served.save(title, plain(title, "#0d0e0f"))
    editor.open(title)
    editor.select("Solid image", "Blur image")
    editor.press("Control+Shift+e")
    expect(editor.nodes).to_have_count(2)
    document = editor.document(title)
    (group,) = [one for one in document["nodes"].values() if one["type"] == "group"]
    return dict(group)


def test_a_selection_becomes_one_node_that_does_the_same(editor: Editor):
    group = made(editor, "Grouped")
    assert sorted(group["body"]["nodes"]) == ["blur", "fill"]
    assert list(group["body"]["outputs"].values()) == ["blur.image"]
    editor.run()
    editor.has_pictures("Preview image")


def test_making_a_node_of_nodes_is_one_step_to_undo(editor: Editor):
    made(editor, "Undone")
    editor.undo()
    expect(editor.nodes).to_have_count(3)
    assert editor.document("Undone")["nodes"] == plain("Undone", "#0d0e0f")["nodes"]


def test_a_repeat_is_a_zone_with_its_count(editor: Editor):
    loop(editor)
    zone = editor.page.get_by_role("button", name="Open Repeat")
    expect(zone).to_contain_text("× 20")


def test_one_goes_into_a_body_and_back_by_the_breadcrumbs(editor: Editor):
    loop(editor)
    editor.page.get_by_role("button", name="Open Repeat").click()
    expect(crumbs(editor)).to_be_visible()
    expect(editor.node("U-Net denoise")).to_be_visible()
    expect(editor.port("In", "latent", "output")).to_be_visible()
    expect(editor.port("Out", "latent", "input")).to_be_visible()
    crumbs(editor).get_by_role("button").first.click()
    expect(editor.node("VAE decode")).to_be_visible()


def test_what_is_changed_inside_is_changed_in_the_file_and_undone(editor: Editor):
    loop(editor)
    editor.page.get_by_role("button", name="Open Repeat").click()
    expect(editor.node("Guide")).to_be_visible()
    editor.select("Guide")
    editor.press("Control+m")
    body = editor.document("Loop")["nodes"]["loop"]["body"]
    assert body["nodes"]["guide"]["mode"] == "mute"
    editor.undo()
    body = editor.document("Loop")["nodes"]["loop"]["body"]
    assert body == example("open-loop")["nodes"]["loop"]["body"]


def test_inside_a_body_wires_are_drawn_from_what_comes_in_to_what_goes_out(editor: Editor):
    loop(editor)
    editor.page.get_by_role("button", name="Open Repeat").click()
    expect(editor.node("In")).to_be_visible()
    editor.wire(("In", "latent"), ("Out", "latent"))
    outputs = editor.document("Loop")["nodes"]["loop"]["body"]["outputs"]
    assert outputs["latent"] == "in.latent"


def test_a_running_repeat_tells_its_turn(editor: Editor):
    document = example("open-loop")
    document["nodes"]["blank"]["values"] = {"width": 512, "height": 512}
    document["nodes"]["loop"]["values"]["times"] = 60
    document["nodes"]["schedule"]["values"]["steps"] = 60
    editor.served.save("Turns", document | {"title": "Turns"})
    editor.open("Turns")
    editor.run()
    expect(editor.node("Repeat")).to_contain_text(re.compile(r"turn \d+|\d+ of 60"))
    editor.button("Stop").click()


def test_a_for_each_is_a_zone_and_its_lists_are_typed_one_entry_a_line(editor: Editor):
    editor.served.save("Sweep", example("guidance-sweep"))
    editor.open("Sweep")
    zone = editor.page.get_by_role("button", name="Open For each")
    expect(zone.first).to_contain_text("for each")


def test_a_problem_inside_is_seen_on_the_node_that_holds_it(editor: Editor):
    document = example("open-loop") | {"title": "Inside"}
    del document["nodes"]["loop"]["body"]["nodes"]["unet"]["wires"]["sigma"]
    editor.served.save("Inside", document)
    editor.open("Inside")
    expect(editor.node("Repeat").get_by_role("note")).to_contain_text("unet")


def test_the_button_that_counts_problems_goes_to_the_one_inside(editor: Editor):
    document = example("open-loop") | {"title": "Far inside"}
    del document["nodes"]["loop"]["body"]["nodes"]["unet"]["wires"]["sigma"]
    editor.show(document)
    editor.page.get_by_role("button", name=re.compile(r"^\d+ problems?$")).click()
    expect(crumbs(editor)).to_be_visible()
    wrong = editor.node("U-Net denoise")
    expect(wrong).to_be_in_viewport(ratio=0.99)
    expect(wrong).to_have_attribute("data-selected", "true")
    expect(wrong.get_by_role("note")).to_contain_text("sigma")
    assert editor.box(wrong)["width"] > 260  # it was gone near to


def test_find_goes_into_a_body(editor: Editor):
    loop(editor)
    editor.press("Control+f")
    editor.dialog("Find").get_by_role("combobox").fill("guide")
    expect(editor.dialog("Find").get_by_role("option").first).to_contain_text("in Repeat")
    editor.press("Enter")
    expect(crumbs(editor)).to_be_visible()
    expect(editor.node("Guide")).to_be_in_viewport(ratio=0.99)

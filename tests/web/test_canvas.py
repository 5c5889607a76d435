"""The canvas: select, align, tidy, frames, mute, bypass, notes, reroutes, find, views, the map."""

import re
from typing import Any

from playwright.sync_api import Locator, expect

from tests.web.drawn import chain, node, plain, workflow
from tests.web.editor import Editor
from tests.web.served import until


def selected(editor: Editor) -> Locator:
    return editor.canvas.locator("article[data-selected]")


def show(editor: Editor, document: dict[str, Any]) -> None:
    editor.served.save(document["title"], document)
    editor.open(document["title"])


def test_a_double_click_on_nothing_adds_a_node_there(editor: Editor):
    spot = editor.empty_spot()
    editor.mouse.dblclick(*spot)
    editor.choose("Number")
    box = editor.box(editor.node("Number"))
    assert abs(box["x"] - spot[0]) < 200 and abs(box["y"] - spot[1]) < 200


def test_a_box_drawn_with_shift_selects_what_is_in_it(editor: Editor):
    first, second = editor.box(editor.node("Encode text")), editor.box(editor.node("Empty latent"))
    start = (first["x"] - 20, first["y"] - 30)
    end = (second["x"] + second["width"] + 20, second["y"] + second["height"] + 20)
    editor.keys.down("Shift")
    editor.drag(start, end)
    editor.keys.up("Shift")
    expect(selected(editor)).to_have_count(2)


def test_escape_and_a_click_on_nothing_select_nothing(editor: Editor):
    editor.press("Control+a")
    expect(selected(editor)).to_have_count(6)
    editor.press("Escape")
    expect(selected(editor)).to_have_count(0)
    editor.select("Sample", "Save image")
    expect(selected(editor)).to_have_count(2)
    editor.rest()
    expect(selected(editor)).to_have_count(0)


def test_selected_nodes_move_together_and_that_is_one_step(editor: Editor):
    before = editor.document()["layout"]
    editor.select("Sample", "Save image")
    editor.move("Sample", (40, 80))
    after = editor.document()["layout"]
    moved = [id for id in after if after[id] != before[id]]
    assert sorted(moved) == ["sample", "save"]
    assert after["sample"][1] - before["sample"][1] == after["save"][1] - before["save"][1] > 0
    editor.undo()
    assert editor.document()["layout"] == before


def test_arrow_keys_move_what_is_selected(editor: Editor):
    before = editor.document()["layout"]["sample"]
    editor.select("Sample")
    editor.press("ArrowRight", "ArrowRight", "ArrowDown")
    after = editor.document()["layout"]["sample"]
    assert after[0] > before[0] and after[1] > before[1]


def test_nodes_are_aligned_on_their_left_edges(editor: Editor):
    editor.move("Empty latent", (37, 0))
    editor.select("Encode text", "Empty latent")
    editor.command("Align left")
    layout = editor.document()["layout"]
    assert layout["prompt"][0] == layout["blank"][0]


def test_tidy_leaves_no_node_over_another_and_is_one_step(editor: Editor):
    document = plain("Heap")
    document["layout"] = {"fill": [0, 0], "blur": [10, 10], "show": [20, 20]}
    show(editor, document)
    editor.rest()
    editor.press("Shift+l")
    layout = editor.document("Heap")["layout"]
    assert layout["fill"][0] + 240 <= layout["blur"][0]
    assert layout["blur"][0] + 240 <= layout["show"][0]
    editor.undo()
    assert editor.document("Heap")["layout"] == document["layout"]


def test_a_frame_holds_nodes_and_moves_mutes_and_folds_them(editor: Editor):
    show(editor, plain("Framed"))
    editor.select("Solid image", "Blur image")
    editor.press("Control+g")
    document = editor.document("Framed")
    ((name, frame),) = document["editor"]["frames"].items()
    assert sorted(frame["nodes"]) == ["blur", "fill"] and name
    before = document["layout"]
    box = editor.canvas.get_by_role("region", name=frame["title"])
    place = editor.box(box)
    grip = (place["x"] + place["width"] / 2, place["y"] + 10)
    editor.drag(grip, (grip[0], grip[1] + 80))
    after = editor.document("Framed")["layout"]
    assert after["fill"][1] > before["fill"][1] and after["blur"][1] > before["blur"][1]
    assert after["show"] == before["show"]
    box.get_by_role("button", name="Mute the frame").click()
    expect(editor.node("Blur image")).to_contain_text("muted")
    box.get_by_role("button", name="Mute the frame").click()
    box.get_by_role("button", name="Fold the frame", exact=True).click()
    expect(editor.nodes).to_have_count(1)
    box.get_by_role("button", name="Unfold the frame").click()
    expect(editor.nodes).to_have_count(3)
    box.get_by_role("button", name="Run the frame").click()
    until(lambda: [r for r in editor.served.runs() if r["title"] == "Framed"], "it runs")


def test_mute_and_bypass_are_seen_and_kept(editor: Editor):
    show(editor, plain("Modes"))
    editor.select("Blur image")
    editor.press("Control+b")
    expect(editor.node("Blur image")).to_contain_text("bypassed")
    assert editor.document("Modes")["nodes"]["blur"]["mode"] == "bypass"
    editor.press("Control+m")
    expect(editor.node("Blur image")).to_contain_text("muted")
    editor.press("Control+m")
    assert "mode" not in editor.document("Modes")["nodes"]["blur"]


def test_a_bypassed_node_passes_its_picture_on(editor: Editor):
    show(editor, plain("Passes", "#0a0b0c"))
    editor.select("Blur image")
    editor.press("Control+b")
    editor.run()
    editor.has_pictures("Preview image")


def test_a_note_is_written_in_markdown(editor: Editor):
    editor.add("Note")
    editor.node("Note").dblclick()
    editor.node("Note").get_by_role("textbox").fill("# Plan\n\n* more **light**")
    editor.rest()
    expect(editor.node("Note").get_by_role("heading", name="Plan")).to_be_visible()
    expect(editor.node("Note").locator("strong")).to_have_text("light")


def test_a_wire_gets_a_bend_by_alt_and_click_and_loses_it_again(editor: Editor):
    out = editor.middle(editor.port("VAE decode", "image", "output"))
    into = editor.middle(editor.port("Save image", "image", "input"))
    middle = ((out[0] + into[0]) / 2, (out[1] + into[1]) / 2)
    editor.keys.down("Alt")
    editor.mouse.click(*middle)
    editor.keys.up("Alt")
    bend = editor.canvas.get_by_role("button", name=re.compile("^Bend|^Dot"))
    expect(bend).to_have_count(1)
    editor.drag(editor.middle(bend), (middle[0], middle[1] + 80))
    ((_, points),) = editor.document()["editor"]["bends"].items()
    assert len(points) == 1
    editor.undo()
    editor.undo()
    expect(bend).to_have_count(0)


def test_a_node_is_renamed_where_its_title_stands(editor: Editor):
    editor.mouse.dblclick(*editor.header("Sample"))
    field = editor.page.get_by_role("textbox", name="Name of Sample")
    field.fill("First pass")
    field.press("Enter")
    expect(editor.node("First pass")).to_be_visible()
    expect(editor.port("First pass", "latent", "output")).to_be_visible()
    assert editor.document()["nodes"]["sample"]["title"] == "First pass"


def test_find_goes_to_a_node_by_a_value(editor: Editor):
    show(editor, chain(400))
    editor.press("Control+f")
    dialog = editor.page.get_by_role("dialog", name="Find")
    dialog.get_by_role("combobox").fill("number")
    expect(dialog.get_by_role("option").first).to_contain_text("Number")
    editor.press("Enter")
    expect(editor.node("Number")).to_be_in_viewport()


def test_the_map_takes_one_where_it_is_pressed(editor: Editor):
    show(editor, chain(400))
    expect(editor.canvas.locator("canvas.overview")).to_be_visible()
    editor.press("+", "+", "+", "+", "+", "+", "+", "+", "+", "+")
    expect(editor.nodes.first).to_be_visible()
    there = editor.nodes.first.bounding_box()
    small = editor.page.get_by_role("img", name="Map")
    box = editor.box(small)
    editor.mouse.click(box["x"] + box["width"] / 2 - 30, box["y"] + box["height"] / 3)
    assert editor.nodes.first.bounding_box() != there


def test_wheel_and_drag_zoom_and_pan(editor: Editor):
    before = editor.box(editor.node("Sample"))
    editor.mouse.move(*editor.empty_spot())
    editor.mouse.wheel(0, -300)
    bigger = editor.box(editor.node("Sample"))
    assert bigger["width"] > before["width"]
    spot = editor.empty_spot()
    editor.drag(spot, (spot[0] + 100, spot[1] - 50))
    panned = editor.box(editor.node("Sample"))
    assert abs(panned["x"] - bigger["x"] - 100) < 3 and abs(panned["y"] - bigger["y"] + 50) < 3


def test_a_shaken_node_falls_out_of_its_wires_which_heal(editor: Editor):
    show(editor, workflow("Shaken", 12, **_chain()))
    x, y = editor.header("Blur image")
    editor.mouse.move(x, y)
    editor.mouse.down()
    for turn in range(8):
        editor.mouse.move(x + (60 if turn % 2 else -60), y, steps=4)
    editor.mouse.move(x, y + 400, steps=4)
    editor.mouse.up()
    nodes = editor.document("Shaken")["nodes"]
    assert nodes["show"]["wires"] == {"image": "fill.image"}
    assert "wires" not in nodes["blur"]
    editor.undo()
    assert editor.document("Shaken")["nodes"] == _chain()


def _chain() -> dict[str, dict[str, Any]]:
    return {
        "fill": node("solid_image", width=64, height=64),
        "blur": node("blur_image", {"image": "fill.image"}),
        "show": node("preview_image", {"image": "blur.image"}),
    }

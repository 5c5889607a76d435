"""Workflows that no editor made: newer, unknown, in a circle, full of markup."""

import json
import re

from playwright.sync_api import expect

from tests.web.axe import axe
from tests.web.drawn import EVIL, chain, node, plain, workflow
from tests.web.editor import Editor


def test_a_workflow_of_a_newer_version_says_so_in_a_sentence(editor: Editor):
    newer = plain("Newer") | {"format": "latentwire/9"}
    folder = editor.served.process.data / "workflows"
    folder.mkdir(exist_ok=True)
    (folder / "Newer.json").write_text(json.dumps(newer))
    editor.ask_to_open("Newer")
    said = editor.page.get_by_text(re.compile("newer", re.IGNORECASE))
    expect(said.first).to_be_visible()
    editor.press("Escape")
    editor.ready()
    expect(editor.nodes).to_have_count(6)


def test_unknown_nodes_keep_their_values_and_wires_and_run_nothing_else_astray(editor: Editor):
    document = plain("Unknown")
    document["nodes"]["blur"] = node("blurr_imagee", {"image": "fill.image"}, radius=3.0)
    editor.served.save("Unknown", document)
    editor.open("Unknown")
    missing = editor.node("blurr_imagee")
    expect(missing).to_contain_text(re.compile("there is no node type", re.I))
    expect(missing.get_by_role("button", name=re.compile("Blur image"))).to_be_visible()
    editor.move("Solid image", (30, 0))
    saved = editor.document("Unknown")["nodes"]["blur"]
    assert saved == document["nodes"]["blur"]


def test_the_nearest_node_takes_the_place_of_an_unknown_one_with_its_values(editor: Editor):
    document = plain("Unknown")
    document["nodes"]["blur"] = node("blurr_image", {"image": "fill.image"}, radius=3.0)
    editor.served.save("Unknown", document)
    editor.open("Unknown")
    editor.node("blurr_image").get_by_role("button", name=re.compile("Blur image")).click()
    expect(editor.node("Blur image")).to_be_visible()
    saved = editor.document("Unknown")["nodes"]["blur"]
    assert saved["type"] == "blur_image" and saved["values"] == {"radius": 3.0}


def test_five_thousand_nodes_are_seen_moved_and_saved(editor: Editor):
    editor.served.save("Many", chain(5000, "Many"))
    editor.open("Many")
    editor.ready()
    editor.press("Control+f")
    editor.dialog("Find").get_by_role("combobox").fill("n4999")
    expect(editor.dialog("Find").get_by_role("option").first).to_contain_text("n4999")
    editor.press("Enter")
    expect(editor.node("Calculate").first).to_be_visible()
    editor.press("Control+a", "Control+m")
    nodes = editor.document("Many")["nodes"]
    assert len(nodes) == 5000 and nodes["n4999"]["mode"] == "mute"


def test_a_cycle_is_shown_and_said_on_a_node(editor: Editor):
    document = plain("Cycle")
    document["nodes"]["fill"] = node("sharpen_image", {"image": "blur.image"})
    editor.served.save("Cycle", document)
    editor.open("Cycle")
    expect(editor.nodes).to_have_count(3)
    expect(editor.canvas.get_by_text("loop").first).to_be_visible()
    editor.run()
    expect(editor.canvas.get_by_text("loop").first).to_be_visible()


def test_markup_in_every_string_is_shown_as_text(editor: Editor):
    document = workflow(
        EVIL,
        fill=node("solid_image", width=64, height=64, colour="#336699") | {"title": EVIL},
        label=node("label_image", {"image": "fill.image"}, text=EVIL) | {"note": EVIL},
        note=node("note", text=EVIL),
        other=node(EVIL, {EVIL: "fill.image"}, **{EVIL: EVIL}),
        prompt=node("encode_text", text=EVIL),
        show=node("preview_image", {"image": "label.image"}),
    )
    document["editor"] = {"frames": {"f": {"title": EVIL, "colour": EVIL, "nodes": ["fill"]}}}
    editor.served.save("Markup", document)
    editor.open("Markup")
    expect(editor.node(EVIL).first).to_be_visible()
    editor.run()
    editor.mouse.move(*editor.header("Preview image"))
    editor.command("Log")
    editor.press("Escape")
    assert editor.page.title() != "owned"
    assert editor.page.locator("img[src='x']").count() == 0
    assert editor.served.document("Markup")["nodes"]["prompt"]["values"]["text"] == EVIL
    assert axe(editor.page) == []


def test_values_of_the_wrong_kind_are_said_in_place_and_kept_until_changed(editor: Editor):
    document = plain("Wrong")
    document["nodes"]["fill"]["values"] = {"width": "wide", "height": -5, "colour": [1, 2]}
    document["nodes"]["blur"]["values"] = {"radius": 1e9}
    editor.served.save("Wrong", document)
    editor.open("Wrong")
    expect(editor.nodes).to_have_count(3)
    expect(editor.node("Solid image")).to_contain_text(re.compile("is|must"))
    editor.move("Preview image", (20, 20))
    assert editor.document("Wrong")["nodes"]["fill"] == document["nodes"]["fill"]


def test_places_and_drawings_that_are_nonsense_do_no_harm(editor: Editor):
    document = plain("Odd")
    document["layout"] = {"fill": [1e300, -1e300], "blur": [0, 0], "nobody": [5, 5]}
    document["editor"] = {
        "frames": {"a": {"title": "A", "colour": "none", "nodes": ["nobody"]}},
        "bends": {"blur.image": [[0, 0]], "nobody.x": [[1, 1]]},
        "folded": ["nobody", "show"],
        "views": {"1": {"x": 0, "y": 0, "zoom": 0}},
    }
    editor.served.save("Odd", document)
    editor.open("Odd")
    editor.ready()
    expect(editor.queue).to_be_visible()

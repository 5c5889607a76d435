"""What is dropped on the page or pasted into it: files, pictures, text, copied nodes."""

import base64
import io
import json
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Route, expect

from tests.web.drawn import example, node, plain, workflow
from tests.web.editor import Editor
from tests.web.served import until

# as a browser hands over what is dragged in from a desktop; nothing else can stand for that
DROP = """(target, [name, type, data, x, y]) => {
  const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
  const carried = new DataTransfer();
  if (name) carried.items.add(new File([bytes], name, { type }));
  else carried.setData(type, new TextDecoder().decode(bytes));
  const said = { bubbles: true, cancelable: true, dataTransfer: carried, clientX: x, clientY: y };
  for (const kind of ["dragenter", "dragover", "drop"])
    (document.elementFromPoint(x, y) ?? target).dispatchEvent(new DragEvent(kind, said));
}"""


def drop(editor: Editor, name: str, kind: str, data: bytes, at: Any = None) -> None:
    x, y = at or editor.empty_spot()
    said = [name, kind, base64.b64encode(data).decode(), x, y]
    editor.page.locator("body").evaluate(DROP, said)


def said(editor: Editor, words: str) -> Locator:
    return editor.page.get_by_role("region", name="Messages").get_by_text(words)


def png(colour: str = "teal") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (32, 24), colour).save(buffer, "PNG")
    return buffer.getvalue()


def test_a_workflow_file_opens_in_a_tab(editor: Editor):
    drop(editor, "mine.json", "application/json", json.dumps(plain("Mine")).encode())
    expect(editor.nodes).to_have_count(3)
    expect(editor.node("Blur image")).to_be_visible()


def test_our_own_picture_brings_the_graph_that_made_it(editor: Editor):
    editor.run()
    editor.has_pictures("Save image")
    asset = next(
        run["outputs"][0]["asset"] for run in editor.served.runs() if run["state"] == "done"
    )
    status, picture = editor.served.answer("GET", f"/v1/assets/{asset}")
    assert status == 200
    editor.command("New workflow")
    expect(editor.nodes).to_have_count(0)
    drop(editor, "First picture.png", "image/png", picture)
    expect(editor.nodes).to_have_count(6)
    editor.move("Save image", (0, 40))
    names = until(editor.served.saved, "it is saved")
    assert editor.document(names[-1])["nodes"] == example("first-picture")["nodes"]


def test_another_picture_becomes_a_node_that_loads_it(editor: Editor):
    drop(editor, "boat.png", "image/png", png())
    expect(editor.node("Load image")).to_be_visible()
    loads = [n for n in editor.document()["nodes"].values() if n["type"] == "load_image"]
    assert len(loads) == 1 and loads[0]["values"]["image"]


def test_a_picture_dropped_on_a_port_is_wired_to_it(editor: Editor):
    spot = editor.middle(editor.port("Save image", "image", "input"))
    drop(editor, "boat.png", "image/png", png(), spot)
    expect(editor.node("Load image")).to_be_visible()
    document = editor.document()
    (id,) = [id for id, n in document["nodes"].items() if n["type"] == "load_image"]
    assert document["nodes"]["save"]["wires"]["image"] == f"{id}.image"


def test_text_becomes_a_prompt(editor: Editor):
    drop(editor, "", "text/plain", b"a lighthouse in fog")
    expect(editor.node("Encode text")).to_have_count(2)
    texts = [n["values"].get("text") for n in editor.document()["nodes"].values() if "values" in n]
    assert "a lighthouse in fog" in texts


def test_what_is_no_workflow_is_said_in_a_sentence_and_nothing_changes(editor: Editor):
    drop(editor, "broken.json", "application/json", b'{"format": "latentwire/1",')
    expect(said(editor, "cannot be read")).to_be_visible()
    drop(editor, "other.json", "application/json", b'{"3": {"class_type": "KSampler"}}')
    expect(said(editor, "no workflow of Latentwire")).to_be_visible()
    drop(editor, "song.mp3", "audio/mpeg", b"ID3")
    expect(said(editor, "Nothing can be made of")).to_be_visible()
    expect(editor.nodes).to_have_count(6)


def test_copied_nodes_are_text_and_come_back_with_their_wires(editor: Editor):
    editor.select("Empty latent", "Sample")
    said = json.loads(editor.copied())
    assert {node["type"] for node in said["nodes"].values()} == {"empty_latent", "sample"}
    editor.mouse.move(*editor.empty_spot())
    editor.press("Control+v")
    expect(editor.node("Sample")).to_have_count(2)
    nodes = editor.document()["nodes"]
    assert nodes["sample2"]["wires"] == {"latent": "empty_latent.latent"} or set(
        nodes["sample2"]["wires"]
    ) == {"latent"}


def test_pasted_with_its_wires_a_copy_hangs_on_what_the_first_hung_on(editor: Editor):
    editor.select("Sample")
    editor.press("Control+c")
    editor.mouse.move(*editor.empty_spot())
    editor.press("Control+Shift+v")
    expect(editor.node("Sample")).to_have_count(2)
    nodes = editor.document()["nodes"]
    assert nodes["sample2"]["wires"] == nodes["sample"]["wires"]


def test_a_whole_workflow_pasted_as_text_becomes_nodes(editor: Editor):
    editor.page.evaluate("text => navigator.clipboard.writeText(text)", json.dumps(plain()))
    editor.rest()
    editor.press("Control+v")
    expect(editor.node("Blur image")).to_have_count(1)
    expect(editor.nodes).to_have_count(9)
    editor.undo()
    expect(editor.nodes).to_have_count(6)


def test_cut_takes_away_and_paste_brings_back(editor: Editor):
    editor.select("Empty latent")
    editor.press("Control+x")
    expect(editor.node("Empty latent")).to_have_count(0)
    editor.press("Control+v")
    expect(editor.node("Empty latent")).to_have_count(1)


def test_a_picture_that_is_dragged_within_the_page_is_no_drop(editor: Editor):
    editor.show(plain("Dragged", "#0d0a0f"))
    editor.run()
    editor.has_pictures("Preview image")
    picture = editor.picture("Preview image")
    picture.dispatch_event("dragstart")
    drop(editor, "ours.png", "image/png", png("red"))  # the browser makes a file of it
    picture.dispatch_event("dragend")
    drop(editor, "boat.png", "image/png", png())
    expect(editor.node("Load image").filter(has_text="boat.png")).to_be_visible()
    expect(editor.nodes).to_have_count(4)


def test_a_picture_that_arrives_late_lands_where_it_was_let_go(editor: Editor):
    for name in ("Two", "One"):
        editor.served.save(name, plain(name))
        editor.open(name)
    held: list[Route] = []
    editor.page.route("**/v1/assets?name=*", lambda route: held.append(route))
    spot = editor.middle(editor.port("Preview image", "image", "input"))
    with editor.page.expect_request("**/v1/assets?name=*"):
        drop(editor, "boat.png", "image/png", png(), spot)
    editor.tab("Two").click()
    with editor.page.expect_response("**/v1/assets?name=*"):
        held[0].continue_()
    show = lambda name: editor.served.document(name)["nodes"]["show"]["wires"]["image"]  # noqa: E731
    until(lambda: show("One") != "blur.image", "it is wired")
    editor.saved()
    assert show("Two") == "blur.image"
    expect(editor.nodes).to_have_count(3)


def test_a_picture_brought_for_a_node_is_that_nodes_though_another_tab_is_seen(editor: Editor):
    for name in ("One", "Two"):
        load = workflow(name, load=node("load_image"), show=node("preview_image"))
        editor.served.save(name, load)
    editor.open("Two")
    editor.open("One")
    held: list[Route] = []
    editor.page.route("**/v1/assets?name=*", lambda route: held.append(route))
    spot = editor.middle(editor.node("Load image").locator(".picture-field"))
    with editor.page.expect_request("**/v1/assets?name=*"):
        drop(editor, "boat.png", "image/png", png(), spot)
    editor.tab("Two").click()
    with editor.page.expect_response("**/v1/assets?name=*"):
        held[0].continue_()
    until(lambda: "values" in editor.served.document("One")["nodes"]["load"], "it is chosen there")
    editor.saved()
    assert "values" not in editor.served.document("Two")["nodes"]["load"]


def test_a_picture_dropped_on_its_field_is_chosen_and_nothing_is_awaited_any_more(editor: Editor):
    editor.show(workflow("Chosen", load=node("load_image")))
    field = editor.node("Load image").get_by_role("combobox", name="Load image image")
    drop(editor, "tree.png", "image/png", png("olive"), editor.middle(field))
    expect(field).to_contain_text("tree.png")
    expect(editor.nodes).to_have_count(1)
    expect(editor.page.get_by_text("Let go to bring it in")).to_have_count(0)

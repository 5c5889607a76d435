"""The first hour: the page opens on a workflow, one press of Run is a picture."""

import json
import time

from playwright.sync_api import WebSocketRoute, expect

from tests.web.drawn import example
from tests.web.editor import A_RUN_MS, Editor
from tests.web.served import until

FIRST = ["Empty latent", "Encode text", "Load model", "Sample", "Save image", "VAE decode"]


def test_the_page_opens_on_the_first_picture_workflow_in_full_view(editor: Editor):
    expect(editor.nodes).to_have_count(len(FIRST))
    assert editor.titles() == FIRST
    canvas = editor.box(editor.canvas)
    for title in FIRST:
        box = editor.box(editor.node(title))
        assert canvas["x"] <= box["x"]
        assert box["x"] + box["width"] <= canvas["x"] + canvas["width"]
        assert canvas["y"] <= box["y"]
        assert box["y"] + box["height"] <= canvas["y"] + canvas["height"]


def test_every_wire_and_port_of_it_is_there(editor: Editor):
    expect(editor.wires).to_have_count(7)
    for id, node in example("first-picture")["nodes"].items():
        for name in node.get("wires", {}):
            title = node["type"].replace("_", " ").capitalize().replace("Vae", "VAE")
            expect(editor.port(title, name, "input"), id).to_have_count(1)


def test_one_press_of_run_shows_a_live_preview_and_then_the_picture(editor: Editor):
    prompt = editor.page.get_by_role("textbox", name="Encode text text", exact=True)
    prompt.fill(f"a blue lighthouse, as seen at {time.time()}")  # never made before
    editor.run()
    expect(editor.button("Stop")).to_be_enabled()
    expect(editor.picture("Sample")).to_be_visible(timeout=A_RUN_MS)
    editor.has_pictures("Save image")
    assert editor.served.runs()[0]["state"] == "done"


def test_a_reload_brings_the_same_workflow_and_its_picture_back(editor: Editor):
    editor.run()
    editor.has_pictures("Save image")
    editor.page.reload()
    editor.ready()
    expect(editor.node("Load model")).to_be_visible()
    assert editor.titles() == FIRST
    editor.has_pictures("Save image")


def test_the_code_of_the_link_is_gone_from_the_address_and_the_cookie_is_enough(editor: Editor):
    assert "code=" not in editor.page.url
    editor.page.goto(editor.served.url)
    editor.ready()


def test_a_second_link_into_the_open_page_leaves_no_trace_either(editor: Editor):
    editor.page.goto(editor.served.link())
    editor.ready()
    assert "code=" not in editor.page.url


def test_while_the_catalogue_is_not_there_no_node_is_called_missing(editor: Editor):
    asked: list[int] = []

    def hold_back(line: WebSocketRoute) -> None:
        server = line.connect_to_server()

        def to_server(said: str | bytes) -> None:
            call = json.loads(said)
            if call.get("method") == "nodes.list":
                asked.append(call["id"])
            else:
                server.send(said)

        line.on_message(to_server)

    editor.page.route_web_socket("**/v1/ws", hold_back)
    editor.page.reload()
    until(lambda: editor.page.title() and asked, "the catalogue is asked for")
    expect(editor.canvas.get_by_text("The catalogue of nodes is on its way")).to_be_visible()
    expect(editor.nodes).to_have_count(0)
    expect(editor.canvas.locator("[data-missing]")).to_have_count(0)
    expect(editor.canvas.get_by_text("There is no node type")).to_have_count(0)

"""Runs that fail at each stage, and a disk that is full: a sentence in place, never a raw error."""

import json
import re
import resource

import pytest
from playwright.sync_api import expect

from tests.server.live import node as trouble
from tests.web.complaints import Complaints
from tests.web.drawn import example, node, plain, workflow
from tests.web.editor import A_RUN_MS, Editor
from tests.web.served import Document, until

RAW = re.compile(r"Traceback|undefined|\[object|\bNaN\b|\bnull\b")


def no_raw_error(editor: Editor) -> None:
    assert not RAW.search(editor.page.locator("body").inner_text())
    editor.ready()


def run(editor: Editor, document: Document) -> None:
    editor.served.save(document["title"], document)
    editor.open(document["title"])
    editor.run()


def broken(title: str, kind: str) -> Document:
    """A node of a pack that does what no node should, before a picture."""
    return workflow(title, it=trouble(kind), **plain()["nodes"])


def test_before_it_is_queued(editor: Editor):
    document = plain("Unwired")
    del document["nodes"]["blur"]["wires"]
    run(editor, document)
    expect(editor.node("Blur image").get_by_role("note")).to_contain_text("wire")
    no_raw_error(editor)


def test_while_a_model_is_loaded(editor: Editor):
    folder = editor.served.process.data / "models"
    folder.mkdir(exist_ok=True)
    (folder / "torn.safetensors").write_bytes(b"\x10\x00\x00\x00\x00\x00\x00\x00{not json}")
    document = example("first-picture") | {"title": "Torn"}
    document["nodes"]["model"]["values"]["model"] = "torn"
    run(editor, document)
    expect(editor.node("Load model").get_by_role("note")).to_be_visible()
    no_raw_error(editor)


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("write_and_fail", "Write and fail"),
        ("segfault", "Segfault"),
        ("leave", "Leave"),
        ("break_the_device", "Break the device"),
    ],
)
def test_while_a_node_works(editor: Editor, kind: str, title: str):
    run(editor, broken(f"Broken {kind}", kind))
    note = editor.node(title).get_by_role("note")
    expect(note).to_be_visible(timeout=A_RUN_MS)
    expect(note).to_contain_text(re.compile(r"\w+ \w+ \w+"))
    no_raw_error(editor)


def test_when_memory_is_short_it_says_so_and_the_next_run_works(editor: Editor):
    document = workflow("Short", it=trouble("short_of_memory", times=9))
    run(editor, document)
    note = editor.node("Short of memory").get_by_role("note")
    expect(note).to_contain_text("memory", timeout=A_RUN_MS)
    run(editor, plain("After it", "#445566"))
    editor.has_pictures("Preview image")


def test_when_the_file_that_was_asked_for_is_gone(editor: Editor, complaints: Complaints):
    complaints.expect("404")  # nobody knows that it is gone before it is asked for
    document = workflow(
        "No file",
        load=node("load_image", image="0" * 64),
        show=node("preview_image", {"image": "load.image"}),
    )
    run(editor, document)
    expect(editor.node("Load image").get_by_role("note")).to_be_visible()
    no_raw_error(editor)


@pytest.mark.skipif(
    not hasattr(resource, "prlimit"), reason="this machine has no limits on other processes"
)
def test_a_disk_that_is_full_is_said_while_saving_and_what_was_made_is_saved_once_there_is_room(
    editor: Editor, complaints: Complaints
):
    popen = editor.served.process.popen
    assert popen
    editor.move("Sample", (0, 40))
    editor.saved()
    before = editor.served.document("First picture")["layout"]
    most = resource.prlimit(popen.pid, resource.RLIMIT_FSIZE, (64, resource.RLIM_INFINITY))
    try:
        editor.move("Sample", (0, 40))
        state = editor.page.get_by_role("button", name="not saved")
        expect(state).to_be_visible()
        expect(state).to_have_attribute("title", re.compile("full|room|space", re.IGNORECASE))
        no_raw_error(editor)
    finally:
        resource.prlimit(popen.pid, resource.RLIMIT_FSIZE, most)
    state.click()
    until(
        lambda: editor.served.document("First picture")["layout"] != before, "it is saved after all"
    )
    expect(state).to_have_count(0)


def test_what_is_more_than_can_be_sent_is_said_and_the_line_holds(editor: Editor):
    document = plain("Large")
    values = document["nodes"]["fill"]["values"] = {"unused": ""}
    written = lambda: json.dumps(document, separators=(",", ":"))  # noqa: E731
    values["unused"] = "x" * (16 * 2**20 - len(written()) - 80)
    kind = {"Content-Type": "application/json"}
    editor.served.ask("PUT", "/v1/workflows/Large", written().encode(), **kind)
    editor.open("Large")
    editor.move("Blur image", (20, 20))
    state = editor.page.get_by_role("button", name="not saved")
    expect(state).to_have_attribute("title", re.compile("16 MiB"))
    expect(editor.page.get_by_role("alert").filter(has_text="away")).to_have_count(0)

"""Files and models as values: brought, found, chosen, and gone while they are chosen."""

import io
import re
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, expect

from tests.web.drawn import example, node, workflow
from tests.web.editor import Editor
from tests.web.served import Document

STARTER = Path(__file__).resolve().parents[2] / "models" / "starter"
A_LOOK_MS = 30_000  # the server looks at the folders every few seconds


def chooser(editor: Editor, label: str) -> Locator:
    return editor.page.get_by_role("combobox", name=label, exact=True)


def loads() -> Document:
    """Two nodes that load a picture, which was not chosen yet."""
    return workflow(
        "Loads",
        one=node("load_image") | {"title": "One"},
        two=node("load_image") | {"title": "Two"},
        show=node("preview_image", {"image": "two.image"}),
    )


def a_picture(folder: Path) -> Path:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 24), "#8800aa").save(buffer, "PNG")
    file = folder / "lighthouse.png"
    file.write_bytes(buffer.getvalue())
    return file


def test_a_picture_is_brought_from_the_disk_and_found_again_by_its_name(
    editor: Editor, tmp_path: Path
):
    editor.show(loads())
    chooser(editor, "One image").click()
    with editor.page.expect_file_chooser() as asked:
        editor.button("Bring a picture").click()
    asked.value.set_files(a_picture(tmp_path))
    expect(chooser(editor, "One image")).to_contain_text("lighthouse.png")
    chooser(editor, "Two image").click()
    editor.keys.type("lighth")
    editor.page.get_by_role("option").filter(has_text="lighthouse.png").click()
    nodes = editor.document()["nodes"]
    assert nodes["two"]["values"]["image"] == nodes["one"]["values"]["image"]
    editor.run()
    editor.has_pictures("Preview image")


def test_a_model_is_listed_with_its_family_and_its_size(editor: Editor):
    chooser(editor, "Load model model").click()
    starter = editor.page.get_by_role("option").filter(has_text="starter").first
    expect(starter).to_contain_text(re.compile(r"SD 1\.x · [\d.]+ [kMG]B"))


def test_a_node_that_needs_a_model_begins_with_the_only_one_there_is(editor: Editor):
    editor.command("New workflow")
    editor.add("Load model")
    expect(chooser(editor, "Load model model")).to_contain_text("starter")
    (added,) = editor.document()["nodes"].values()
    assert added["values"] == {"model": "starter"}
    editor.rest()
    editor.undo()
    expect(editor.nodes).to_have_count(0)


def test_a_model_that_is_removed_while_it_is_chosen_is_said_and_its_name_is_kept(editor: Editor):
    folder = editor.served.process.data / "models" / "of-mine"
    shutil.copytree(STARTER, folder)
    chooser(editor, "Load model model").click()
    mine = editor.page.get_by_role("option").filter(has_text="of-mine")
    expect(mine).to_be_visible(timeout=A_LOOK_MS)
    mine.click()
    expect(chooser(editor, "Load model model")).to_contain_text("of-mine")
    expect(editor.node("Load model").get_by_role("note")).to_have_count(0)
    shutil.rmtree(folder)
    note = editor.node("Load model").get_by_role("note")
    expect(note).to_contain_text("of-mine", timeout=A_LOOK_MS)
    editor.move("Load model", (0, 30))
    assert editor.document()["nodes"]["model"]["values"]["model"] == "of-mine"
    note.get_by_role("button", name="Use “starter”").click()
    expect(note).to_have_count(0)
    editor.run()
    editor.has_pictures("Save image")


def test_a_model_that_is_not_here_keeps_its_name_and_its_values(editor: Editor):
    document = example("first-picture") | {"title": "Elsewhere made"}
    document["nodes"]["model"]["values"] = {"model": "of-somebody", "prediction": "epsilon"}
    editor.show(document)
    expect(chooser(editor, "Load model model")).to_contain_text("of-somebody")
    editor.move("Sample", (0, 30))
    assert editor.document()["nodes"]["model"] == document["nodes"]["model"]

"""A double-click on a wire puts a node into it: only what fits is offered, and that may be none."""

from playwright.sync_api import expect

from tests.web.drawn import node, workflow
from tests.web.editor import Editor, Spot
from tests.web.served import Document


def drawn(title: str, **nodes: Document) -> Document:
    """Far from one another, so that their wire is long."""
    document = workflow(title, 12, **nodes)
    document["layout"] = {id: [700 * at, 0] for at, id in enumerate(nodes)}
    return document


def picture(title: str) -> Document:
    return drawn(
        title, fill=node("solid_image"), show=node("preview_image", {"image": "fill.image"})
    )


def middle(editor: Editor, start: tuple[str, str], end: tuple[str, str]) -> Spot:
    """Of a wire, where its card is too."""
    (a, b), (c, d) = (
        editor.middle(editor.port(*start, "output")),
        editor.middle(editor.port(*end, "input")),
    )
    return (a + c) / 2, (b + d) / 2


def test_it_offers_what_fits_and_puts_it_in(editor: Editor):
    editor.show(picture("Into"))
    editor.mouse.dblclick(*middle(editor, ("Solid image", "image"), ("Preview image", "image")))
    options = editor.dialog("Add node").get_by_role("option")
    expect(options.filter(has_text="Blur image").first).to_be_visible()
    expect(options.filter(has_text="VAE encode")).to_have_count(0)
    editor.choose("Blur image")
    nodes = editor.document()["nodes"]
    assert nodes["show"]["wires"] == {"image": "blur_image.image"}
    assert nodes["blur_image"]["wires"] == {"image": "fill.image"}
    editor.rest()
    editor.undo()
    assert editor.document()["nodes"]["show"]["wires"] == {"image": "fill.image"}


def test_where_none_fits_it_says_so(editor: Editor):
    editor.show(
        drawn(
            "None",
            load=node("load_vae", vae="starter"),
            decode=node("vae_decode", {"vae": "load.vae"}),
        )
    )
    editor.mouse.dblclick(*middle(editor, ("Load VAE", "vae"), ("VAE decode", "vae")))
    expect(editor.dialog("Add node").get_by_text("No node fits here.")).to_be_visible()
    expect(editor.dialog("Add node").get_by_role("option")).to_have_count(0)
    editor.press("Enter", "Escape")
    expect(editor.nodes).to_have_count(2)


def test_the_menu_of_a_wire_offers_the_same_and_cuts_it(editor: Editor):
    editor.show(picture("By menu"))
    spot = middle(editor, ("Solid image", "image"), ("Preview image", "image"))
    editor.mouse.click(*spot, button="right")
    editor.page.get_by_role("menuitem", name="Put a node in").click()
    editor.choose("Sharpen image")
    expect(editor.wires).to_have_count(2)
    editor.undo()
    editor.mouse.click(*spot, button="right")
    editor.page.get_by_role("menuitem", name="Cut", exact=True).click()
    expect(editor.wires).to_have_count(0)

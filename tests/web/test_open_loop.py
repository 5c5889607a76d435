"""The open loop, from nothing: a sampler taken apart, built by mouse alone and by keys alone."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.web.editor import A_RUN_MS, Editor, Spot

OUTSIDE = (
    "Load model",
    "Encode text",
    "Empty latent",
    "Noise schedule",
    "Add noise",
    "VAE decode",
    "Preview image",
)
INSIDE = ("Noise schedule step", "U-Net denoise", "Guide", "Sampler step")
Wire = tuple[tuple[str, str], tuple[str, str]]
BEFORE: list[Wire] = [
    (("Load model", "text_encoder"), ("Encode text", "text_encoder")),
    (("Load model", "model"), ("Noise schedule", "model")),
    (("Load model", "model"), ("Add noise", "model")),
    (("Empty latent", "latent"), ("Add noise", "latent")),
    (("Noise schedule", "sigmas"), ("Add noise", "sigmas")),
    (("Load model", "vae"), ("VAE decode", "vae")),
    (("VAE decode", "image"), ("Preview image", "image")),
]
# the step of the loop, wired as if it were done once; what it is made of becomes the Repeat
ONCE: list[Wire] = [
    (("Noise schedule", "sigmas"), ("Noise schedule step", "sigmas")),
    (("Load model", "model"), ("U-Net denoise", "model")),
    (("Add noise", "latent"), ("U-Net denoise", "latent")),
    (("Encode text", "conditioning"), ("U-Net denoise", "conditioning")),
    (("Noise schedule step", "sigma"), ("U-Net denoise", "sigma")),
    (("U-Net denoise", "denoised"), ("Guide", "positive")),
    (("U-Net denoise", "negative_denoised"), ("Guide", "negative")),
    (("Add noise", "latent"), ("Sampler step", "latent")),
    (("Guide", "denoised"), ("Sampler step", "denoised")),
    (("Noise schedule step", "sigma"), ("Sampler step", "sigma")),
    (("Noise schedule step", "next_sigma"), ("Sampler step", "next_sigma")),
    (("Sampler step", "latent"), ("VAE decode", "latent")),
]


def build(editor: Editor, add: Callable[[str], None], wire: Callable[[Wire], None]) -> None:
    for title in (*OUTSIDE, *INSIDE):
        add(title)
        expect(editor.node(title)).to_have_count(1)
    for one in (*BEFORE, *ONCE):
        wire(one)
    wires = [node.get("wires", {}) for node in editor.document()["nodes"].values()]
    assert sum(map(len, wires)) == len(BEFORE) + len(ONCE)


def is_right(editor: Editor) -> None:
    """The document has a Repeat that feeds its latent back and counts; it makes a picture."""
    nodes = editor.document()["nodes"]
    (loop,) = [node for node in nodes.values() if node["type"] == "repeat"]
    assert len(loop["body"]["nodes"]) == len(INSIDE)
    fed_back = set(loop["body"]["inputs"]) & set(loop["body"]["outputs"])
    assert fed_back, "an output named like an input goes back into it"
    level = next(n for n in loop["body"]["nodes"].values() if n["type"] == "noise_schedule_step")
    assert level["wires"]["index"] == "in.index"
    expect(editor.picture("Preview image")).to_be_visible(timeout=A_RUN_MS)
    run = editor.served.runs()[0]
    assert run["state"] == "done"


def test_it_is_built_from_nothing_with_the_mouse_alone(editor: Editor):
    editor.page.get_by_role("button", name="New workflow").click()
    expect(editor.nodes).to_have_count(0)
    editor.mouse.move(*editor.middle(editor.canvas))
    editor.mouse.wheel(0, 250)
    places = _places(editor)

    def add(title: str) -> None:
        editor.mouse.click(*places[title], button="right")
        editor.page.get_by_role("menuitem", name="Add a node").click()
        _choose_by_mouse(editor, title)

    build(editor, add, lambda one: editor.wire(*one))
    editor.node("Load model").get_by_role("combobox", name="Load model model").click()
    editor.page.get_by_role("option").filter(has_text="starter").first.click()
    editor.select(*INSIDE)
    editor.mouse.click(*editor.header("Guide"), button="right")
    editor.page.get_by_role("menuitem", name="Make a Repeat of these").click()
    expect(editor.node("Repeat")).to_have_count(1)
    editor.page.get_by_role("button", name="Open Repeat").click()
    editor.wire(("In", "index"), ("Noise schedule step", "index"))
    editor.page.get_by_role("navigation").get_by_role("button").first.click()
    steps = editor.page.get_by_role("spinbutton", name="Repeat times", exact=True)
    x, y = editor.middle(steps)
    editor.drag((x, y), (x + 40, y), steps=10)
    editor.button("Run").click()
    is_right(editor)


def test_it_is_built_from_nothing_by_keyboard_alone(editor: Editor):
    editor.command("New workflow")
    expect(editor.nodes).to_have_count(0)

    def add(title: str) -> None:
        editor.command(f"Add: {title}")

    build(editor, add, lambda one: _wire_by_keyboard(editor, *one))
    editor.command("Select nothing")
    editor.press("Shift+l", "f")
    editor.node("Load model").get_by_role("combobox", name="Load model model").focus()
    editor.press("Enter")
    expect(editor.page.get_by_role("option").filter(has_text="starter").first).to_be_visible()
    expect(editor.page.locator("input:focus")).to_have_count(1)
    editor.press("ArrowDown", "Enter")
    chosen = editor.node("Load model").get_by_role("combobox", name="Load model model")
    expect(chosen).to_contain_text("starter")
    editor.command("Select nothing")
    for title in INSIDE:
        _select_by_keyboard(editor, title)
    editor.command("Make a Repeat of these")
    expect(editor.node("Repeat")).to_have_count(1)
    steps = editor.page.get_by_role("spinbutton", name="Repeat times", exact=True)
    steps.focus()
    steps.fill("10")
    editor.press("Enter")
    editor.page.get_by_role("button", name="Open Repeat").focus()
    editor.press("Enter")
    expect(editor.node("In")).to_be_visible()
    editor.wire_by_keyboard(("In", "index"), ("Noise schedule step", "index"))
    editor.command("Leave the inside")
    editor.press("Control+Enter")
    is_right(editor)


def _places(editor: Editor) -> dict[str, Spot]:
    """Where each is put, so that none lies over another."""
    box: Any = editor.box(editor.canvas)
    across, down = box["width"] / 6.5, box["height"] / 2.2
    titles = (*OUTSIDE[:5], INSIDE[0], *INSIDE[1:], *OUTSIDE[5:])
    return {
        title: (box["x"] + 150 + across * (at % 6), box["y"] + 60 + down * (at // 6))
        for at, title in enumerate(titles)
    }


def _choose_by_mouse(editor: Editor, title: str) -> None:
    options = editor.dialog("Add node").get_by_role("option")
    options.filter(
        has_text=re.compile(f"^{re.escape(title)}(?! (step|dual|like|of))")
    ).first.click()
    expect(editor.dialog("Add node")).to_have_count(0)


def _go(editor: Editor, title: str) -> None:
    """By the search, wherever it is."""
    editor.press("Control+f")
    editor.dialog("Find").get_by_role("combobox").fill(title)
    expect(editor.dialog("Find").get_by_role("option").first).to_contain_text(title)
    editor.press("Enter")
    expect(editor.dialog("Find")).to_have_count(0)
    expect(editor.node(title)).to_be_visible()


def _wire_by_keyboard(editor: Editor, start: tuple[str, str], end: tuple[str, str]) -> None:
    """Enter on a port begins a wire, and Enter on another ends it."""
    _go(editor, start[0])
    editor.port(*start, "output").focus()
    editor.press("Enter")
    _go(editor, end[0])
    editor.port(*end, "input").focus()
    editor.press("Enter")


def _select_by_keyboard(editor: Editor, title: str) -> None:
    """Space selects the node that has the focus; with Shift beside the others."""
    card = editor.page.get_by_role("article", name=title, exact=True)
    editor.canvas.get_by_role("group").filter(has=card).last.focus()
    before = editor.canvas.locator("article[data-selected]").count()
    editor.press("Shift+Space" if before else "Enter")
    expect(editor.canvas.locator("article[data-selected]")).to_have_count(before + 1)

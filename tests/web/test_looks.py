"""How it looks: ports by colour and shape, light and dark, and nothing that moves unasked."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.web.editor import Editor, Side
from tests.web.served import until

# the dot of a port: its colour, and everything that gives it its shape
DOT = """at => {
  const dot = getComputedStyle(at, "::after");
  const shape = [dot.clipPath, dot.borderRadius, dot.borderTopWidth, dot.inlineSize, dot.blockSize];
  return [getComputedStyle(at).color, shape.join(" ")];
}"""
GROUND = "() => getComputedStyle(document.body).backgroundColor"
# from now on, every place that it is drawn at
WATCH = """element => {
  window.places = new Set();
  const look = () => {
    const { x, width } = element.getBoundingClientRect();
    window.places.add(`${Math.round(x)} ${Math.round(width)}`);
    requestAnimationFrame(look);
  };
  look();
}"""
PORTS: list[tuple[str, str, Side]] = [
    ("Load model", "model", "output"),
    ("Load model", "text_encoder", "output"),
    ("Load model", "vae", "output"),
    ("Encode text", "conditioning", "output"),
    ("Empty latent", "latent", "output"),
    ("VAE decode", "image", "output"),
]


def looks(port: Locator) -> tuple[str, str]:
    colour, shape = port.evaluate(DOT)
    return colour, shape


def test_ports_of_every_type_have_a_colour_and_a_shape_of_their_own(editor: Editor):
    colours, shapes = zip(*(looks(editor.port(*port)) for port in PORTS), strict=True)
    assert len(set(colours)) == len(PORTS) and len(set(shapes)) == len(PORTS)


def test_both_ends_of_a_wire_look_alike_and_the_wire_has_their_colour(editor: Editor):
    start, end = (
        editor.port("Load model", "vae", "output"),
        editor.port("VAE decode", "vae", "input"),
    )
    assert looks(start) == looks(end)
    strokes = editor.wires.locator("path.wire").evaluate_all(
        "all => all.map(one => getComputedStyle(one).stroke)"
    )
    assert set(strokes) == {looks(editor.port(*port))[0] for port in PORTS}


def test_it_is_light_or_dark_as_the_system_is_until_that_is_set_otherwise(editor: Editor):
    ground: dict[str, str] = {}
    for scheme in ("light", "dark"):
        editor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        ground[scheme] = editor.page.evaluate(GROUND)
    assert ground["light"] != ground["dark"]
    editor.command("Light or dark")
    expect(editor.page.locator("body")).to_have_css("background-color", ground["light"])
    editor.page.reload()
    editor.ready()
    expect(editor.page.locator("body")).to_have_css("background-color", ground["light"])


@pytest.fixture
def lively(editor: Editor) -> Iterator[Editor]:
    """For somebody who did not ask for less motion."""
    editor.page.emulate_media(reduced_motion="no-preference")
    yield editor


def drawn_at(editor: Editor) -> int:
    """At how many places a node is drawn while the camera goes to it."""
    node = editor.node("Sample")
    before = editor.box(node)
    node.evaluate(WATCH)
    editor.press("+")
    until(lambda: editor.box(node)["width"] > 1.2 * before["width"], "it is nearer")
    return len(editor.page.evaluate("() => [...window.places]"))


def test_the_camera_glides(lively: Editor):
    lively.rest()
    assert drawn_at(lively) > 2


def test_where_less_motion_is_asked_for_the_camera_jumps(editor: Editor):
    editor.rest()
    assert drawn_at(editor) <= 2  # where it was, and where it is now


def test_less_motion_is_a_setting_too(lively: Editor):
    lively.command("Settings")
    lively.dialog("Settings").get_by_label("As few as can be").click()
    lively.press("Escape")
    lively.rest()
    assert drawn_at(lively) <= 2

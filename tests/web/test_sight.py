"""What one sees is what is there: near and far, in light and dark, at the edges of the window."""

import io
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import FloatRect, Page, expect

from tests.web.drawn import node, plain, workflow
from tests.web.editor import Editor, Spot
from tests.web.served import until

BRIGHT = 3 * 215
Colour = tuple[int, ...]


def colour(page: Page, spot: Spot) -> Colour:
    """What is seen there."""
    clip: FloatRect = {"x": round(spot[0]), "y": round(spot[1]), "width": 1, "height": 1}
    found = Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB").getpixel((0, 0))
    assert isinstance(found, tuple)
    return found


def zoom(page: Page) -> float:
    """What everything is drawn with."""
    style = page.locator(".react-flow__viewport").evaluate("e => e.style.transform")
    return float(style.split("scale(")[1].rstrip(")"))


def go_far(editor: Editor) -> Callable[[Spot], Spot]:
    """Until all is painted; what is given back says where a spot is by then."""
    middle, near = editor.middle(editor.canvas), zoom(editor.page)
    editor.mouse.move(*middle)
    editor.mouse.wheel(0, 1000)
    expect(editor.canvas.locator("canvas.overview")).to_be_visible()

    def there(spot: Spot) -> Spot:
        by = zoom(editor.page) / near
        return middle[0] + by * (spot[0] - middle[0]), middle[1] + by * (spot[1] - middle[1])

    return there


def test_the_map_is_light_and_dark_with_the_page(editor: Editor):
    editor.show(workflow("One", fill=node("solid_image")))
    spot = editor.middle(editor.page.get_by_role("img", name="Map"))
    for _ in range(2):
        until(lambda: sum(colour(editor.page, spot)) > BRIGHT, "it is light")
        editor.command("Light or dark")
        until(lambda: sum(colour(editor.page, spot)) < BRIGHT, "it is dark")
        editor.command("Light or dark")


def test_from_far_nodes_are_light_and_dark_with_the_system(editor: Editor):
    editor.show(plain("Schemes"))
    near = editor.middle(editor.node("Preview image"))
    spot = go_far(editor)(near)
    for scheme, is_bright in (("light", True), ("dark", False), ("light", True)):
        editor.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        until(lambda: (sum(colour(editor.page, spot)) > BRIGHT) == is_bright, scheme)  # noqa: B023


def test_from_far_a_folded_frame_is_seen_in_place_of_its_nodes(editor: Editor):
    editor.show(plain("Folded"))
    editor.select("Solid image", "Blur image")
    editor.press("Control+g")
    frame = editor.canvas.get_by_role("region", name="Frame", exact=True)
    frame.get_by_role("button", name="Fold the frame", exact=True).click()
    expect(editor.nodes).to_have_count(1)
    head, box = editor.middle(frame), editor.box(editor.node("Preview image"))
    hidden, shown = (head[0], box["y"] + 60), (box["x"] + 60, box["y"] + 60)
    there = go_far(editor)
    ground = colour(editor.page, editor.empty_spot())
    white = (255, 255, 255)
    until(lambda: colour(editor.page, there(shown)) == white, "the other node is painted")
    assert colour(editor.page, there(head)) not in (ground, white)
    assert colour(editor.page, there(hidden)) != white


def test_another_tab_is_seen_again_as_one_left_it(editor: Editor):
    for name in ("One", "Two"):
        editor.show(plain(name))
    editor.mouse.move(*editor.empty_spot())
    editor.mouse.wheel(0, 200)
    left = editor.box(editor.node("Blur image"))
    editor.tab("One").click()
    assert editor.box(editor.node("Blur image")) != left
    editor.tab("Two").click()
    until(lambda: editor.box(editor.node("Blur image")) == left, "it is where it was")


def test_the_wheel_zooms_over_a_text_that_is_seen_whole_and_moves_a_longer_one(editor: Editor):
    text = "\n".join(f"line {number}" for number in range(60))
    editor.show(
        workflow(
            "Texts", short=node("encode_text", text="one line"), long=node("encode_text", text=text)
        )
    )
    short, long = editor.page.get_by_role("textbox", name="Encode text text", exact=True).all()
    before = zoom(editor.page)
    editor.mouse.move(*editor.middle(long))
    editor.mouse.wheel(0, 100)
    until(lambda: long.evaluate("e => e.scrollTop") > 0, "the text has moved")
    assert zoom(editor.page) == before
    editor.mouse.move(*editor.middle(short))
    editor.mouse.wheel(0, 100)
    until(lambda: zoom(editor.page) < before, "it is further away")


def test_why_a_wire_is_refused_is_whole_on_the_screen_near_its_edge(editor: Editor):
    editor.show(plain("Edge"))
    port = lambda: editor.middle(editor.port("Blur image", "radius", "input"))  # noqa: E731
    screen = editor.box(editor.canvas)
    right = screen["x"] + screen["width"]
    start = editor.empty_spot()
    editor.drag(start, (start[0] + right - 60 - port()[0], start[1]))
    editor.mouse.move(*editor.middle(editor.port("Solid image", "image", "output")))
    editor.mouse.down()
    editor.mouse.move(*port(), steps=8)
    tip = editor.page.get_by_text("cannot go into")
    expect(tip).to_be_visible()
    box = editor.box(tip)
    assert box["x"] + box["width"] <= right
    editor.mouse.up()


def test_a_message_stays_for_as_long_as_the_pointer_is_on_it(editor: Editor):
    editor.page.clock.install()
    editor.rest()
    editor.press("Shift+1")
    message = editor.page.get_by_text("Kept as view 1.").first
    message.hover()
    editor.page.clock.fast_forward(20_000)
    expect(message).to_be_visible()
    editor.mouse.move(*editor.empty_spot())
    editor.page.clock.run_for(8000)
    expect(editor.page.get_by_role("region", name="Messages")).to_have_text("")

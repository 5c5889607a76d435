"""Wires drawn, refused, dropped on nothing, cut, put elsewhere and healed, by mouse."""

from playwright.sync_api import expect

from tests.web.editor import Editor

BRIGHTNESS = """at => {
  let all = 1;
  for (; at; at = at.parentElement) all *= getComputedStyle(at).opacity;
  return all;
}"""
GLOW = "at => getComputedStyle(at).boxShadow"


def wires_of(editor: Editor, node: str) -> dict[str, str]:
    wires: dict[str, str] = editor.document()["nodes"][node].get("wires", {})
    return wires


def test_a_wire_is_drawn_from_an_output_to_an_input(editor: Editor):
    editor.add("VAE encode")
    editor.wire(("Load model", "vae"), ("VAE encode", "vae"))
    expect(editor.wires).to_have_count(8)
    assert wires_of(editor, "vae_encode") == {"vae": "model.vae"}


def test_a_new_wire_into_a_port_that_holds_one_takes_the_place_of_the_old(editor: Editor):
    editor.add("Load VAE")
    editor.wire(("Load VAE", "vae"), ("VAE decode", "vae"))
    assert wires_of(editor, "decode")["vae"] == "load_vae.vae"
    assert wires_of(editor, "decode")["latent"] == "sample.latent"


def test_while_a_wire_is_drawn_what_fits_glows_and_the_rest_fades(editor: Editor):
    start = editor.middle(editor.port("Load model", "vae", "output"))
    fits = editor.port("VAE decode", "vae", "input")
    other = editor.port("Sample", "latent", "input")
    assert fits.evaluate(GLOW) == "none"
    editor.mouse.move(*start)
    editor.mouse.down()
    editor.mouse.move(start[0] + 60, start[1] + 40, steps=5)
    expect(fits).not_to_have_css("box-shadow", "none")
    assert other.evaluate(GLOW) == "none"
    assert fits.evaluate(BRIGHTNESS) > other.evaluate(BRIGHTNESS)
    editor.mouse.up()


def test_over_a_wrong_port_the_cursor_says_why_and_nothing_is_wired(editor: Editor):
    start = editor.middle(editor.port("Load model", "model", "output"))
    wrong = editor.middle(editor.port("Sample", "latent", "input"))
    editor.mouse.move(*start)
    editor.mouse.down()
    editor.mouse.move(*wrong, steps=10)
    expect(editor.page.get_by_text("cannot go into", exact=False).first).to_be_visible()
    editor.mouse.up()
    assert wires_of(editor, "sample")["latent"] == "blank.latent"
    expect(editor.wires).to_have_count(7)


def test_a_wire_dropped_on_nothing_offers_only_nodes_that_fit(editor: Editor):
    start = editor.middle(editor.port("Load model", "vae", "output"))
    editor.drag(start, editor.empty_spot())
    dialog = editor.dialog("Add node")
    options = dialog.get_by_role("option")
    expect(options.filter(has_text="VAE decode")).to_have_count(1)
    expect(options.filter(has_text="VAE encode")).to_have_count(1)
    expect(options.filter(has_text="Blur image")).to_have_count(0)
    options.filter(has_text="VAE encode").click()
    expect(editor.node("VAE encode")).to_have_count(1)
    document = editor.document()
    (new,) = [node for node in document["nodes"].values() if node["type"] == "vae_encode"]
    assert new["wires"] == {"vae": "model.vae"}


def test_enter_takes_what_was_typed_however_fast(editor: Editor):
    start = editor.middle(editor.port("Load model", "vae", "output"))
    editor.drag(start, editor.empty_spot())
    editor.dialog("Add node").get_by_role("combobox").fill("vae encode")
    editor.press("Enter")
    expect(editor.node("VAE encode")).to_have_count(1)


def test_the_end_of_a_wire_that_is_dropped_on_nothing_takes_the_wire_away(editor: Editor):
    x, y = editor.middle(editor.port("Save image", "image", "input"))
    editor.drag((x - 16, y), editor.empty_spot((1300, 700)))
    expect(editor.wires).to_have_count(6)
    assert "image" not in wires_of(editor, "save")


def test_a_wire_is_pulled_out_of_an_input_and_dropped_on_nothing_it_is_gone(editor: Editor):
    start = editor.middle(editor.port("VAE decode", "latent", "input"))
    editor.drag(start, editor.empty_spot())
    expect(editor.wires).to_have_count(6)
    expect(editor.dialog("Add node")).to_have_count(0)
    assert "latent" not in wires_of(editor, "decode")
    editor.rest()
    editor.undo()
    assert wires_of(editor, "decode")["latent"] == "sample.latent"


def test_a_wire_is_pulled_out_of_one_input_into_another(editor: Editor):
    editor.add("Preview image", at=editor.empty_spot((1400, 800)))
    start = editor.middle(editor.port("Save image", "image", "input"))
    editor.drag(start, editor.middle(editor.port("Preview image", "image", "input")))
    assert wires_of(editor, "preview_image") == {"image": "decode.image"}
    assert "image" not in wires_of(editor, "save")
    editor.undo()
    assert wires_of(editor, "save") == {"image": "decode.image"}


def test_a_wire_pulled_out_over_a_wrong_port_says_why_and_stays(editor: Editor):
    editor.mouse.move(*editor.middle(editor.port("VAE decode", "latent", "input")))
    editor.mouse.down()
    editor.mouse.move(*editor.middle(editor.port("Sample", "model", "input")), steps=10)
    expect(editor.page.get_by_text("A latent cannot go into a model input").first).to_be_visible()
    editor.mouse.up()
    assert wires_of(editor, "decode")["latent"] == "sample.latent"
    assert wires_of(editor, "sample")["model"] == "model.model"


def test_escape_lets_a_wire_that_was_pulled_out_go_back(editor: Editor):
    editor.mouse.move(*editor.middle(editor.port("VAE decode", "latent", "input")))
    editor.mouse.down()
    editor.mouse.move(*editor.empty_spot(), steps=10)
    editor.press("Escape")
    editor.mouse.up()
    expect(editor.wires).to_have_count(7)
    editor.move("VAE decode", (10, 10))
    assert wires_of(editor, "decode")["latent"] == "sample.latent"


def test_all_wires_of_a_port_are_taken_to_another_with_control(editor: Editor):
    editor.add("Load model", at=editor.empty_spot((300, 700)))
    first, second = (editor.port("Load model", "vae", "output").nth(at) for at in (0, 1))
    editor.keys.down("Control")
    editor.drag(editor.middle(first), editor.middle(second))
    editor.keys.up("Control")
    assert wires_of(editor, "decode")["vae"] == "load_model.vae"


def test_two_clicks_make_a_wire_too(editor: Editor):
    editor.mouse.click(*editor.middle(editor.port("Encode text", "conditioning", "output")))
    editor.mouse.click(*editor.middle(editor.port("Sample", "negative", "input")))
    assert wires_of(editor, "sample")["negative"] == "prompt.conditioning"


def test_the_search_is_whole_on_the_screen_however_near_its_edge_a_wire_is_dropped(editor: Editor):
    box = editor.box(editor.canvas)
    start = editor.middle(editor.port("Load model", "vae", "output"))
    editor.drag(start, (box["x"] + 60, box["y"] + box["height"] - 60))
    expect(editor.dialog("Add node")).to_be_in_viewport(ratio=1)


def test_a_wire_dropped_beyond_the_window_asks_at_its_edge_and_the_page_stays(editor: Editor):
    for beyond in ((1660, 416), (800, 1060), (-40, 500)):
        editor.fit()  # a wire in the hand moves the canvas at its edges
        editor.drag(editor.middle(editor.port("Load model", "vae", "output")), beyond)
        expect(editor.dialog("Add node")).to_be_in_viewport(ratio=1)
        corner = editor.box(editor.page.locator("body"))
        assert (corner["x"], corner["y"]) == (0, 0)
        editor.press("Escape")
        expect(editor.dialog("Add node")).to_have_count(0)


def test_the_search_lies_over_the_map(editor: Editor):
    start = editor.middle(editor.port("Load model", "vae", "output"))
    small = editor.box(editor.page.get_by_role("img", name="Map"))
    editor.drag(start, (small["x"] + 60, small["y"] - 20))
    search = editor.box(editor.dialog("Add node"))
    left, top = max(small["x"], search["x"]), max(small["y"], search["y"])
    right = min(small["x"] + small["width"], search["x"] + search["width"])
    bottom = min(small["y"] + small["height"], search["y"] + search["height"])
    assert right - left > 10 and bottom - top > 10
    shows = "([x, y]) => document.elementFromPoint(x, y).closest('[role=dialog]') !== null"
    assert editor.page.evaluate(shows, [(left + right) / 2, (top + bottom) / 2])


def test_adding_by_a_dropped_wire_is_one_step_to_undo(editor: Editor):
    start = editor.middle(editor.port("Load model", "vae", "output"))
    editor.drag(start, editor.empty_spot())
    editor.choose("VAE encode")
    expect(editor.wires).to_have_count(8)
    editor.undo()
    expect(editor.node("VAE encode")).to_have_count(0)
    expect(editor.wires).to_have_count(7)


def test_a_wire_that_would_make_a_loop_is_refused(editor: Editor):
    editor.add("Blur image")
    editor.add("Sharpen image", at=editor.empty_spot((900, 700)))
    editor.wire(("Blur image", "image"), ("Sharpen image", "image"))
    expect(editor.wires).to_have_count(8)
    editor.wire(("Sharpen image", "image"), ("Blur image", "image"))
    expect(editor.wires).to_have_count(8)


def test_a_node_dropped_on_a_wire_is_put_into_it(editor: Editor):
    editor.add("Blur image")
    out = editor.middle(editor.port("VAE decode", "image", "output"))
    into = editor.middle(editor.port("Save image", "image", "input"))
    x, y = editor.header("Blur image")
    box = editor.box(editor.node("Blur image"))
    middle = ((out[0] + into[0]) / 2, (out[1] + into[1]) / 2)
    editor.drag((x, y), (middle[0], middle[1] - (box["height"] / 2 - (y - box["y"]))))
    wires = wires_of(editor, "save")
    assert wires["image"].startswith("blur_image.")
    assert wires_of(editor, "blur_image")["image"] == "decode.image"


def test_a_stroke_with_alt_cuts_the_wires_it_goes_through(editor: Editor):
    out = editor.middle(editor.port("VAE decode", "image", "output"))
    into = editor.middle(editor.port("Save image", "image", "input"))
    x, y = (out[0] + into[0]) / 2, (out[1] + into[1]) / 2
    editor.keys.down("Alt")
    editor.drag((x, y - 40), (x, y + 40))
    editor.keys.up("Alt")
    expect(editor.wires).to_have_count(6)
    assert "image" not in wires_of(editor, "save")


def test_the_end_of_a_wire_is_put_into_another_port(editor: Editor):
    editor.add("Preview image", at=editor.empty_spot((1400, 800)))
    x, y = editor.middle(editor.port("Save image", "image", "input"))
    there = editor.middle(editor.port("Preview image", "image", "input"))
    editor.drag((x - 16, y), there)
    assert "image" not in wires_of(editor, "save")
    assert wires_of(editor, "preview_image") == {"image": "decode.image"}


def test_deleting_a_node_with_control_heals_the_wires_behind_it(editor: Editor):
    editor.add("Blur image", at=editor.empty_spot((1200, 800)))
    editor.wire(("VAE decode", "image"), ("Blur image", "image"))
    editor.wire(("Blur image", "image"), ("Save image", "image"))
    assert wires_of(editor, "save")["image"] == "blur_image.image"
    editor.select("Blur image")
    editor.press("Control+Delete")
    expect(editor.node("Blur image")).to_have_count(0)
    assert wires_of(editor, "save")["image"] == "decode.image"


def test_escape_takes_a_wire_out_of_the_hand(editor: Editor):
    editor.mouse.move(*editor.middle(editor.port("VAE decode", "image", "output")))
    editor.mouse.down()
    editor.mouse.move(*editor.empty_spot(), steps=6)
    expect(editor.canvas.locator(".in-hand")).to_have_count(1)
    editor.press("Escape")
    expect(editor.canvas.locator(".in-hand")).to_have_count(0)
    editor.mouse.up()
    expect(editor.dialog("Add node")).to_have_count(0)

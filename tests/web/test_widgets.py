"""The controls of values: typed, dragged, stepped, reset; what is wrong is said in place."""

import re

from playwright.sync_api import Locator, expect

from tests.web.drawn import node, workflow
from tests.web.editor import Editor


def number(editor: Editor, name: str) -> Locator:
    return editor.page.get_by_role("spinbutton", name=name, exact=True)


def put(editor: Editor, name: str, value: str) -> None:
    number(editor, name).fill(value)
    number(editor, name).press("Enter")


def values(editor: Editor, id: str) -> dict[str, object]:
    found: dict[str, object] = editor.document()["nodes"][id].get("values", {})
    return found


def show(editor: Editor, **nodes: dict[str, object]) -> None:
    editor.served.save("Widgets", workflow("Widgets", 12, **nodes))
    editor.open("Widgets")


def test_a_number_is_typed(editor: Editor):
    put(editor, "Sample steps", "12")
    assert values(editor, "sample")["steps"] == 12


def test_a_number_may_be_a_sum(editor: Editor):
    put(editor, "Sample steps", "2 * 8")
    assert values(editor, "sample")["steps"] == 16


def test_what_is_no_number_is_said_in_place_and_given_up_by_escape(editor: Editor):
    number(editor, "Sample steps").fill("many")
    number(editor, "Sample steps").press("Enter")
    expect(number(editor, "Sample steps")).to_have_attribute("aria-invalid", "true")
    number(editor, "Sample steps").press("Escape")
    expect(number(editor, "Sample steps")).not_to_have_attribute("aria-invalid", "true")
    editor.move("Sample", (0, 10))
    assert "steps" not in values(editor, "sample")


def test_a_number_out_of_range_says_so_in_place(editor: Editor):
    show(editor, blur=node("blur_image", radius=4.0), fill=node("solid_image", width=99999999))
    field = number(editor, "Solid image width")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(editor.node("Solid image")).to_contain_text(re.compile("99,?999,?999|outside|limit"))


def test_a_slider_is_dragged_and_that_is_one_step_to_undo(editor: Editor):
    show(editor, blur=node("blur_image", radius=4.0))
    x, y = editor.middle(number(editor, "Blur image radius"))
    editor.drag((x, y), (x + 60, y), steps=12)
    moved = values(editor, "blur")["radius"]
    assert isinstance(moved, float | int) and moved > 4.0
    editor.rest()
    editor.undo()
    assert values(editor, "blur")["radius"] == 4.0


def test_with_shift_a_drag_is_finer(editor: Editor):
    show(editor, blur=node("blur_image", radius=4.0))
    x, y = editor.middle(number(editor, "Blur image radius"))
    editor.drag((x, y), (x + 60, y), steps=12)
    coarse = float(str(values(editor, "blur")["radius"])) - 4.0
    editor.rest()
    editor.undo()
    editor.keys.down("Shift")
    editor.drag((x, y), (x + 60, y), steps=12)
    editor.keys.up("Shift")
    fine = float(str(values(editor, "blur")["radius"])) - 4.0
    assert 0 < fine < coarse / 2


def test_arrow_keys_step_a_number(editor: Editor):
    show(editor, pick=node("pick_image", index=3))
    number(editor, "Pick image index").click()
    editor.press("ArrowUp", "ArrowUp", "ArrowDown")
    assert values(editor, "pick")["index"] == 4


def test_a_value_is_put_back_to_its_default(editor: Editor):
    put(editor, "Sample steps", "12")
    editor.node("Sample").hover()
    editor.page.get_by_role(
        "button", name=re.compile("^(Back to the default of|Let the model decide) Sample steps")
    ).click()
    editor.rest()
    assert "steps" not in values(editor, "sample")


def test_a_choice_is_searched_and_taken(editor: Editor):
    field = editor.node("Sample").get_by_role("combobox", name="Sample sampler", exact=True)
    field.click()
    editor.keys.type("heun")
    editor.page.get_by_role("option", name="heun", exact=True).click()
    assert values(editor, "sample")["sampler"] == "heun"


def test_a_toggle_is_switched_by_mouse_and_by_space(editor: Editor):
    show(editor, toggle=node("toggle", value=False))
    switch = editor.page.get_by_role("switch", name="Toggle value").or_(
        editor.page.get_by_role("checkbox", name="Toggle value")
    )
    switch.click()
    assert values(editor, "toggle")["value"] is True
    switch.focus()
    editor.press("Space")
    assert values(editor, "toggle").get("value", False) is False


def test_a_prompt_is_written_and_one_undo_takes_the_writing_back(editor: Editor):
    prompt = editor.page.get_by_role("textbox", name="Encode text text", exact=True)
    before = prompt.input_value()
    prompt.click()
    editor.press("Control+End")
    editor.keys.type(" with gulls")
    editor.rest()
    assert values(editor, "prompt")["text"] == before + " with gulls"
    editor.undo()
    expect(prompt).to_have_value(before)


def test_a_prompt_that_is_too_long_says_so_in_place(editor: Editor):
    prompt = editor.page.get_by_role("textbox", name="Encode text text", exact=True)
    prompt.fill("boat " * 220_000)
    expect(prompt).to_have_attribute("aria-invalid", "true")
    expect(editor.node("Encode text")).to_contain_text("limit")


def test_a_prompt_opens_in_a_larger_field(editor: Editor):
    editor.node("Encode text").hover()
    editor.button("Edit Encode text text in a larger field").click()
    field = editor.page.get_by_role("dialog").get_by_role("textbox")
    field.fill("written in the large")
    editor.page.get_by_role("dialog").get_by_role("button", name="Done").click()
    assert values(editor, "prompt")["text"] == "written in the large"


def test_a_model_is_chosen_from_a_list_with_family_and_size(editor: Editor):
    editor.page.get_by_label("Load model model", exact=True).first.click()
    options = editor.page.get_by_role("option").filter(has_text="starter")
    expect(options.first).to_contain_text(re.compile(r"[kMG]B"))
    options.first.click()
    assert values(editor, "model")["model"] == "starter"


def test_a_model_that_is_gone_is_said_in_place_with_the_nearest(editor: Editor):
    show(editor, model=node("load_model", model="startr"))
    expect(editor.node("Load model")).to_contain_text("startr")
    editor.page.get_by_label("Load model model", exact=True).first.click()
    expect(editor.page.get_by_text("Nearest to it")).to_be_visible()
    editor.page.get_by_role("option").filter(has_text="starter").first.click()
    assert values(editor, "model")["model"] == "starter"


def test_a_size_has_presets(editor: Editor):
    editor.node("Empty latent").hover()
    editor.button("Sizes for Empty latent width").click()
    choice = editor.page.get_by_role("menuitem").or_(editor.page.get_by_role("option"))
    choice.filter(has_text=re.compile(r"\d+ × \d+")).first.click()
    taken = values(editor, "blank")
    assert isinstance(taken["width"], int) and isinstance(taken["height"], int)


def test_a_colour_is_typed_and_one_that_is_none_is_said(editor: Editor):
    show(editor, fill=node("solid_image", colour="#336699"))
    field = editor.page.get_by_role("textbox", name="Solid image colour", exact=True)
    field.fill("#ff8800")
    field.press("Enter")
    assert values(editor, "fill")["colour"] == "#ff8800"
    field.fill("reddish")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")


def test_a_curve_is_drawn_by_mouse_and_by_keys(editor: Editor):
    show(editor, curve=node("guidance_curve", curve="0:1, 1:7"))
    point = editor.node("Guidance curve").get_by_label(re.compile("point 2 of 2"))
    point.focus()
    editor.press("ArrowDown")
    assert values(editor, "curve")["curve"] != "0:1, 1:7"
    x, y = editor.middle(editor.node("Guidance curve").get_by_label(re.compile("point 1 of 2")))
    editor.drag((x, y), (x, y - 20))
    assert not str(values(editor, "curve")["curve"]).startswith("0:1,")


def test_numbers_that_are_too_small_or_too_large_say_so_where_they_were_typed(editor: Editor):
    show(editor, blur=node("blur_image", radius=4.0), fill=node("solid_image"))
    for value, told in (("-3", "-3 is outside 1 to"), ("70000", "70000 is outside 1 to")):
        put(editor, "Solid image width", value)
        field = number(editor, "Solid image width")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile(f"^{told}"))
    put(editor, "Solid image width", "64")
    expect(number(editor, "Solid image width")).not_to_have_attribute("aria-invalid", "true")


def test_a_colour_is_picked_by_eye(editor: Editor):
    show(editor, fill=node("solid_image", colour="#336699"))
    editor.page.get_by_label("Pick Solid image colour").fill("#00ff80")
    written = editor.page.get_by_role("textbox", name="Solid image colour", exact=True)
    expect(written).to_have_value("#00ff80")
    editor.rest()
    editor.undo()
    assert values(editor, "fill")["colour"] == "#336699"

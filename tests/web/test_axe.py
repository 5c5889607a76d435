"""axe finds nothing on any screen, light and dark; and the page holds at 200 % zoom."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.web.axe import axe
from tests.web.drawn import chain, example, plain
from tests.web.editor import Editor

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
NOTHING: dict[str, list[str]] = {theme: [] for theme in THEMES}


def nothing(editor: Editor) -> None:
    """The page as it opens."""


def opened(name: str) -> Callable[[Editor], None]:
    def show(editor: Editor) -> None:
        editor.command(name)
        expect(editor.page.get_by_role("dialog").first).to_be_visible()

    return show


def add(editor: Editor) -> None:
    editor.rest()
    editor.press("Space")
    expect(editor.dialog("Add node")).to_be_visible()


def palette(editor: Editor) -> None:
    editor.press("Control+k")
    expect(editor.dialog("Commands")).to_be_visible()


def panel(name: str) -> Callable[[Editor], None]:
    def show(editor: Editor) -> None:
        editor.command(name)
        expect(editor.page.get_by_role("region", name=name).first).to_be_visible()

    return show


def empty(editor: Editor) -> None:
    editor.command("New workflow")
    expect(editor.nodes).to_have_count(0)


def done(editor: Editor) -> None:
    editor.served.save("Plain", plain(colour="#112233"))
    editor.open("Plain")
    editor.run()
    editor.has_pictures("Preview image")


def wrong(editor: Editor) -> None:
    document = plain("Wrong")
    document["nodes"]["blur"] = {"type": "blurr_image", "wires": {"image": "fill.image"}}
    document["nodes"]["fill"]["values"]["width"] = -1
    editor.served.save("Wrong", document)
    editor.open("Wrong")
    expect(editor.node("blurr_image")).to_be_visible()


def body(editor: Editor) -> None:
    editor.served.save("Loop", example("open-loop"))
    editor.open("Loop")
    editor.page.get_by_role("button", name="Open Repeat").click()
    expect(editor.node("In")).to_be_visible()


def far(editor: Editor) -> None:
    editor.served.save("Chain", chain(400))
    editor.open("Chain")
    expect(editor.canvas.locator("canvas.overview")).to_be_visible()


def menu(editor: Editor) -> None:
    editor.mouse.click(*editor.header("Sample"), button="right")
    expect(editor.page.get_by_role("menu")).to_be_visible()


SCREENS: dict[str, Callable[[Editor], None]] = {
    "opened": nothing,
    "add": add,
    "palette": palette,
    "keys": opened("All keys"),
    "settings": opened("Settings"),
    "open": opened("Open …"),
    "save as": opened("Save as"),
    "rename": opened("Rename"),
    "share": opened("Share as a link"),
    "find": opened("Find"),
    "help": opened("All nodes, with their help"),
    "outline": panel("Outline"),
    "log": panel("Log"),
    "empty": empty,
    "done": done,
    "wrong": wrong,
    "body": body,
    "far": far,
    "menu": menu,
}


def light_and_dark(page: Page) -> dict[str, list[str]]:
    """What axe finds in either."""
    found: dict[str, list[str]] = {}
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found[theme] = axe(page)
    return found


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing(editor: Editor, screen: str):
    SCREENS[screen](editor)
    assert light_and_dark(editor.page) == NOTHING


def test_axe_finds_nothing_where_one_comes_in(browser, served):
    context = browser.new_context()
    page = context.new_page()
    page.goto(served.url)
    expect(page.get_by_text("main.py link").first).to_be_visible()
    assert light_and_dark(page) == NOTHING
    context.close()


def test_at_200_percent_everything_can_be_reached_and_nothing_is_cut(editor: Editor):
    editor.page.set_viewport_size({"width": 800, "height": 500})
    expect(editor.button("Run")).to_be_in_viewport(ratio=1)
    expect(editor.button("Stop")).to_be_in_viewport(ratio=1)
    assert editor.page.evaluate("() => document.documentElement.scrollWidth") <= 800
    editor.press("Control+k")
    expect(editor.dialog("Commands").get_by_role("combobox")).to_be_in_viewport(ratio=1)
    assert axe(editor.page) == []


def test_reduced_motion_moves_nothing(editor: Editor):
    moving = """() => document.getAnimations().filter(one => one.playState === "running"
      && one.effect.getComputedTiming().duration > 1).length"""
    editor.run()
    assert editor.page.evaluate(moving) == 0
    editor.press("Control+k")
    assert editor.page.evaluate(moving) == 0

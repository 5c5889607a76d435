"""The page in a real browser: it shows what there is, and nothing that is shown can do anything."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright import sync_api as playwright

from server.messages import Trouble
from server.record import Ending, NewRun
from tests.chromium import CHROMIUM, launch
from tests.server.storage import pngs

expect = playwright.expect
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="this machine has no Chromium")

EVIL = "<img src=x onerror=\"document.title='owned'\">"
PNG_NAME = EVIL.replace('"', "'").replace("<", "(")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = launch(started)
        yield browser
        browser.close()


@pytest.fixture
def page(browser) -> Iterator[Any]:
    """A page; whatever it complains of is in `page.complaints`."""
    context = browser.new_context()
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda said: page.complaints.append(said.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("dialog", lambda dialog: page.complaints.append(dialog.message))
    yield page
    context.close()


def come_in(door, page) -> None:
    page.goto(f"http://127.0.0.1:{door.port}/#code={door.keys.code(60)}")
    page.wait_for_selector("#line.on")
    page.complaints[:] = [said for said in page.complaints if "401" not in said]


def workflow(title: str, node: str = "") -> dict[str, Any]:
    nodes = {
        "picture": {"type": "solid_image", "title": node, "note": node},
        "save": {"type": "preview_image", "wires": {"image": "picture.image"}},
    }
    return {"format": "latentwire/1", "title": title, "nodes": nodes}


def test_a_link_lets_one_in_and_its_code_is_gone_from_the_address(door, page):
    code = door.keys.code(60)
    page.goto(f"http://127.0.0.1:{door.port}/#code={code}")
    page.wait_for_selector("#line.on")
    assert page.url == f"http://127.0.0.1:{door.port}/"
    page.reload()
    page.wait_for_selector("#line.on")  # the cookie is enough from then on
    assert code not in page.content()


def test_without_a_link_one_is_asked_for_it_and_told_when_it_is_wrong(door, page):
    page.goto(f"http://127.0.0.1:{door.port}/")
    page.wait_for_selector("#enter:not([hidden])")
    page.keyboard.type("wrong")  # the field has the focus
    page.keyboard.press("Enter")
    expect(page.locator("#login-said")).to_contain_text("used or is too old")
    page.fill("#code", f"http://127.0.0.1:{door.port}/#code={door.keys.code(60)}")
    page.keyboard.press("Enter")
    page.wait_for_selector("#line.on")


def test_the_page_stands_for_the_editor_where_none_is_built_and_says_so(door, page):
    said = page.get_by_text("The editor is not built")
    come_in(door, page)
    expect(said).to_be_visible()
    page.goto(f"http://127.0.0.1:{door.port}/status")
    page.wait_for_selector("#line.on")
    expect(said).to_be_hidden()
    assert page.complaints == []


def test_s18_what_others_wrote_is_shown_as_text(door, page, house):
    bring = {"Content-Type": "application/octet-stream"} | door.bearer
    text = pngs.unicode(b"XML:com.adobe.xmp", EVIL.encode()) + pngs.text(b"Comment", EVIL.encode())
    door.ask("POST", f"/v1/assets?name={PNG_NAME.replace(' ', '%20')}", bring, pngs.png(text))
    door.ask("POST", "/v1/runs", door.bearer, {"workflow": workflow(EVIL, EVIL)})
    (claimed,) = door.do(house.record.claim("worker", 1))
    error = Trouble(EVIL, EVIL, EVIL)
    door.do(house.record.finish(Ending(claimed.run, claimed.attempt, "failed", error)))
    door.ask("POST", "/v1/runs", door.bearer, {"workflow": workflow(f"{EVIL} waits", EVIL)})
    come_in(door, page)
    page.wait_for_selector("#past .failed")
    page.wait_for_selector("#queued .title")
    expect(page.locator("#pictures img").first).to_have_js_property("naturalWidth", 4)
    assert page.inner_text("#past .title") == EVIL
    assert page.inner_text("#past .bad") == f"{EVIL}.{EVIL}: {EVIL}"
    assert page.inner_text("#queued .title") == f"{EVIL} waits"
    assert "onerror" in page.inner_text("#pictures")
    refused = json.dumps({"format": "latentwire/1", "nodes": {"a": {"type": EVIL}}}).encode()
    file = {"name": f"{EVIL}.json", "mimeType": "application/json", "buffer": refused}
    page.set_input_files("#file", [file])
    expect(page.locator("#said")).to_contain_text("<img")
    assert page.title() == "Latentwire" and page.complaints == []
    door.ask("POST", "/v1/queue/clear", door.bearer)


def test_s17_a_picture_opened_by_itself_runs_nothing(door, page):
    come_in(door, page)
    sent = {"Content-Type": "application/octet-stream"} | door.bearer
    script = b"<script>document.title='owned';fetch('/v1/queue/pause',{method:'POST'})</script>"
    asset = door.ask("POST", "/v1/assets?name=x.html", sent, pngs.png(after=script)).json["asset"]
    page.goto(f"http://127.0.0.1:{door.port}/v1/assets/{asset}")
    assert "owned" not in page.title()
    assert door.ask("GET", "/v1/runs", door.bearer).json["paused"] is False


def test_s41_another_page_cannot_put_ours_in_a_frame(door, page):
    page.set_content(f'<iframe src="http://127.0.0.1:{door.port}/"></iframe>')
    page.wait_for_timeout(0)
    frames = [frame for frame in page.frames if frame != page.main_frame]
    frames[0].wait_for_load_state()
    assert frames[0].query_selector("#address") is None


def test_s18_no_markup_can_be_written_and_no_script_named(door, page):
    come_in(door, page)
    tried = page.evaluate(
        """() => {
          const failed = [];
          for (const work of [
            () => { document.body.innerHTML = "<b>x</b>"; },
            () => { document.createElement("script").src = "/app/page.js"; },
            () => { document.body.insertAdjacentHTML("beforeend", "<b>x</b>"); },
          ]) try { work(); } catch (error) { failed.push(error.name); }
          return failed;
        }"""
    )
    assert len(tried) == 3


def test_the_queue_is_seen_and_ruled_by_keyboard(door, page):
    come_in(door, page)
    for number in range(2):
        door.ask("POST", "/v1/runs", door.bearer, {"workflow": workflow(f"run {number}")})
    expect(page.locator("#waiting")).to_have_text("2 wait")
    for name, waiting in [
        ("Cancel run 0", "1 waits"),
        ("Pause", "1 waits, paused"),
        ("Resume", "1 waits"),
        ("Clear", ""),
    ]:
        page.get_by_role("button", name=name, exact=True).focus()
        page.keyboard.press("Enter")
        expect(page.locator("#waiting")).to_have_text(waiting)
    expect(page.locator("#queued li")).to_have_count(0)
    assert page.complaints == []


def test_a_long_queue_hides_neither_its_length_nor_what_ran_before_it(door, page, house):
    async def fill() -> None:
        await house.record.submit(NewRun("ran before", b"{}", None, False, ""))
        (claimed,) = await house.record.claim("worker", 1)
        await house.record.finish(Ending(claimed.run, claimed.attempt, "done"))
        runs = (NewRun(f"run {number}", b"{}", None, False, "") for number in range(510))
        await asyncio.gather(*map(house.record.submit, runs))

    door.do(fill())
    come_in(door, page)
    expect(page.locator("#waiting")).to_have_text("510 wait")
    expect(page.locator("#past .title").first).to_have_text("ran before")
    shown = page.locator("#queued li")
    expect(shown.first).to_have_text("10 before these …")
    expect(shown.nth(1)).to_contain_text("11.run 10")
    expect(shown.last).to_have_text("… and 480 more")
    door.ask("POST", "/v1/queue/clear", door.bearer)
    assert page.complaints == []


def test_what_is_long_is_cut_and_what_is_read_stays_as_it_is(door, page, house):
    error = Trouble("node", None, "words without end " * 200)
    long = "Averylongtitle" * 20

    async def fill() -> None:
        await house.record.submit(NewRun(long, b"{}"))
        (claimed,) = await house.record.claim("worker", 1)
        await house.record.finish(Ending(claimed.run, claimed.attempt, "failed", error))
        for number in range(30):
            await house.record.submit(NewRun(f"{number} {long}", b"{}"))

    door.do(fill())
    page.set_viewport_size({"width": 400, "height": 800})
    come_in(door, page)
    expect(page.locator("#queued li")).to_have_count(21)
    assert page.evaluate("document.documentElement.scrollWidth") == 400
    failed = page.locator("#past li", has_text="words without end").first
    assert failed.bounding_box()["height"] < 300
    assert page.locator("#queued").bounding_box()["height"] < 500
    assert failed.locator(".title").get_attribute("title") == long
    third = page.get_by_role("button", name=f"Cancel 2 {long}", exact=True)
    third.focus()
    runs = door.ask("GET", "/v1/runs?state=queued&limit=500", door.bearer).json["runs"]
    first = next(run["run"] for run in runs if run["position"] == 0)
    door.ask("POST", f"/v1/runs/{first}/cancel", door.bearer)
    expect(page.locator("#waiting")).to_have_text("29 wait")
    expect(third).to_be_focused()
    door.ask("POST", "/v1/queue/clear", door.bearer)
    expect(page.locator("#waiting")).to_have_text("")
    reading = page.locator("#past li").first.element_handle()
    door.ask("POST", "/v1/queue/pause", door.bearer)
    expect(page.locator("#waiting")).to_have_text("paused")
    assert reading.evaluate("entry => entry.isConnected")
    door.ask("POST", "/v1/queue/resume", door.bearer)
    assert page.complaints == []


def test_a_page_that_is_opened_while_the_server_is_away_comes_back(door, page):
    come_in(door, page)
    page.route("**/v1/system", lambda route: route.abort())
    page.reload()
    page.wait_for_selector("#line.on")


def test_every_control_has_a_name(door, page):
    come_in(door, page)
    for control in page.query_selector_all("button, input, a, meter, progress"):
        name = control.evaluate(
            "e => e.ariaLabel || e.textContent.trim() || e.labels?.[0]?.textContent"
        )
        assert name, control.evaluate("e => e.outerHTML")

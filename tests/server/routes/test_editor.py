"""The built editor: its page is asked for anew each time, its files are kept for ever."""

import gzip
import shutil
from pathlib import Path

import pytest
from playwright import sync_api as playwright

from server.settings import Settings
from tests.chromium import CHROMIUM, launch
from tests.server.door import opened
from tests.server.routes.house import House

SCRIPT = b"""
import "./more-x1.js";
const root = document.getElementById("root");
root.append(Object.assign(document.createElement("p"), { textContent: "drawn" }));
root.style.color = "red";
const picture = new Image();
const drawing = "<svg xmlns='http://www.w3.org/2000/svg' width='4' height='4'/>";
picture.src = URL.createObjectURL(new Blob([drawing], { type: "image/svg+xml" }));
root.append(picture);
const socket = new WebSocket(location.origin.replace("http", "ws") + "/v1/ws");
socket.onopen = () => { picture.decode().then(() => { document.title = "works"; }); };
"""
FILES = {
    "index.html": b'<!doctype html><html lang="en"><head><title>x</title>'
    b'<script type="module" crossorigin src="/assets/index-x1.js"></script>'
    b'<link rel="stylesheet" crossorigin href="/assets/index-x1.css"></head>'
    b'<body><div id="root"></div></body></html>',
    "assets/index-x1.js": SCRIPT,
    "assets/more-x1.js": b"export {};",
    "assets/index-x1.css": b"body { margin: 7px; }",
    "assets/font-x1.woff2": b"wOF2",
    "assets/secret.json": b"{}",
    "sources.txt": b"0" * 64,
}


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    for name, data in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / "assets/index-x1.js.gz").write_bytes(gzip.compress(SCRIPT))
    return folder


@pytest.fixture
def built(dist: Path, tmp_path: Path):
    house = House(Settings(tmp_path / "data", floor_bytes=0, editor=dist))
    with opened(house.settings, house.build) as door:
        yield door


def test_its_page_is_asked_for_each_time_and_sent_only_if_it_is_another(built, dist):
    first = built.ask("GET", "/")
    assert (first.status, first.body) == (200, FILES["index.html"])
    assert first.headers["Content-Type"] == "text/html; charset=utf-8"
    assert first.headers["Cache-Control"] == "no-cache"
    tag = {"If-None-Match": first.headers["ETag"]}
    assert built.ask("GET", "/", tag).status == 304
    (dist / "index.html").write_bytes(b"<!doctype html>another")
    assert built.ask("GET", "/", tag).body == b"<!doctype html>another"


def test_its_files_are_kept_for_ever_and_packed_where_that_is_taken(built):
    plain = built.ask("GET", "/assets/index-x1.js")
    assert (plain.status, plain.body) == (200, SCRIPT)
    assert plain.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    packed = built.ask("GET", "/assets/index-x1.js", {"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.body) == SCRIPT
    lone = built.ask("GET", "/assets/index-x1.css", {"Accept-Encoding": "gzip"})
    assert (lone.body, "Content-Encoding" in lone.headers) == (FILES["assets/index-x1.css"], False)
    assert built.ask("GET", "/assets/font-x1.woff2").headers["Content-Type"] == "font/woff2"


@pytest.mark.parametrize(
    "path",
    [
        *("/sources.txt", "/index.html", "/assets/", "/assets/none.js", "/assets/secret.json"),
        *("/assets/index-x1.js.gz", "/assets/..%2findex.html", "/assets/.js", "/assets/a%00.js"),
    ],
)
def test_nothing_else_of_it_is_sent(built, path):
    answer = built.ask("GET", path, built.bearer)
    assert answer.status in (400, 404), answer.body
    assert answer.code and "immutable" not in answer.headers["Cache-Control"]


def test_what_the_server_does_is_shown_elsewhere_then(built):
    status = built.ask("GET", "/status")
    assert status.status == 200 and b"/app/page.js" in status.body
    assert built.ask("GET", "/app/page.js").status == 200
    for icon in ("/icon.svg", "/favicon.ico"):
        assert built.ask("GET", icon).headers["Content-Type"].startswith("image/svg+xml")


def test_without_one_that_page_stands_in_its_place(built, dist):
    shutil.rmtree(dist)
    assert built.ask("GET", "/").body == built.ask("GET", "/status").body
    assert built.ask("GET", "/assets/index-x1.js").code == "not_found"


@pytest.mark.skipif(CHROMIUM is None, reason="this machine has no Chromium")
def test_s18_what_is_built_works_under_the_policy(built):
    complaints: list[str] = []
    with playwright.sync_playwright() as started:
        browser = launch(started)
        page = browser.new_page(extra_http_headers=built.cookie)
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"http://127.0.0.1:{built.port}/")
        playwright.expect(page.get_by_text("drawn")).to_have_css("color", "rgb(255, 0, 0)")
        playwright.expect(page.locator("body")).to_have_css("margin-left", "7px")
        playwright.expect(page).to_have_title("works")
        browser.close()
    assert complaints == []

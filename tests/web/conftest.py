"""A real server, a real browser, and the editor in it as a person opens it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright import sync_api as playwright

from server import editor as built
from server.bench.live import Process
from tests.chromium import CHROMIUM, launch
from tests.server.live import TROUBLE
from tests.web.complaints import Complaints
from tests.web.editor import Editor
from tests.web.served import Served

SCREEN: playwright.ViewportSize = {"width": 1600, "height": 1000}
PATIENCE = 10_000  # ms

playwright.expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def dist() -> None:
    """The built editor."""
    built.make()


@pytest.fixture(scope="session")
def running(dist: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server of all tests of this process, with the model that is in the box."""
    data = tmp_path_factory.mktemp("web") / "data"
    models = data / "models"
    models.mkdir(parents=True)
    options = ("--packs", str(TROUBLE), "--models", str(models))
    process = Process(data, *options, OMP_NUM_THREADS="1")
    try:
        process.start()
        process.wait_for(lambda: process.json("/v1/nodes")["nodes"], "to know its nodes")
        yield Served(process)
    finally:
        process.kill()


@pytest.fixture
def served(running: Served) -> Served:
    """The server, with nothing saved and nothing waiting."""
    running.sweep()
    return running


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright.Browser]:
    if CHROMIUM is None:
        pytest.skip("this machine has no Chromium")
    with playwright.sync_playwright() as started:
        browser = launch(started)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Whatever a page says that it should not; a test names what it expects."""
    heard = Complaints()
    yield heard
    assert heard.unexpected() == []


@pytest.fixture
def context(browser: playwright.Browser, complaints: Complaints) -> Iterator[Any]:
    """A browser that was never here; what moves is still, so that places can be counted on."""
    context = browser.new_context(
        viewport=SCREEN,
        reduced_motion="reduce",
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(PATIENCE)
    context.on("page", complaints.listen)
    yield context
    context.close()


@pytest.fixture
def page(context: Any, served: Served) -> playwright.Page:
    """The editor, opened by the link, with the workflow that one begins with."""
    page: playwright.Page = context.new_page()
    page.goto(served.link())
    editor = Editor(page, served)
    editor.ready()
    playwright.expect(editor.node("Load model")).to_be_visible()
    return page


@pytest.fixture
def editor(page: playwright.Page, served: Served) -> Editor:
    """Hands on that page."""
    return Editor(page, served)

"""The browser that pages are tested in."""

import shutil

from playwright.sync_api import Browser, Playwright

# the first is made for this: it draws no window round the page, and takes half the time
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
# a GPU that is only played costs more than drawing without one
PLAIN = ["--no-sandbox", "--disable-gpu", "--disable-gpu-rasterization"]


def launch(started: Playwright) -> Browser:
    return started.chromium.launch(executable_path=CHROMIUM, args=PLAIN)

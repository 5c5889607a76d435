"""What a page complains of: errors on the console, errors that nobody caught, failed requests."""

import re

from playwright.sync_api import ConsoleMessage, Page, Request, Response

CUT = "net::ERR_ABORTED"  # by the page itself, as when it is left


class Complaints:
    """Of all the pages of a test."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._expected: list[str] = []

    def expect(self, *patterns: str) -> None:
        """What this test brings about itself."""
        self._expected += patterns

    def unexpected(self) -> list[str]:
        return [one for one in self.heard if not self._is_expected(one)]

    def listen(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.heard.append(f"error: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def _is_expected(self, said: str) -> bool:
        return any(re.search(pattern, said) for pattern in self._expected)

    def _console(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.heard.append(f"console: {said.text}")

    def _failed(self, request: Request) -> None:
        if request.failure != CUT:
            self.heard.append(f"failed: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.heard.append(f"refused: {response.status} {response.url}")

"""The line between a page and its server, in the hands of a test: what is said on it can be kept
back, lost, or cut off."""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import WebSocketRoute

from tests.web.editor import Editor

Answers = Callable[[], Any]


class Line:
    """Of one page, from its next loading on."""

    def __init__(self, editor: Editor) -> None:
        self.editor = editor
        self.held: set[str] = set()  # methods that are not heard by the server
        self.unanswered: set[str] = set()  # methods whose answer is lost, and the line with it
        self.away = False
        self.lost = 0
        self._waiting: list[Answers] = []
        editor.page.route_web_socket("**/v1/ws", self._join)
        editor.page.reload()
        editor.ready()

    def release(self) -> None:
        """Let the server hear what was held."""
        self.held.clear()
        for send in self._waiting:
            send()
        self._waiting.clear()

    def until(self, happened: Callable[[], Any], what: str) -> None:
        """Ask again and again, while the page goes on."""
        for _ in range(1500):
            if happened():
                return
            self.editor.page.wait_for_timeout(20)
        raise TimeoutError(f"waited until {what}")

    def _join(self, page: WebSocketRoute) -> None:
        if self.away:
            page.close()
            return
        server, lost = page.connect_to_server(), set[int]()

        def said(message: str | bytes) -> None:
            call = json.loads(message)
            if call["method"] in self.unanswered:
                lost.add(call["id"])
            if call["method"] in self.held:
                self._waiting.append(lambda: server.send(message))
            else:
                server.send(message)

        def answered(message: str | bytes) -> None:
            if isinstance(message, str) and json.loads(message).get("id") in lost:
                self.lost, self.away = self.lost + 1, True
                page.close()
                server.close()
            elif not self.away:
                page.send(message)

        page.on_message(said)
        server.on_message(answered)

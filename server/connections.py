"""How connections are taken: what is no HTTP gets an error as JSON too, and nothing is logged."""

import asyncio
import logging
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Middleware
from aiohttp.web_protocol import RequestHandler

from . import answers, headers
from .refused import Refused

# nothing is unpacked before the guard has looked, and a body that was refused is not waited for
HOW: dict[str, Any] = {"auto_decompress": False, "access_log": None, "lingering_time": 1.0}
LAST_WORDS = 3.0  # seconds for answers that are on their way when the server stops
PATIENCE = 20.0  # seconds in which a connection must have asked for something
LOGIN = "/v1/login"  # for everybody, so that many may be at it for long
MOST_OPEN = 1500  # connections, three times as many as websockets
# of a request that cannot be read the library would write down the line, which may hold a token
SILENT = logging.getLogger(f"{__name__}.silent")
SILENT.setLevel(logging.CRITICAL + 1)


def runner(app: web.Application, guard: Middleware) -> web.AppRunner:
    """What lets an application listen, with a guard before it."""
    return _Runner(app, guard, logger=SILENT, shutdown_timeout=LAST_WORDS, **HOW)


class _Connection(RequestHandler):
    __slots__ = ("_patience",)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._patience = asyncio.get_running_loop().call_later(PATIENCE, self._look)
        self._make_room()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._patience.cancel()
        super().connection_lost(exc)

    def _make_room(self) -> None:
        """Of too many the oldest goes that asks for nothing, or is only coming in."""
        every = self._manager._connections if self._manager else {}
        if len(every) > MOST_OPEN:
            for one, transport in every.items():
                request = one._current_request
                if (request is None or request.path == LOGIN) and not transport.is_closing():
                    transport.abort()
                    return

    def _look(self) -> None:
        """Who only holds a connection takes it from others."""
        if self.transport is not None and not self._request_count:
            self.transport.abort()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        if request.writer.output_size > 0:
            raise ConnectionError("an answer is on its way, there cannot be another")
        refused = Refused("malformed", answers.SENTENCES[400])
        if status >= 500:
            refused = Refused("internal", answers.SENTENCES[500])
        answer = answers.refusal(refused)
        answer.headers.update(headers.SAFE)
        answer.force_close()
        return answer


class _Listener(web.Server):
    def __call__(self) -> RequestHandler:
        return _Connection(self, loop=self._loop, **self._kwargs)


class _Runner(web.AppRunner):
    """A middleware would come too late: by then the library has asked for the body (`Expect`)."""

    def __init__(self, app: web.Application, guard: Middleware, **how: Any) -> None:
        super().__init__(app, **how)
        self._guard = guard

    async def _make_server(self) -> web.Server:
        plain = await super()._make_server()

        async def guarded(request: Any) -> web.StreamResponse:
            answer = await self._guard(request, plain.request_handler)
            if not answer.prepared:
                await headers.add(request, answer)
            return answer

        return _Listener(guarded, request_factory=plain.request_factory, **plain._kwargs)

"""How connections are taken: what is no HTTP gets an error as JSON too, and nothing is logged."""

import logging
from typing import Any

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from . import answers, headers
from .refused import Refused

# nothing is unpacked before the guard has looked, and a body that was refused is not waited for
HOW: dict[str, Any] = {"auto_decompress": False, "access_log": None, "lingering_time": 1.0}
# of a request that cannot be read the library would write down the line, which may hold a token
SILENT = logging.getLogger(f"{__name__}.silent")
SILENT.setLevel(logging.CRITICAL + 1)


def runner(app: web.Application) -> web.AppRunner:
    """What lets an application listen."""
    return _Runner(app, logger=SILENT, **HOW)


class _Connection(RequestHandler):
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
    async def _make_server(self) -> web.Server:
        plain = await super()._make_server()
        return _Listener(
            plain.request_handler, request_factory=plain.request_factory, **plain._kwargs
        )

"""What is sent back: JSON, and errors as JSON whatever went wrong."""

import logging
from typing import Any

import msgspec
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

from .refused import STATUS, Refused

CODES = {status: code for code, status in STATUS.items()}
SENTENCES = {
    400: "This is no request that can be read.",
    404: "There is nothing here of this name.",
    405: "This cannot be done here with this method.",
    413: "The body is larger than what is taken here.",
    500: "Something went wrong in the server; its log says what.",
}
LOG = logging.getLogger(__name__)


def answer(value: Any, status: int = 200, **headers: str) -> web.Response:
    """A message as JSON. A `_` in the name of a header stands for a `-`."""
    return web.Response(
        body=msgspec.json.encode(value),
        status=status,
        content_type="application/json",
        headers={name.replace("_", "-"): said for name, said in headers.items()},
    )


def refusal(refused: Refused) -> web.Response:
    """An error as `{"error": {"code", "message", "problems"}}`."""
    return answer({"error": refused.said()}, refused.status)


async def told(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What the handler answers, or why it does not."""
    try:
        return await handler(request)
    except Refused as refused:
        return refusal(refused)
    except web.HTTPException as error:
        return _of(error)
    except (web.RequestPayloadError, HttpProcessingError):
        return refusal(Refused("malformed", SENTENCES[400]))
    except ConnectionError:
        raise  # the client has gone
    except Exception:
        # never the headers: the token is in them
        LOG.exception("%s %s failed", request.method, request.path)
        return refusal(Refused("internal", SENTENCES[500]))


def _of(error: web.HTTPException) -> web.Response:
    """One that the library raised, in our words."""
    status = error.status if error.status in CODES else 400
    plain = refusal(Refused(CODES[status], SENTENCES.get(status, SENTENCES[400])))
    if "Allow" in error.headers:
        plain.headers["Allow"] = error.headers["Allow"]
    return plain

"""Coming in: a code from a link for a cookie, and new codes for who is in."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from .. import params
from ..answers import answer
from ..guard import MOST_LOGIN, port_of
from ..login import COOKIE_SECONDS, PRINTED_SECONDS, cookie_name
from ..refused import Refused
from .parts import KEYS

routes = web.RouteTableDef()
PATIENCE = 10.0  # seconds for the few bytes of a code


@dataclass(frozen=True)
class Login:
    """The code of a link."""

    code: str


@dataclass(frozen=True)
class Code:
    """A code that works once, for so many seconds: `/#code=…` is the link."""

    code: str
    seconds: int


@routes.post("/v1/login")
async def log_in(request: web.Request) -> web.Response:
    """Exchange a code for a cookie."""
    login, keys = params.read(Login, await _few(request)), request.app[KEYS]
    done = web.Response(status=204)
    if keys is not None:
        keys.exchange(login.code, request.remote or "")
        port = port_of(request)
        done.set_cookie(
            cookie_name(port),
            keys.cookie(port),
            max_age=COOKIE_SECONDS,
            path="/",
            httponly=True,
            secure=request.headers.get("Origin", "").startswith("https:"),  # a proxy with TLS
            samesite="Strict",
        )
    return done


async def _few(request: web.Request) -> bytes:
    """The body, of whoever it may be: it is neither waited for long nor kept if it is large."""
    body = b""
    try:
        async with asyncio.timeout(PATIENCE):
            async for piece in request.content.iter_any():
                body += piece
                if len(body) > MOST_LOGIN:
                    raise Refused("too_large", f"A code has less than {MOST_LOGIN:,} bytes.")
    except TimeoutError:
        raise Refused("malformed", "The code did not come.") from None
    return body or b"{}"


@routes.post("/v1/login/codes")
async def new_code(request: web.Request) -> web.Response:
    """A new code to print, as `main.py link` does."""
    keys = request.app[KEYS]
    code = keys.code(PRINTED_SECONDS) if keys else ""
    return answer(Code(code, PRINTED_SECONDS), 201)

"""Coming in: a code from a link for a cookie, and new codes for who is in."""

from dataclasses import dataclass

from aiohttp import web

from ..answers import answer
from ..guard import port_of
from ..login import COOKIE_SECONDS, PRINTED_SECONDS, cookie_name
from .asked import in_body
from .parts import KEYS

routes = web.RouteTableDef()


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
    login, keys = await in_body(request, Login), request.app[KEYS]
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


@routes.post("/v1/login/codes")
async def new_code(request: web.Request) -> web.Response:
    """A new code to print, as `main.py link` does."""
    keys = request.app[KEYS]
    code = keys.code(PRINTED_SECONDS) if keys else ""
    return answer(Code(code, PRINTED_SECONDS), 201)

"""What every request is asked before anything else looks at it, websockets as well as HTTP.

In this order, and before its body is read: for whom it is, where it comes from, who sends it, what
it brings and how much of it.
"""

import ipaddress
import re
from collections.abc import Iterator

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from . import answers
from .login import Keys, Unsafe, cookie_name
from .refused import Refused
from .settings import Settings

LOCAL = ("localhost", "127.0.0.1", "[::1]")
WILD = ("", "0.0.0.0", "::")
NAME = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_-][a-z0-9._-]*)(?::(\d{1,5}))?", re.IGNORECASE)
PAGES = ("/", "/status")
ICONS = ("/icon.svg", "/favicon.ico")
OPEN = {("GET", path) for path in (*PAGES, *ICONS, "/v1/health")} | {("POST", "/v1/login")}
BUNDLE = re.compile(r"/(app|assets)/[A-Za-z0-9_.-]+")
UPLOADS = "/v1/assets"
JSON = frozenset({"application/json"})
FILES = frozenset({"multipart/form-data", "application/octet-stream"})
MOST_JSON = 16 * 2**20
MOST_LOGIN = 4096
MOST_FORM = 2**16  # of what a form has besides its file


def middleware(settings: Settings, keys: Keys | None) -> Middleware:
    """What stands before an application, and errors as JSON. `keys` None is --no-auth."""
    names = dict(_names(settings))

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        async def looked_at(request: web.Request) -> web.StreamResponse:
            check(request, settings, keys, names)
            return await handler(request)

        return await answers.told(request, looked_at)

    return guarded


def check_settings(settings: Settings) -> None:
    """Raise `Unsafe` for a server that everybody could use, or a name that is none."""
    if not settings.auth and not _is_local(settings.listen):
        told = f"--no-auth lets everybody in, and --listen {settings.listen} is for everybody"
        raise Unsafe(f"{told}: leave one of them out.")
    dict(_names(settings))


def check(
    request: web.Request, settings: Settings, keys: Keys | None, names: dict[str, str]
) -> None:
    """Raise `Refused` unless all is well. `names` are those we answer to, as of `_names`."""
    address, port = _socket(request)
    host = _host(request, names, address)
    _site(request)
    _origin(request, host, port, names)
    _who(request, keys, port)
    _content(request)
    _size(request, settings)


def port_of(request: web.Request) -> int:
    """The port that this request came to."""
    return _socket(request)[1]


def _socket(request: web.Request) -> tuple[str, int]:
    """Our own end of the connection."""
    name = request.transport and request.transport.get_extra_info("sockname")
    if not name:
        raise ConnectionResetError("the client has gone")
    return str(name[0]), int(name[1])


def _host(request: web.Request, names: dict[str, str], address: str) -> str:
    """The name we were called by. A page elsewhere can make its own name lead to us, but not ours.

    An address that is ours is as good as a name: no other page can have it.
    """
    match = NAME.fullmatch(request.headers.get("Host", ""))
    if match is None or not request.raw_path.startswith("/"):
        raise Refused("malformed", "One Host header and a path are what a request must have.")
    name = match[1].lower()
    if name not in names and _plain(name) != _plain(address):
        told = "This server does not answer to that name: --allowed-host NAME adds one."
        raise Refused("wrong_host", told)
    return name


def _site(request: web.Request) -> None:
    """Whether a page of ours asks, or a person. A link from elsewhere may open our page."""
    site = request.headers.get("Sec-Fetch-Site", "none")
    if site in ("same-origin", "none"):
        return
    opens = request.method == "GET" and request.headers.get("Sec-Fetch-Dest") == "document"
    if not (opens and request.path in PAGES and site in ("cross-site", "same-site")):
        raise Refused("forbidden", "Another page asked for this, and only our own may.")


def _origin(request: web.Request, host: str, port: int, names: dict[str, str]) -> None:
    said = request.headers.getall("Origin", [])
    if said and (len(said) > 1 or said[0] not in set(_origins(host, port, names))):
        raise Refused("forbidden", "Another page asked for this, and only our own may.")


def _origins(host: str, port: int, names: dict[str, str]) -> Iterator[str]:
    """Where our pages come from: names that were allowed may be those of a proxy with TLS."""
    for name in {host, *names}:
        yield f"http://{name}:{port}"
        if port == 80:
            yield f"http://{name}"
        if name in names and name not in LOCAL:
            end = names[name]
            yield from (f"http://{name}{end}", f"https://{name}{end}")


def _who(request: web.Request, keys: Keys | None, port: int) -> None:
    if keys is None or _is_open(request):
        return
    cookie = request.cookies.get(cookie_name(port))
    if not keys.knows(request.headers.get("Authorization"), cookie, port):
        told = "Come in through the link that the start or `main.py link` prints, or send the token"
        raise Refused("unauthorized", f"{told} as Authorization: Bearer.")


def _is_open(request: web.Request) -> bool:
    method = "GET" if request.method == "HEAD" else request.method
    path = request.path
    plain = request.rel_url.raw_path == path
    return plain and ((method, path) in OPEN or (method == "GET" and bool(BUNDLE.fullmatch(path))))


def _content(request: web.Request) -> None:
    """A body must be of the type that its route takes, which no form of another page can send."""
    brings = request.body_exists or request.method in ("POST", "PUT", "PATCH")
    packed = request.headers.getall("Content-Encoding", [])
    if any(coding.lower() != "identity" for coding in packed) or _is_packed_on_its_way(request):
        raise Refused("media_type", "A packed body is not taken: send it as it is.")
    if "Content-Type" not in request.headers and not request.body_exists:
        return
    taken = FILES if request.path == UPLOADS else JSON
    if brings and request.content_type not in taken:
        raise Refused("media_type", f"The body must be {' or '.join(sorted(taken))}.")


def _is_packed_on_its_way(request: web.Request) -> bool:
    return request.headers.get("Transfer-Encoding", "chunked").lower() != "chunked"


def _size(request: web.Request, settings: Settings) -> None:
    """What says that it is too large is refused; what does not say is counted as it comes."""
    most = {UPLOADS: settings.upload_limit + MOST_FORM, "/v1/login": MOST_LOGIN}
    limit = most.get(request.path, MOST_JSON)
    if (request.content_length or 0) > limit:
        raise Refused("too_large", f"The body is larger than {limit:,} bytes, the limit here.")


def _names(settings: Settings) -> Iterator[tuple[str, str]]:
    """Every name we answer to, with the port that its origin has besides our own."""
    for name in (*LOCAL, settings.listen):
        if name not in WILD:
            yield f"[{name.strip('[]')}]" if ":" in name else name.lower(), ""
    for entry in settings.allowed_hosts:
        match = NAME.fullmatch(entry)
        if match is None:
            raise Unsafe(f'--allowed-host takes a name such as box.example, not "{entry}".')
        yield match[1].lower(), f":{match[2]}" if match[2] else ""


def _plain(host: str) -> str:
    """An address in its one spelling; a name as it is."""
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def _is_local(listen: str) -> bool:
    if listen == "localhost":
        return True
    try:
        return ipaddress.ip_address(listen.strip("[]")).is_loopback
    except ValueError:
        return False

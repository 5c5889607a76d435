"""Where the server listens: its sockets, and what its address is called."""

import errno
import ipaddress
import os
import socket
from contextlib import suppress
from typing import Any, NamedTuple

from nodes.core.problem import Problem

PORT = 8420
FURTHER = 200  # ports after it that are tried where none was asked for
HERE = ("127.0.0.1", "::1")  # the second for a machine that knows only IPv6
WAITING = 1024  # connections that may wait to be accepted
FILES = 8192  # that may be open at once: every connection is one
TAKEN = {errno.EADDRINUSE, errno.EACCES}


class Listening(NamedTuple):
    """Sockets that listen already, all on one port."""

    sockets: list[socket.socket]
    host: str
    port: int

    @property
    def address(self) -> str:
        """What to open in a browser on this machine."""
        return url(local_name(self.host), self.port)


def listen(host: str | None, port: int | None) -> Listening:
    """Listen there; without a port on 8420, or else the next that is free. Raises `Problem`."""
    missing = ""
    for name in HERE if host is None else (host,):
        try:
            return _listen(name, port)
        except OSError as error:
            missing = f"{name} is no address of this machine ({_reason(error)})"
    raise Problem(missing, None, "--listen")


def allow_files() -> None:
    """Have enough open files for many connections; some systems give few until asked for more."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
        if now != resource.RLIM_INFINITY and now < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def local_name(host: str) -> str:
    """How this machine itself reaches what listens there."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if not address.is_unspecified:
        return host
    return HERE[0] if address.version == 4 else HERE[1]


def url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _listen(host: str, port: int | None) -> Listening:
    """Raises `OSError` if the host is not of this machine, `Problem` if the port is taken."""
    places = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    for number in range(PORT, PORT + FURTHER) if port is None else (port,):
        sockets = _sockets(places, number)
        if sockets:
            return Listening(sockets, host, sockets[0].getsockname()[1])
    if port is None:
        message = f"no port from {PORT} to {PORT + FURTHER - 1} is free, name one"
    elif 0 < port < 1024:
        message = f"{port} is taken or needs an administrator, choose one above 1023"
    else:
        message = f"{port} is taken by another program, choose another or leave --port away"
    raise Problem(message, None, "--port")


def _sockets(places: list[tuple[Any, ...]], port: int) -> list[socket.socket]:
    """One for each address of the host, or none at all if the port is taken at one of them."""
    sockets: list[socket.socket] = []
    missing: OSError | None = None
    for family, *_, place in places:
        try:
            sockets.append(_socket(family, place[0], port))
        except OSError as error:
            if error.errno in TAKEN:
                _close(sockets)
                return []
            missing = error  # such as ::1 for localhost, where IPv6 is off
        if sockets:
            port = sockets[0].getsockname()[1]  # 0 was any port: the same for all
    if missing and not sockets:
        raise missing
    return sockets


def _socket(family: int, host: str, port: int) -> socket.socket:
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # a port that was just given up may be taken again
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6 and host != "::":  # which is every address, of both kinds
            found.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        found.bind((host, port))
        found.listen(WAITING)  # at once: two may bind a port, only one may listen
    except OSError:
        found.close()
        raise
    found.setblocking(False)
    return found


def _close(sockets: list[socket.socket]) -> None:
    for one in sockets:
        one.close()


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()

"""Who may come in: the token of this data folder, codes that work once, and the cookie for them."""

import hashlib
import hmac
import os
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from .refused import Refused

LAUNCHER_SECONDS = 60
PRINTED_SECONDS = 600
COOKIE_SECONDS = 30 * 24 * 3600
TRIES, WINDOW = 10, 60.0
MOST_CLIENTS = 1000  # whose wrong tries are remembered
MOST_CODES = 100
OTHERS = 0o077  # the rights of everybody but the owner


class Unsafe(Exception):
    """The server must not start like this: one sentence with the way out."""


class Keys:
    """The token is made once and kept in `data/token`, which nobody else may read. Raises `Unsafe`.

    `now` are seconds since 1970.
    """

    def __init__(self, data: Path, now: Callable[[], float] = time.time) -> None:
        self.token = _token(data)
        self._now = now
        self._codes: dict[bytes, float] = {}  # the digest of each, and until when it works
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def code(self, seconds: float) -> str:
        """A new code that can be exchanged once, for so long."""
        code = secrets.token_urlsafe(24)
        live = {key: end for key, end in self._codes.items() if end > self._now()}
        self._codes = dict(list(live.items())[-MOST_CODES + 1 :])
        self._codes[_digest(code)] = self._now() + seconds
        return code

    def exchange(self, code: str, client: str) -> None:
        """Use a code up. Raises `Refused`; after ten wrong ones in a minute for a right one too."""
        self._throttle(client)
        end = self._codes.pop(_digest(code), 0.0)
        if end <= self._now():
            self._wrong.setdefault(client, deque()).append(self._now())
            raise Refused("unauthorized", "This link was used or is too old: ask for a new one.")

    def cookie(self, port: int) -> str:
        """What a browser that came in shows from then on, for 30 days."""
        end = str(int(self._now()) + COOKIE_SECONDS)
        return f"{end}.{self._signature(port, end)}"

    def knows(self, authorization: str | None, cookie: str | None, port: int) -> bool:
        """Whether the header or the cookie is right. Takes as long where they are not."""
        scheme, _, given = (authorization or "").partition(" ")
        bearer = _same(given.strip(), self.token) and scheme.lower() == "bearer"
        end, _, signature = (cookie or "").partition(".")
        signed = _same(signature, self._signature(port, end))
        return bearer or (signed and end.isascii() and end.isdigit() and int(end) > self._now())

    def _signature(self, port: int, end: str) -> str:
        said = f"cookie {port} {end}".encode(errors="replace")
        return hmac.new(self.token.encode(), said, hashlib.sha256).hexdigest()

    def _throttle(self, client: str) -> None:
        """Refuse after ten wrong tries in the last minute."""
        wrong = self._wrong.setdefault(client, deque())
        self._wrong.move_to_end(client)
        while wrong and wrong[0] <= self._now() - WINDOW:
            wrong.popleft()
        if len(self._wrong) > MOST_CLIENTS:
            self._wrong.popitem(last=False)
        if len(wrong) >= TRIES:
            raise Refused("too_many_requests", "Too many wrong tries: wait for a minute.")


def cookie_name(port: int) -> str:
    """Cookies are shared by all ports of a host, so that of each server has its own name."""
    return f"latentwire-{port}"


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), right.encode())


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode(errors="replace")).digest()


def _token(data: Path) -> str:
    """The token in the folder, made if there is none."""
    _keep_to_ourselves(data)
    file = data / "token"
    try:
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        return _made(file)
    except OSError as error:
        raise Unsafe(
            f"{file} cannot be read ({error.strerror}): delete it for a new one."
        ) from None
    with os.fdopen(handle, encoding="ascii", errors="replace") as opened:
        mode = os.fstat(opened.fileno()).st_mode & 0o777
        token = opened.read(1000).strip()
    if os.name == "posix" and mode & OTHERS:
        told = f"{file} can be read by others (mode {mode:04o})"
        raise Unsafe(f"{told}: delete it for a new token, or run chmod 600 on it.")
    if len(token) < 43:
        raise Unsafe(f"{file} holds no token: delete it for a new one.")
    return token


def _keep_to_ourselves(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.name == "posix" and data.stat().st_mode & OTHERS:
            data.chmod(0o700)
            if data.stat().st_mode & OTHERS:
                told = f"{data} can be read by others, and this disk knows no rights"
                raise Unsafe(f"{told}: choose another folder with --data.")
    except OSError as error:
        told = f"The data folder {data} cannot be used ({error.strerror})"
        raise Unsafe(f"{told}: choose another with --data.") from None


def _made(file: Path) -> str:
    """A new token, on disk whole before it counts."""
    token = secrets.token_urlsafe(32)
    half = file.with_name(f".token.{secrets.token_hex(4)}")
    try:
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as written:
            written.write(token + "\n")
            written.flush()
            os.fsync(written.fileno())
        os.replace(half, file)
    except OSError as error:
        with suppress(OSError):
            half.unlink(missing_ok=True)
        raise Unsafe(f"{file} cannot be written: {error.strerror}.") from None
    return token

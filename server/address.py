"""Which server a client means, and the token that lets it in."""

import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from . import folder

DEFAULT = "http://127.0.0.1:8420"
TOKEN = "LATENTWIRE_TOKEN"


@dataclass(frozen=True)
class Address:
    """`http` is without a slash at its end. `token` None asks without one."""

    http: str
    token: str | None

    @property
    def websocket(self) -> str:
        return f"ws{self.http.removeprefix('http')}/v1/ws"

    @property
    def is_here(self) -> bool:
        return is_here(self.http)

    def missing(self, why: object) -> str:
        """What to say where nobody answers."""
        told = f"no server answers at {self.http} ({why})"
        return f"{told}: `python3 main.py` starts one" if self.is_here else told

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def find(url: str | None = None, token: str | None = None, data: Path | None = None) -> Address:
    """The server at `url`, else the one that serves the data folder, else the usual address.

    The token is `token`, else LATENTWIRE_TOKEN, else that of the data folder, which is shown to
    nobody but this machine. Raises `ValueError` if `url` is none.
    """
    place = folder.data_folder(data)
    if url is None:
        owner = folder.owner(place)
        url = owner.address if owner and owner.address else DEFAULT
    http = url.rstrip("/")
    parts = urlsplit(http)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url} is no address such as {DEFAULT}")
    token = token or os.environ.get(TOKEN)
    if token is None and is_here(http):
        token = _kept(place)
    return Address(http, token)


def is_here(http: str) -> bool:
    """Whether an address is of this machine and no other."""
    host = urlsplit(http).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _kept(data: Path) -> str | None:
    try:
        return (data / "token").read_text(encoding="ascii").strip() or None
    except (OSError, ValueError):
        return None

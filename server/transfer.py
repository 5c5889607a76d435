"""Files from and to a server, over HTTP. Each call waits: call from a thread."""

import json
import os
import shutil
from http.client import HTTPResponse
from pathlib import Path
from typing import Any, cast
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener

import msgspec

from .address import Address
from .channel import Unreachable
from .messages import Asset
from .refused import Refused

SECONDS = 60.0  # without a byte


def download(address: Address, asset: str, path: Path) -> None:
    """Write an asset to `path`, whole or not at all. Raises `Refused`, `Unreachable`, `OSError`."""
    half = path.with_name(f".{path.name}.part")
    request = Request(f"{address.http}/v1/assets/{quote(asset, safe='')}", headers=address.headers)
    with _answer(address, request) as answer:
        try:
            with half.open("wb") as file:
                shutil.copyfileobj(answer, file, 2**20)
                size = file.tell()
            if answer.length:  # what was to come and did not
                raise Unreachable(f"the connection broke after {size} bytes of {asset}")
            os.replace(half, path)
        finally:
            half.unlink(missing_ok=True)


def upload(address: Address, path: Path) -> Asset:
    """Bring a file in. Raises `Refused`, `Unreachable`, `OSError`."""
    with path.open("rb") as file:
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Length": str(path.stat().st_size),
        }
        url = f"{address.http}/v1/assets?name={quote(path.name, safe='')}"
        request = Request(url, data=file, headers=address.headers | headers, method="POST")
        with _answer(address, request) as answer:
            return msgspec.convert(json.load(answer), Asset)


def post(address: Address, path: str) -> Any:
    """POST without a body; the JSON that comes. Raises `Refused`, `Unreachable`."""
    headers = address.headers | {"Content-Type": "application/json"}
    request = Request(address.http + path, data=b"{}", headers=headers, method="POST")
    with _answer(address, request) as answer:
        return json.load(answer)


def _answer(address: Address, request: Request) -> HTTPResponse:
    try:
        return cast(HTTPResponse, _opener(address).open(request, timeout=SECONDS))
    except HTTPError as error:
        with error:
            raise _refused(error) from None
    except URLError as error:
        raise Unreachable(address.missing(error.reason)) from None
    except OSError as error:
        raise Unreachable(f"the connection to {address.http} broke ({error})") from None


def _opener(address: Address) -> OpenerDirector:
    return build_opener(*([ProxyHandler({})] if address.is_here else []))


def _refused(error: HTTPError) -> Refused:
    try:
        said = json.load(error)["error"]
        return Refused(said["code"], said["message"])
    except (ValueError, KeyError, TypeError):
        return Refused("internal", f"the server answers with status {error.code}")

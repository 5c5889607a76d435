"""The token, codes that work once, and the cookie."""

import contextlib
import hmac
import os
import socket
import stat
from collections.abc import Iterator

import pytest
from aiohttp import web

from server.login import COOKIE_SECONDS, LAUNCHER_SECONDS, PRINTED_SECONDS, Keys, Unsafe
from server.refused import Refused
from server.routes import login
from server.settings import Settings
from tests.server.door import Door, opened


class Clock:
    """Time that goes on only when told."""

    def __init__(self) -> None:
        self.seconds = 1e9

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(tmp_path, clock) -> Keys:
    return Keys(tmp_path / "data", clock)


@pytest.fixture
def door(tmp_path) -> Iterator[Door]:
    def build(app: web.Application, door: Door) -> None:
        async def runs(request: web.Request) -> web.Response:
            return web.Response()

        app.router.add_routes(login.routes)
        app.router.add_get("/v1/runs", runs)

    with opened(Settings(tmp_path / "data"), build) as door:
        yield door


def test_s4_a_login_code_works_once(keys):
    code = keys.code(LAUNCHER_SECONDS)
    keys.exchange(code, "client")
    with pytest.raises(Refused) as refused:
        keys.exchange(code, "client")
    assert refused.value.status == 401


@pytest.mark.parametrize("seconds", [LAUNCHER_SECONDS, PRINTED_SECONDS])
def test_s4_a_login_code_lives_no_longer_than_it_should(keys, clock, seconds):
    early, late = keys.code(seconds), keys.code(seconds)
    clock.seconds += seconds - 0.01
    keys.exchange(early, "client")
    clock.seconds += 0.02
    with pytest.raises(Refused, match="too old"):
        keys.exchange(late, "client")


def test_the_launchers_code_lives_a_minute_and_a_printed_one_ten():
    assert (LAUNCHER_SECONDS, PRINTED_SECONDS, COOKIE_SECONDS) == (60, 600, 30 * 24 * 3600)


def test_a_code_is_exchanged_for_a_cookie_that_opens(door):
    answer = door.ask("POST", "/v1/login", body={"code": door.keys.code(60)})
    assert (answer.status, answer.body) == (204, b"")
    cookie, *rest = answer.headers["Set-Cookie"].split("; ")
    assert cookie.startswith(f"latentwire-{door.port}=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/", f"Max-Age={30 * 24 * 3600}"} <= set(rest)
    assert door.ask("GET", "/v1/runs", {"Cookie": cookie}).status == 200
    assert door.keys.token not in cookie


def test_behind_a_proxy_with_tls_the_cookie_goes_over_tls_only(tmp_path):
    def build(app: web.Application, door: Door) -> None:
        app.router.add_routes(login.routes)

    settings = Settings(tmp_path / "data", allowed_hosts=("box.example",))
    with opened(settings, build) as door:
        for origin, over_tls in [("https://box.example", True), ("http://box.example", False)]:
            sent = {"Host": "box.example", "Origin": origin}
            answer = door.ask("POST", "/v1/login", sent, {"code": door.keys.code(60)})
            assert answer.status == 204
            assert ("Secure" in answer.headers["Set-Cookie"].split("; ")) == over_tls


@pytest.mark.parametrize(
    "body", [b"", b"x", b"[]", b'{"code": 3}', b'{"code": NaN}', b"{}", b"[" * 4000, b"\xff"]
)
def test_what_is_no_login_is_a_bad_request(door, body):
    answer = door.ask("POST", "/v1/login", {"Content-Type": "application/json"}, body)
    assert (answer.status, answer.code) == (400, "malformed")


def test_who_is_in_gets_a_new_code_for_a_link(door):
    assert door.ask("POST", "/v1/login/codes").status == 401
    new = door.ask("POST", "/v1/login/codes", door.bearer)
    assert new.status == 201 and new.json["seconds"] == 600
    assert door.ask("POST", "/v1/login", body={"code": new.json["code"]}).status == 204


def test_a_cookie_ends_and_cannot_be_made_up(keys, clock):
    cookie = keys.cookie(8420)
    assert keys.knows(None, cookie, 8420)
    assert not keys.knows(None, cookie, 8421)
    end, _, signature = cookie.partition(".")
    for other in (f"{int(end) + 1}.{signature}", f"{end}.{signature[:-1]}0x", end, ".", "", "é.é"):
        assert not keys.knows(None, other, 8420)
    clock.seconds += COOKIE_SECONDS + 1
    assert not keys.knows(None, cookie, 8420)


def test_the_token_is_kept_and_opens_as_a_bearer_only(keys, tmp_path):
    again = Keys(tmp_path / "data")
    assert again.token == keys.token and len(keys.token) == 43
    assert keys.knows(f"Bearer {keys.token}", None, 1) and keys.knows(f"bearer {keys.token}", "", 1)
    for header in (
        keys.token,
        f"Basic {keys.token}",
        "Bearer",
        "Bearer x",
        f"Bearer {keys.token}x",
    ):
        assert not keys.knows(header, None, 1)


@pytest.mark.skipif(os.name != "posix", reason="this machine has no rights of POSIX")
def test_s6_the_token_and_its_folder_are_ours_alone(tmp_path):
    data = tmp_path / "state" / "data"
    data.mkdir(parents=True, mode=0o755)
    Keys(data)
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE((data / "token").stat().st_mode) == 0o600
    assert [file.name for file in data.iterdir()] == ["token"]


@pytest.mark.skipif(os.name != "posix", reason="this machine has no rights of POSIX")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o666])
def test_s6_a_token_that_others_can_read_is_not_used(tmp_path, mode):
    Keys(tmp_path / "data")
    (tmp_path / "data" / "token").chmod(mode)
    with pytest.raises(Unsafe, match=rf"can be read by others \(mode {mode:04o}\): delete it"):
        Keys(tmp_path / "data")


def test_a_token_that_is_none_is_not_used(tmp_path):
    Keys(tmp_path / "data")
    token = tmp_path / "data" / "token"
    token.write_text("short")
    with pytest.raises(Unsafe, match="holds no token"):
        Keys(tmp_path / "data")
    token.unlink()
    token.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Unsafe, match="cannot be read"):
        Keys(tmp_path / "data")


def test_a_data_folder_that_is_a_file_is_told_in_a_sentence(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(Unsafe, match="cannot be used"):
        Keys(tmp_path / "data")


def test_s39_after_ten_wrong_codes_in_a_minute_one_waits(door):
    for _ in range(10):
        assert door.ask("POST", "/v1/login", body={"code": "wrong"}).status == 401
    right = {"code": door.keys.code(60)}
    answer = door.ask("POST", "/v1/login", body=right)
    assert (answer.status, answer.code) == (429, "too_many_requests")


def test_s39_a_minute_later_and_for_others_it_goes_on(keys, clock):
    for _ in range(10):
        with pytest.raises(Refused, match="too old"):
            keys.exchange("wrong", "one")
    with pytest.raises(Refused, match="Too many"):
        keys.exchange(keys.code(600), "one")
    keys.exchange(keys.code(600), "another")
    clock.seconds += 61
    keys.exchange(keys.code(600), "one")


def test_what_is_remembered_of_wrong_tries_and_codes_has_an_end(keys):
    for number in range(3000):
        with pytest.raises(Refused):
            keys.exchange("wrong", str(number))
        keys.code(600)
    assert len(keys._wrong) <= 1001 and len(keys._codes) <= 101


def test_s39_every_look_at_a_token_takes_the_same_way(keys, monkeypatch):
    compared: list[tuple[int, int]] = []
    comparing = hmac.compare_digest

    def watched(given: bytes, right: bytes) -> bool:
        compared.append((len(given), len(right)))
        return comparing(given, right)

    monkeypatch.setattr(hmac, "compare_digest", watched)
    right, cookie = keys.token, keys.cookie(8420)
    wrong = "?" * 43
    for header, shown in [(right, cookie), (right, None), (wrong, cookie), (wrong, None)]:
        compared.clear()
        keys.knows(f"Bearer {header}", shown, 8420)
        assert compared == [(43, 43), (64 if shown else 0, 64)]


def test_s21_a_login_of_any_length_is_refused_before_it_is_kept(door):
    head = "POST /v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    piece = b"1000\r\n" + b"x" * 4096 + b"\r\n"
    endless = f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + 2 * piece
    assert door.status_of(endless) == 413


def test_s43_a_login_that_does_not_come_is_not_waited_for(door, monkeypatch):
    monkeypatch.setattr(login, "PATIENCE", 0.05)
    head = "POST /v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", door.port), timeout=10) as line:
        line.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())
        found = b""
        with contextlib.suppress(ConnectionResetError):
            while part := line.recv(2**16):
                found += part
    assert found.startswith(b"HTTP/1.1 400")

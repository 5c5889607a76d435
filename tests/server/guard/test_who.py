"""Who is let in."""

from pathlib import Path

import pytest

from server import guard
from server.login import Unsafe
from server.settings import Settings
from tests.server.door import opened
from tests.server.guard.few_routes import build


def test_s1_a_request_without_the_token_is_refused_before_its_body_is_read(door):
    head = f"POST /v1/runs HTTP/1.1\r\nHost: localhost:{door.port}\r\n"
    head += "Content-Type: application/json\r\nContent-Length: 10000000\r\n\r\n"
    assert door.status_of(head.encode()) == 401
    assert door.ask("GET", "/v1/runs").code == "unauthorized"
    assert door.reached == []


@pytest.mark.parametrize("expected", ["100-continue", "<b>x"])
def test_s1_no_body_is_asked_for_before_the_guard_has_looked(door, expected):
    end = f"Content-Type: application/json\r\nExpect: {expected}\r\nContent-Length: 9\r\n\r\n"
    for host, status in [("localhost", b"401"), ("evil.example", b"421")]:
        answer = door.raw(f"POST /v1/runs HTTP/1.1\r\nHost: {host}\r\n{end}".encode())
        assert answer.split(b" ")[1] == status
        assert b"application/json" in answer and b"nosniff" in answer
    who = f"Host: localhost\r\nAuthorization: Bearer {door.keys.token}\r\n"
    asked = door.status_of(f"POST /v1/runs HTTP/1.1\r\n{who}{end}".encode())
    assert asked == (100 if expected == "100-continue" else 400)


def test_s2_only_the_page_the_login_and_the_health_are_open(door):
    open_ones = {"/", "/app/page.js", "/v1/health"}
    for path in [*open_ones, "/v1/runs", "/v1/ws", "/v1/assets", "/ext/pack/x", "/nowhere"]:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            is_open = path in open_ones and method == "GET"
            assert (door.ask(method, path).status != 401) == is_open, (method, path)
    assert door.ask("HEAD", "/v1/runs").status == 401
    assert door.ask("POST", "/v1/login", body={"code": "wrong"}).status == 401
    assert door.ask("GET", "/app/../v1/runs").status == 401
    assert door.ask("GET", "/app/..%2fv1/runs").status == 401
    assert door.ask("GET", "/v1%2fhealth").status == 401
    assert door.ask("GET", "/%76%31/health").status in (200, 401)


def test_with_the_token_or_the_cookie_one_is_in(door):
    assert door.ask("GET", "/v1/runs", door.bearer).status == 200
    assert door.ask("GET", "/v1/runs", door.cookie).status == 200
    assert door.ask("POST", "/v1/runs/x/cancel", door.bearer).status == 200
    assert door.ask("POST", "/v1/runs", door.bearer, {}).json == {"bytes": 2}


def test_s3_a_token_in_the_address_opens_nothing_and_is_written_nowhere(door, caplog, capfd):
    token = door.keys.token
    for name in ("token", "access_token", "code", "Authorization"):
        assert door.ask("GET", f"/v1/runs?{name}={token}").status == 401
    assert token not in caplog.text + "".join(capfd.readouterr())


@pytest.mark.parametrize("auth", [True, False])
def test_s5_without_a_token_we_listen_on_this_machine_only(tmp_path, auth):
    for listen in ("0.0.0.0", "::", "192.168.1.5", "box.example", ""):
        settings = Settings(tmp_path, listen=listen, auth=auth)
        if auth:
            guard.check_settings(settings)
        else:
            with pytest.raises(Unsafe, match="--no-auth lets everybody in"):
                guard.check_settings(settings)
    for listen in ("127.0.0.1", "localhost", "::1", "127.8.8.8"):
        guard.check_settings(Settings(tmp_path, listen=listen, auth=auth))


def test_without_auth_a_page_elsewhere_is_still_kept_out(tmp_path):
    with opened(Settings(tmp_path / "data", auth=False), build, auth=False) as door:
        assert door.ask("GET", "/v1/runs").status == 200
        assert door.ask("GET", "/v1/runs", {"Origin": "https://evil.example"}).status == 403
        assert door.ask("GET", "/v1/runs", {"Host": "evil.example"}).status == 421


def test_a_name_to_allow_that_is_no_name_is_refused_at_the_start(tmp_path):
    for name in ("https://box.example", "a b", "", "*", "box/example"):
        with pytest.raises(Unsafe, match="--allowed-host takes a name"):
            guard.check_settings(Settings(Path(tmp_path), allowed_hosts=(name,)))

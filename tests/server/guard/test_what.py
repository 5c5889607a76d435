"""What a request brings, and what every answer carries."""

import contextlib
import socket
import time

import pytest

from server import connections
from server.settings import Settings
from tests.server.door import opened
from tests.server.guard.few_routes import build


@pytest.mark.parametrize(
    "type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_s11_what_a_form_elsewhere_can_send_is_refused(door, type):
    for path in ("/v1/runs", "/v1/runs/x/cancel", "/v1/login"):
        sent = {"Content-Type": type} | door.cookie
        assert door.ask("POST", path, sent, b"{}").status == 415
        assert door.ask("POST", path, sent | {"Sec-Fetch-Site": "cross-site"}, b"{}").status == 403
        assert door.ask("POST", path, sent).status == 415
    cross = {"Content-Type": type, "Sec-Fetch-Site": "cross-site"} | door.cookie
    assert door.ask("POST", "/v1/assets", cross, b"--x--").status == 403
    assert door.reached == []


def test_s13_what_changes_something_is_not_done_by_reading(door):
    for path in ("/v1/login", "/v1/login/codes", "/v1/runs/x/cancel"):
        for method in ("GET", "HEAD"):
            answer = door.ask(method, path, door.bearer)
            assert answer.status == 405
            assert answer.headers["Allow"] == "POST"
    assert door.reached == []


def test_too_large_a_body_is_refused_by_what_it_says_of_itself(door):
    for path, length in [("/v1/runs", 17 * 2**20), ("/v1/login", 5000), ("/v1/assets", 70000)]:
        type = "application/octet-stream" if path == "/v1/assets" else "application/json"
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n"
        head += f"Content-Type: {type}\r\nAuthorization: Bearer {door.keys.token}\r\n\r\n"
        assert door.status_of(head.encode()) == 413


def test_a_packed_body_is_refused(door):
    who = f"Host: localhost\r\nAuthorization: Bearer {door.keys.token}\r\n"
    for said in (
        "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
        "Content-Encoding: identity\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
        "Transfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
    ):
        head = f"POST /v1/runs HTTP/1.1\r\n{who}Content-Type: application/json\r\n{said}"
        assert door.status_of(head.encode()) == 415
    assert door.reached == []


def test_s41_every_answer_keeps_frames_openers_and_scripts_away(door):
    answers = [
        door.ask("GET", "/"),
        door.ask("GET", "/nowhere", door.bearer),
        door.ask("GET", "/v1/runs"),
        door.ask("GET", "/v1/broken", door.bearer),
        door.ask("GET", "/", {"Host": "evil.example"}),
    ]
    assert [answer.status for answer in answers] == [200, 404, 401, 500, 421]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy and "default-src 'none'" in policy
        assert "unsafe" not in policy and "require-trusted-types-for 'script'" in policy
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Server"] == "latentwire"


def test_an_error_of_ours_says_nothing_of_the_machine_and_writes_no_header(door, caplog):
    answer = door.ask("GET", "/v1/broken", door.bearer)
    assert answer.status == 500 and answer.code == "internal"
    assert b"secret" not in answer.body
    assert door.keys.token not in caplog.text


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: loc"])
def test_who_asks_for_nothing_is_not_waited_for(tmp_path, monkeypatch, said):
    monkeypatch.setattr(connections, "PATIENCE", 0.05)
    with (
        opened(Settings(tmp_path / "data"), build) as door,
        socket.create_connection(("127.0.0.1", door.port), timeout=10) as line,
    ):
        line.sendall(said)
        with contextlib.suppress(ConnectionResetError):
            assert line.recv(1) == b""


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"GET /v1/runs HTTP/1.1\r\nHost: loc",
        b"POST /v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: 9\r\n\r\n{",
    ],
)
def test_s43_connections_that_are_not_in_make_room_for_those_that_are(door, monkeypatch, said):
    head = "POST /v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += f"Authorization: Bearer {door.keys.token}\r\nContent-Length: 2\r\n\r\n"
    with contextlib.ExitStack() as stack:

        def opened_line() -> socket.socket:
            line = socket.create_connection(("127.0.0.1", door.port), timeout=10)
            return stack.enter_context(line)

        at_work = opened_line()
        at_work.sendall(f"{head}{{".encode())
        latest = time.monotonic() + 20
        while "POST /v1/runs" not in door.reached:
            assert time.monotonic() < latest
            assert door.ask("GET", "/v1/runs", door.bearer).status == 200
        monkeypatch.setattr(connections, "MOST_OPEN", 10)  # it is in: only others have to go
        silent = [opened_line() for _ in range(30)]
        for line in silent:
            with contextlib.suppress(ConnectionError):
                line.sendall(said)
        assert door.ask("GET", "/v1/health").status == 200
        with contextlib.suppress(ConnectionResetError):
            assert silent[0].recv(1) == b""
        at_work.sendall(b"}")
        assert at_work.recv(12) == b"HTTP/1.1 200"


def test_every_refusal_is_json(door):
    assert door.ask("GET", "/nowhere", door.bearer).code == "not_found"
    assert door.ask("POST", "/", door.bearer).code == "method_not_allowed"
    for garbage in (
        b"\x16\x03\x01\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nA\r\n\r\n",
    ):
        answer = door.raw(garbage)
        assert answer.startswith((b"HTTP/1.0 400", b"HTTP/1.1 400"))
        assert b"application/json" in answer and b"nosniff" in answer

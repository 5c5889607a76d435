"""Who is let in, for whom, from where, and with what: every request is asked the same."""

import contextlib
import http.client
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

from server import connections, guard
from server.login import Unsafe
from server.routes import login
from server.settings import Settings
from tests.server.door import Door, opened

FOREIGN = "https://evil.example"
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}


def build(app: web.Application, door: Door) -> None:
    async def reached(request: web.Request) -> web.Response:
        door.reached.append(f"{request.method} {request.path}")
        return web.json_response({"bytes": len(await request.read())})

    async def talk(request: web.Request) -> web.WebSocketResponse:
        door.reached.append("socket")
        line = web.WebSocketResponse()
        await line.prepare(request)
        return line

    async def broken(request: web.Request) -> web.Response:
        raise RuntimeError("a secret path: /home/somebody/x.py")

    app.router.add_routes(login.routes)
    app.router.add_get("/", reached)
    app.router.add_get("/app/page.js", reached)
    app.router.add_get("/v1/health", reached)
    app.router.add_get("/v1/runs", reached)
    app.router.add_post("/v1/runs", reached)
    app.router.add_post("/v1/runs/x/cancel", reached, name="cancel")
    app.router.add_post("/v1/assets", reached)
    app.router.add_get("/v1/ws", talk)
    app.router.add_get("/v1/broken", broken)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    data = tmp_path_factory.mktemp("guard") / "data"
    with opened(Settings(data, upload_limit=1000, allowed_hosts=("box.example",)), build) as door:
        yield door


@pytest.fixture(autouse=True)
def nothing_reached(door: Door) -> None:
    door.reached.clear()


def test_s1_a_request_without_the_token_is_refused_before_its_body_is_read(door):
    head = f"POST /v1/runs HTTP/1.1\r\nHost: localhost:{door.port}\r\n"
    head += "Content-Type: application/json\r\nContent-Length: 10000000\r\n\r\n"
    assert door.status_of(head.encode()) == 401
    assert door.ask("GET", "/v1/runs").code == "unauthorized"
    assert door.reached == []


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
        assert door.ask("GET", "/v1/runs", {"Origin": FOREIGN}).status == 403
        assert door.ask("GET", "/v1/runs", {"Host": "evil.example"}).status == 421


def test_s7_a_name_that_was_turned_to_us_is_refused(door):
    host = f"evil.example:{door.port}"
    headers = {"Host": host, "Origin": f"http://{host}", **door.cookie}
    assert door.ask("GET", "/v1/runs", headers).code == "wrong_host"
    assert door.ask("GET", "/v1/ws", headers | UPGRADE).status == 421
    assert door.reached == []


@pytest.mark.parametrize(
    "host",
    [
        "localhost.evil.example",
        "127.0.0.1.nip.io",
        "[::1%25lo]",
        "[::1%lo]",
        "",
        "localhost.",
        "localhost@evil.example",
        "localhost:",
        "localhost:http",
        "local host",
        "[::2]",
        "0.0.0.0",
        "2130706433",
        "127.1",
        "localhost, evil.example",
    ],
)
def test_s8_a_host_that_is_nearly_ours_is_refused(door, host):
    assert door.ask("GET", "/", {"Host": host} | door.bearer).status in (400, 421)
    assert door.reached == []


def test_s8_a_host_twice_or_not_at_all_or_in_the_target_is_refused(door):
    host = f"Host: localhost:{door.port}\r\n"
    end = f"Authorization: Bearer {door.keys.token}\r\n\r\n"
    for start, hosts in [
        ("GET / HTTP/1.1", host + host),
        ("GET / HTTP/1.1", host + "Host: evil.example\r\n"),
        ("GET / HTTP/1.1", ""),
        ("GET / HTTP/1.0", ""),
        (f"GET http://localhost:{door.port}/ HTTP/1.1", host),
        ("GET http://evil.example/ HTTP/1.1", host),
        ("GET //evil.example/v1/runs HTTP/1.1", "Host: evil.example\r\n"),
        ("OPTIONS * HTTP/1.1", host),
        ("CONNECT evil.example:80 HTTP/1.1", host),
    ]:
        assert door.status_of(f"{start}\r\n{hosts}{end}".encode()) in (400, 421), (start, hosts)
    assert door.reached == []


def test_our_own_names_are_answered_to(door):
    for host in ("localhost", "127.0.0.1", "[::1]", "LOCALHOST", "box.example", "[0:0::1]"):
        answer = door.ask("GET", "/v1/runs", {"Host": f"{host}:{door.port}"} | door.bearer)
        assert (answer.status == 200) == (host != "[0:0::1]"), host
    for origin in (f"http://localhost:{door.port}", "https://box.example", "http://box.example"):
        assert door.ask("POST", "/v1/runs", {"Origin": origin} | door.cookie, {}).status == 200


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "http://localhost:1",
        "https://localhost:PORT",
        "http://localhost:PORT.evil",
        "http://localhost",
        "http://localhost:PORT/",
        "http://localhost:PORT http://localhost:PORT",
        "http://user@localhost:PORT",
        "HTTP://LOCALHOST:PORT",
        "chrome-extension://abc",
        "file://",
        "garbage",
        "",
        "https://evil.example",
        "http://127.0.0.2:PORT",
        "https://box.example:444",
    ],
)
def test_s9_an_origin_that_is_not_exactly_ours_is_refused(door, origin):
    sent = {"Origin": origin.replace("PORT", str(door.port))} | door.cookie
    assert door.ask("POST", "/v1/runs", sent, {}).code == "forbidden"
    assert door.ask("GET", "/v1/runs", sent).status == 403
    assert door.reached == []


def test_s9_an_origin_beside_ours_is_refused(door):
    ours, cookie = f"http://localhost:{door.port}", door.cookie["Cookie"]
    for origins in ([ours, FOREIGN], [FOREIGN, ours], [ours, "null"], [ours, ours]):
        lines = "".join(f"Origin: {origin}\r\n" for origin in origins)
        head = f"GET /v1/runs HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n{lines}\r\n"
        assert door.status_of(head.encode()) in (400, 403)
    assert door.reached == []


def test_s10_a_websocket_from_another_page_is_not_opened(door):
    ours = {"Origin": f"http://127.0.0.1:{door.port}"}
    for origin in ("null", FOREIGN, "http://localhost:1"):
        assert door.ask("GET", "/v1/ws", {"Origin": origin} | UPGRADE | door.cookie).status == 403
    assert door.ask("GET", "/v1/ws", ours | UPGRADE).status == 401
    assert door.reached == []
    connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=10)
    connection.request("GET", "/v1/ws", headers=ours | UPGRADE | door.cookie)
    assert connection.getresponse().status == 101
    connection.close()
    assert door.reached == ["socket"]


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


def test_a_link_from_elsewhere_opens_the_page_and_nothing_else(door):
    link = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
    }
    assert door.ask("GET", "/", link).status == 200
    assert door.ask("GET", "/v1/health", link).status == 403
    assert door.ask("GET", "/", link | {"Sec-Fetch-Dest": "iframe"}).status == 403
    assert door.ask("POST", "/", link).status == 403


def test_s12_no_other_origin_is_ever_allowed(door):
    asked = {
        "Origin": FOREIGN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    for headers in (asked, asked | door.bearer, door.bearer):
        for path in ("/", "/v1/runs", "/v1/login", "/nowhere"):
            answer = door.ask("OPTIONS", path, headers)
            assert answer.status in (401, 403, 404, 405)
            assert not [h for h in answer.headers if h.lower().startswith("access-control")]


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
    sent = {"Content-Type": "application/json", "Content-Encoding": "gzip"} | door.bearer
    assert door.ask("POST", "/v1/runs", sent, b"x").code == "media_type"


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


def test_a_name_to_allow_that_is_no_name_is_refused_at_the_start(tmp_path):
    for name in ("https://box.example", "a b", "", "*", "box/example"):
        with pytest.raises(Unsafe, match="--allowed-host takes a name"):
            guard.check_settings(Settings(Path(tmp_path), allowed_hosts=(name,)))

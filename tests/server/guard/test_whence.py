"""For which name, and from which page a request comes."""

import http.client

import pytest

FOREIGN = "https://evil.example"
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}


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

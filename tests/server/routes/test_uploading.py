"""Pictures that are brought over HTTP, and what is no picture."""

import http.client
import json
import resource
import socket
import time

import pytest

from tests.server.routes.bringing import bring
from tests.server.storage import pngs


def test_it_may_come_in_a_form(door):
    data = pngs.png(pngs.text(b"a", b"form"))
    body = (
        b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a b.png"\r\n'
        b"Content-Type: text/html\r\n\r\n" + data + b"\r\n--x--\r\n"
    )
    answer = bring(door, body, **{"Content-Type": "multipart/form-data; boundary=x"})
    assert (answer.status, answer.json["name"], answer.json["bytes"]) == (201, "a b.png", len(data))


@pytest.mark.parametrize(
    ("body", "type"),
    [
        (b"--x--\r\n", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data; boundary=x"),
        (b"junk", "multipart/form-data; boundary=x"),
        (b"junk", "multipart/form-data"),
        (b"--x\r\n\r\nhello\r\n--x--", "multipart/form-data; boundary=x"),
        (b"x" * 1000, "multipart/form-data; boundary=" + "b" * 8000),
        (b"--x\r\n" + b"A: b\r\n" * 1000 + b"\r\n", "multipart/form-data; boundary=x"),
        (b"--x\r\n\r\n\r\n" * 100_000, "multipart/form-data; boundary=x"),
    ],
)
def test_s21_a_form_that_is_none_is_refused(door, body, type):
    start = time.monotonic()
    answer = bring(door, body, **{"Content-Type": type})
    assert answer.status in (400, 413, 415) and time.monotonic() - start < 3
    answer.code  # noqa: B018  it is JSON


def test_s21_bodies_without_end_or_measure_are_refused_at_once(door):
    sent = f"Host: localhost\r\nAuthorization: Bearer {door.keys.token}\r\n"
    files = "Content-Type: application/octet-stream\r\n"
    texts = "Content-Type: application/json\r\n"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.monotonic()
    for path, type in [("/v1/assets", files), ("/v1/runs", texts)]:
        head = f"POST {path} HTTP/1.1\r\n{sent}{type}"
        assert door.status_of(f"{head}Content-Length: 10000000000\r\n\r\n".encode()) == 413
        assert door.status_of(f"{head}Content-Length: x\r\n\r\n".encode()) == 400
        packed = f"{head}Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\n"
        assert door.status_of(packed.encode()) == 415
        assert chunks_until_refused(door, head) == 413
    assert time.monotonic() - start < 8
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


def chunks_until_refused(door, head: str) -> int:
    """The status that comes while chunks are sent without end."""
    piece = pngs.png() + bytes(2**16 - len(pngs.png()))
    with socket.create_connection(("127.0.0.1", door.port), timeout=10) as line:
        line.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        line.settimeout(0.001)
        for _ in range(1000):
            try:
                answer = line.recv(2**16)
                return int(answer.split(b" ", 2)[1])
            except TimeoutError:
                line.settimeout(10)
                line.sendall(b"10000\r\n" + piece + b"\r\n")
                line.settimeout(0.001)
    raise AssertionError("it was never refused")


@pytest.mark.parametrize(
    "data",
    [
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a<script>alert(1)</script>" + bytes(40),
        b"",
        b"%PDF-1.7" + bytes(20),
    ],
)
@pytest.mark.parametrize("type", ["image/png", "text/html", "application/octet-stream"])
def test_s17_what_is_no_picture_is_not_taken_whatever_is_said_of_it(door, data, type):
    answer = bring(door, data, "?name=x.png", **{"Content-Type": type})
    assert answer.status == 415
    assert answer.code == "media_type"


def test_s17_a_picture_that_is_a_page_too_is_sent_as_a_picture_that_can_do_nothing(door):
    asset = bring(door, pngs.png(after=b"<script>alert(1)</script>"), "?name=x.html").json
    answer = door.ask("GET", f"/v1/assets/{asset['asset']}", door.cookie)
    assert answer.headers["Content-Type"] == "image/png"
    assert "sandbox; default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_s19_what_was_left_out_of_a_picture_is_told(door):
    answer = bring(door, pngs.png(*[pngs.text(b"x", b"y")] * 10_000))
    assert answer.status == 201 and "10,000 texts" in answer.json["notices"][0]


def test_s20_a_picture_too_large_to_decode_is_refused(door):
    answer = bring(door, pngs.png(width=20_000, height=20_000))
    assert (answer.status, answer.code) == (413, "too_large")
    assert "upload." not in answer.json["error"]["message"]


def test_s23_below_the_floor_uploads_are_refused_and_the_rest_works(tmp_path):
    from server.settings import Settings
    from tests.server.door import opened
    from tests.server.routes.house import House

    house = House(Settings(tmp_path / "data", floor_bytes=2**62))
    with opened(house.settings, house.build) as door:
        answer = bring(door, pngs.png())
        assert (answer.status, answer.code) == (507, "no_room")
        assert door.ask("GET", "/v1/runs", door.bearer).json["runs"] == []
        assert door.ask("GET", "/v1/assets", door.bearer).json["assets"] == []


def test_an_answer_to_a_broken_upload_is_json_and_the_connection_may_go_on(door):
    connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=10)
    sent = {"Content-Type": "application/octet-stream"} | door.bearer
    connection.request("POST", "/v1/assets", b"no picture at all, but sixteen bytes", sent)
    answer = connection.getresponse()
    assert json.loads(answer.read())["error"]["code"] == "media_type"
    connection.request("GET", "/v1/health")
    assert connection.getresponse().status == 200
    connection.close()

"""Pictures over HTTP: brought, listed, fetched whole, in parts and small; and nothing else."""

import http.client
import io
import json
import resource
import socket
import time

import pytest
from PIL import Image

from tests.server.storage import pngs


def bring(door, data, query="", **headers):
    sent = {"Content-Type": "application/octet-stream"} | door.bearer | headers
    return door.ask("POST", f"/v1/assets{query}", sent, data)


@pytest.fixture(scope="module")
def asset(door):
    file = io.BytesIO()
    Image.effect_noise((300, 200), 90).convert("RGB").save(file, "PNG")
    return bring(door, file.getvalue(), "?name=noise.png").json | {"data": file.getvalue()}


def test_a_picture_is_brought_and_comes_back_as_it_was(door, asset):
    assert (asset["name"], asset["mime"], asset["width"], asset["height"]) == (
        "noise.png",
        "image/png",
        300,
        200,
    )
    assert asset["run"] is None and asset["notices"] == []
    answer = door.ask("GET", f"/v1/assets/{asset['asset']}", door.cookie)
    assert (answer.status, answer.body) == (200, asset["data"])
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"].startswith('inline; filename="noise.png"')
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    listed = door.ask("GET", "/v1/assets", door.bearer).json["assets"]
    assert asset["asset"] in [one["asset"] for one in listed]


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
    assert answer.status in (400, 413, 415) and time.monotonic() - start < 1
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
    assert time.monotonic() - start < 4
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


NOWHERE = [
    *("..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/token", "..%5c..%5ctoken", "%00", "C:%5Cx"),
    *("%5c%5chost%5cshare", "//etc/passwd", "x" * 5000, "CON", "x.png:ads", "x.", "x%20"),
    *("a" * 31, "a" * 33, "A" * 32, "g" * 32, "a" * 32, "a" * 32 + "/", "%61" * 31, ""),
]


@pytest.mark.parametrize("name", NOWHERE)
def test_s14_an_asset_is_named_by_its_id_and_by_nothing_else(door, name):
    for prefix in ("/v1/assets/", "/assets/"):
        answer = door.ask("GET", prefix + name, door.bearer)
        assert (answer.status, answer.code) == (404, "not_found"), name
        assert set(answer.json["error"]) == {"code", "message", "problems"}
        assert "passwd" not in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("range", "part"),
    [
        ("bytes=0-9", slice(0, 10)),
        ("bytes=100-", slice(100, None)),
        ("bytes=-5", slice(-5, None)),
        ("bytes=5-999999999", slice(5, None)),
    ],
)
def test_a_part_of_a_picture_comes(door, asset, range, part):
    answer = door.ask("GET", f"/v1/assets/{asset['asset']}", {"Range": range} | door.bearer)
    assert (answer.status, answer.body) == (206, asset["data"][part])
    begin, end, _ = part.indices(len(asset["data"]))
    assert answer.headers["Content-Range"] == f"bytes {begin}-{end - 1}/{len(asset['data'])}"


@pytest.mark.parametrize("range", ["bytes=5-2", "bytes=99999999-", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused(door, asset, range):
    answer = door.ask("GET", f"/v1/assets/{asset['asset']}", {"Range": range} | door.bearer)
    assert (answer.status, answer.code) == (416, "range")


@pytest.mark.parametrize("range", ["bytes=0-1,3-4", "lines=1-2", "bytes=-", "x", "bytes=a-b"])
def test_a_range_that_is_none_counts_for_nothing(door, asset, range):
    answer = door.ask("GET", f"/v1/assets/{asset['asset']}", {"Range": range} | door.bearer)
    assert (answer.status, answer.body) == (200, asset["data"])


def test_what_a_browser_has_is_not_sent_again(door, asset):
    path = f"/v1/assets/{asset['asset']}"
    first = door.ask("GET", path, door.bearer)
    seen = {"If-None-Match": first.headers["ETag"]} | door.bearer
    again = door.ask("GET", path, seen)
    assert (again.status, again.body) == (304, b"")
    assert "immutable" in first.headers["Cache-Control"]
    head = door.ask("HEAD", path, door.bearer)
    assert head.headers["Content-Length"] == str(len(asset["data"])) and head.body == b""


@pytest.mark.parametrize(("width", "comes"), [(10, 64), (100, 128), (256, 256), (5000, 300)])
def test_a_small_picture_comes_as_webp(door, asset, width, comes):
    path = f"/v1/assets/{asset['asset']}?width={width}"
    answer = door.ask("GET", path, door.bearer)
    assert answer.headers["Content-Type"] == "image/webp"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    with Image.open(io.BytesIO(answer.body)) as picture:
        assert picture.width == comes
    assert door.ask("GET", path, door.bearer).body == answer.body


def test_s42_a_plain_picture_comes_without_what_is_written_inside(door):
    data = pngs.png(pngs.text(b"parameters", b"/home/somebody"), pngs.packed(b"a", b"secret" * 9))
    path = f"/v1/assets/{bring(door, data).json['asset']}"
    plain = door.ask("GET", f"{path}?plain=true", door.bearer)
    assert (plain.status, plain.body) == (200, pngs.png())
    assert plain.headers["ETag"] != door.ask("GET", path, door.bearer).headers["ETag"]
    assert door.ask("GET", f"{path}?plain=false", door.bearer).body == data
    small = door.ask("GET", f"{path}?width=64&plain=true", door.bearer).body
    assert b"somebody" not in small and b"EXIF" not in small
    part = door.ask("GET", f"{path}?plain=true", {"Range": "bytes=0-7"} | door.bearer)
    assert (part.status, part.body) == (206, pngs.SIGNATURE)


def test_a_width_that_is_none_is_a_bad_request(door, asset):
    for width in ("x", "1.5", "NaN", ""):
        path = f"/v1/assets/{asset['asset']}?width={width}"
        assert door.ask("GET", path, door.bearer).code == "malformed"


def test_s15_a_picture_swapped_for_a_link_is_gone(door, asset, house):
    data = pngs.png(pngs.text(b"a", b"link"))
    kept = bring(door, data).json
    place = house.settings.data / kept["path"]
    place.unlink()
    place.symlink_to("/etc/passwd")
    for query in ("", "?width=64"):
        answer = door.ask("GET", f"/v1/assets/{kept['asset']}{query}", door.bearer)
        assert (answer.status, answer.code) == (404, "not_found")
    place.unlink()
    assert door.ask("GET", f"/v1/assets/{kept['asset']}", door.bearer).status == 404
    assert bring(door, data).status == 201
    assert door.ask("GET", f"/v1/assets/{kept['asset']}", door.bearer).body == data


def test_s43_a_reader_that_takes_nothing_keeps_nobody_waiting(door):
    large = bring(door, pngs.png(after=bytes(7 * 2**20))).json
    head = f"GET /v1/assets/{large['asset']} HTTP/1.1\r\nHost: localhost\r\n"
    head += f"Authorization: Bearer {door.keys.token}\r\n\r\n"
    stalled = []
    for _ in range(20):
        line = socket.create_connection(("127.0.0.1", door.port), timeout=10)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.sendall(head.encode())
        stalled.append(line)
    start = time.monotonic()
    assert door.ask("GET", "/v1/health").json == {"ok": True}
    assert len(door.ask("GET", f"/v1/assets/{large['asset']}", door.bearer).body) == large["bytes"]
    assert time.monotonic() - start < 2
    for line in stalled:
        line.close()


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

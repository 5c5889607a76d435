"""Pictures over HTTP: fetched whole, in parts, small and plain; and nothing else."""

import io
import socket

import pytest
from PIL import Image

from tests.server.routes.bringing import bring
from tests.server.storage import pngs


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


@pytest.mark.parametrize(("width", "comes"), [(10, 10), (100, 100), (256, 256), (5000, 300)])
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
    for width in ("x", "1.5", "NaN", "", "0", "-1"):
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
    assert door.ask("GET", "/v1/health").json == {"ok": True}
    assert len(door.ask("GET", f"/v1/assets/{large['asset']}", door.bearer).body) == large["bytes"]
    for line in stalled:
        line.close()

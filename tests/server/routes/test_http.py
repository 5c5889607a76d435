"""Everything over HTTP: what is asked for comes, and what is wrong is said in JSON."""

import json
import re
from typing import Any

import pytest

FIRST: dict[str, Any] = {
    "format": "latentwire/1",
    "title": "A size",
    "nodes": {
        "blank": {"type": "empty_latent", "values": {"width": 64, "height": 64}},
        "model": {"type": "load_model", "values": {"model": "starter"}},
    },
}
RUNS: dict[str, Any] = {
    "format": "latentwire/1",
    "title": "Text",
    "nodes": {
        "picture": {"type": "solid_image"},
        "save": {"type": "preview_image", "wires": {"image": "picture.image"}},
    },
}


def test_a_workflow_is_queued_looked_at_moved_and_cancelled(door):
    ids = []
    for _ in range(3):
        accepted = door.ask("POST", "/v1/runs", door.bearer, {"workflow": RUNS})
        assert accepted.status == 201, accepted.body
        assert accepted.headers["Location"] == f"/v1/runs/{accepted.json['run']}"
        ids.append(accepted.json["run"])
    assert accepted.json["position"] == 2
    run = door.ask("GET", f"/v1/runs/{ids[2]}", door.bearer).json
    assert (run["state"], run["title"], run["workflow"]["nodes"].keys()) == (
        "queued",
        "Text",
        RUNS["nodes"].keys(),
    )
    moved = door.ask("POST", f"/v1/runs/{ids[2]}/move", door.bearer, {"position": 0})
    assert moved.json == {"run": ids[2], "position": 0}
    listed = door.ask("GET", "/v1/runs?state=queued&limit=2", door.bearer).json
    assert len(listed["runs"]) == 2 and listed["cursor"]
    rest = door.ask("GET", f"/v1/runs?state=queued&cursor={listed['cursor']}", door.bearer).json
    assert len(rest["runs"]) == 1
    assert door.ask("POST", f"/v1/runs/{ids[0]}/cancel", door.bearer).json["state"] == "cancelled"
    assert door.ask("DELETE", f"/v1/runs/{ids[0]}", door.bearer).status == 200
    assert door.ask("GET", f"/v1/runs/{ids[0]}", door.bearer).code == "not_found"
    assert door.ask("POST", "/v1/queue/clear", door.bearer).json == {"cancelled": 2}


def test_the_same_id_twice_is_one_run(door):
    said = {"workflow": RUNS, "id": "4f7e4f2e-3b8a-4b8e-9d57-0f5e7f0d3a11"}
    answers = [door.ask("POST", "/v1/runs", door.bearer, said) for _ in range(2)]
    assert [a.status for a in answers] == [201, 201]
    assert answers[0].json["run"] == answers[1].json["run"]
    door.ask("POST", "/v1/queue/clear", door.bearer)


def test_a_workflow_with_problems_is_refused_with_all_of_them(door):
    wrong = {
        "format": "latentwire/1",
        "nodes": {"a": {"type": "no_such"}, "b": {"type": "empty_latent", "values": {"width": -1}}},
    }
    answer = door.ask("POST", "/v1/runs", door.bearer, {"workflow": wrong})
    assert (answer.status, answer.code) == (422, "invalid")
    assert {problem["node"] for problem in answer.json["error"]["problems"]} >= {"a", "b"}


NO_SUBMISSIONS = [
    *(b"", b"x", b"[]", b"3", b"{}", b'{"workflow": 3}', b'{"workflow": {}, "sett": {}}', b"\xff"),
    *(b'{"workflow": {}, "id": "no uuid"}', b'{"workflow": {}, "targets": "a"}', b"null"),
]


@pytest.mark.parametrize("body", NO_SUBMISSIONS)
def test_what_is_no_submission_is_a_bad_request(door, body):
    sent = {"Content-Type": "application/json"} | door.bearer
    answer = door.ask("POST", "/v1/runs", sent, body)
    assert (answer.status, answer.code) == (400, "malformed"), answer.body


HOSTILE = {
    "deep": b"[" * 100_000,
    "deep inside": b'{"workflow": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
    "number": b'{"workflow": {"a": ' + b"9" * 10_000_000 + b"}}",
    "nan": b'{"workflow": {"format": "latentwire/1", "nodes": {}, "x": NaN}}',
    "infinity": b'{"workflow": {"nodes": {}, "x": -Infinity}}',
    "large": b'{"workflow": {"format": "latentwire/1", "nodes": {}, "layout": 1e999}}',
    "twice": b'{"workflow": {"format": "latentwire/1", "nodes": {}, "nodes": {}}}',
    "surrogate": b'{"workflow": {"format": "latentwire/1", "nodes": {}, "title": "\\ud800"}}',
    "keys": b'{"workflow": {' + b",".join(b'"%d":1' % n for n in range(100_000)) + b"}}",
    "five million keys": b'{"workflow": {' + b'"a":1,' * 5_000_000 + b'"b":1}}',
    "zero": b'{"workflow": {"a": "\0"}}',
}


@pytest.mark.parametrize("what", HOSTILE)
def test_s22_json_that_is_no_workflow_is_refused_in_bounded_time(door, what):
    sent = {"Content-Type": "application/json"} | door.bearer
    checked = door.ask("POST", "/v1/workflows/check", sent, HOSTILE[what])
    assert checked.status in (400, 413) or checked.json["problems"], checked.body[:300]
    answer = door.ask("POST", "/v1/runs", sent, HOSTILE[what])
    assert answer.status in (400, 413, 422), answer.body[:300]
    assert len(answer.body) + len(checked.body) < 100_000
    assert door.ask("PUT", "/v1/workflows/bad", sent, HOSTILE[what]).status in (400, 413, 422)
    assert door.ask("GET", "/v1/workflows", door.bearer).json == {"workflows": []}


def test_s22_what_takes_little_json_takes_no_more(door):
    sent = {"Content-Type": "application/json"} | door.bearer
    for body in (b"[" * 50_000, b'{"to": "' + b"x" * 70_000 + b'"}', b'{"to": NaN}'):
        assert door.ask("POST", "/v1/bin/1/restore", sent, body).status == 400


def test_a_workflow_is_saved_read_renamed_deleted_and_brought_back(door):
    path = "/v1/workflows/My%20first"
    saved = door.ask("PUT", path, door.bearer, FIRST)
    assert (saved.status, saved.headers["ETag"]) == (200, '"1"'), saved.body
    assert saved.json["title"] == "A size"
    found = door.ask("GET", path, door.bearer)
    assert found.json["workflow"]["nodes"]["blank"]["values"]["width"] == 64
    again = {"If-Match": '"1"'} | door.bearer
    assert door.ask("PUT", path, again, FIRST | {"title": "Two"}).json["revision"] == 2
    old = door.ask("GET", f"{path}?revision=1", door.bearer).json
    assert (old["revision"], old["workflow"]["title"]) == (1, "A size")
    history = door.ask("GET", f"{path}/revisions", door.bearer).json["workflows"]
    assert [entry["revision"] for entry in history] == [2, 1]
    to = {"If-Match": '"2"'} | door.bearer
    renamed = door.ask("POST", f"{path}/rename", to, {"to": "Second"})
    assert renamed.json["name"] == "Second"
    gone = {"If-Match": renamed.headers["ETag"]} | door.bearer
    assert door.ask("DELETE", "/v1/workflows/Second", gone).status == 200
    assert door.ask("GET", "/v1/workflows", door.bearer).json == {"workflows": []}
    (thrown,) = door.ask("GET", "/v1/bin", door.bearer).json["workflows"]
    back = door.ask("POST", f"/v1/bin/{thrown['id']}/restore", door.bearer, {"to": "Third"})
    assert back.json["title"] == "Two"
    tag = {"If-Match": back.headers["ETag"]} | door.bearer
    assert door.ask("DELETE", "/v1/workflows/Third", tag).status == 200


def test_f21_two_tabs_that_save_one_workflow(door):
    path = "/v1/workflows/shared"
    door.ask("PUT", path, door.bearer, FIRST)
    first = door.ask("PUT", path, {"If-Match": '"1"'} | door.bearer, FIRST | {"title": "first"})
    second = door.ask("PUT", path, {"If-Match": '"1"'} | door.bearer, FIRST | {"title": "second"})
    assert (first.status, second.status, second.code) == (200, 412, "conflict")
    error = second.json["error"]
    assert error["newest"]["workflow"]["title"] == "first" and error["newest"]["revision"] == 2
    assert error["yours"]["workflow"]["title"] == "second"
    assert door.ask("PUT", path, door.bearer, FIRST).status == 412
    assert door.ask("PUT", path, {"If-Match": "*"} | door.bearer, FIRST).status == 400
    assert door.ask("DELETE", path, {"If-Match": '"1"'} | door.bearer).status == 412
    assert door.ask("DELETE", path, {"If-Match": '"2"'} | door.bearer).status == 200


def test_a_body_cannot_say_under_which_name_it_is_saved(door):
    sent = {"Content-Type": "application/json"} | door.bearer
    workflow = json.dumps(FIRST).encode()
    for more in (b',"name":"other"', b',"revision":7', b',"x":{}'):
        assert door.ask("PUT", "/v1/workflows/mine", sent, workflow + more).status == 400
    assert door.ask("GET", "/v1/workflows", door.bearer).json == {"workflows": []}


def test_a_workflow_is_checked_without_being_run(door):
    answer = door.ask("POST", "/v1/workflows/check", door.bearer, {"workflow": RUNS})
    assert answer.status == 200 and answer.json["problems"] == []
    assert answer.json["facts"]["picture.image"]["batch"] == 1


@pytest.mark.parametrize(
    "query",
    ["state=nothing", "limit=x", "limit=1&limit=2", "limits=3", "cursor=%00", "cursor=9%27--"],
)
def test_a_question_that_cannot_be_understood_is_a_bad_request(door, query):
    answer = door.ask("GET", f"/v1/runs?{query}", door.bearer)
    assert (answer.status, answer.code) == (400, "malformed")


def test_health_is_open_and_says_only_whether_all_is_well(door, house):
    assert (door.ask("GET", "/v1/health").status, door.ask("GET", "/v1/health").json) == (
        200,
        {"ok": True},
    )
    house.well = False
    assert (door.ask("GET", "/v1/health").status, door.ask("GET", "/v1/health").json) == (
        503,
        {"ok": False},
    )
    house.well = True


def test_the_library_is_told(door):
    assert door.ask("GET", "/v1/models", door.bearer).json["models"] == []
    assert door.ask("GET", "/v1/system", door.bearer).json["queued"] == 0
    assert door.ask("GET", "/v1/assets", door.bearer).json == {"assets": [], "cursor": None}
    kinds = door.ask("GET", "/v1/nodes", door.bearer).json["nodes"]
    assert {"sample", "load_model", "save_image"} <= {kind["type"] for kind in kinds}


@pytest.mark.parametrize(
    "path",
    [
        "/v1/config",
        "/v1/env",
        "/v1/logs",
        "/data/token",
        "/token",
        "/app/../token",
        "/app/..%2f..%2fserver%2flogin.py",
        "/proc/self/environ",
        "/v1/workflows/..%2f..%2ftoken",
        "/v1/workflows/.revisions",
        "/v1/runs/..%2f..%2ftoken",
        "/app/page.py",
        *("/assets/../token", "/assets/..%2f..%2fserver%2flogin.py"),
        *("/v1/examples/..%2ftoken", "/v1/examples/..%2ftoken/picture"),
    ],
)
def test_s37_what_is_not_for_clients_is_not_there(door, path):
    answer = door.ask("GET", path, door.bearer)
    assert answer.status in (400, 404) and door.keys.token.encode() not in answer.body
    assert str(door.settings.data).encode() not in answer.body


PAGES = ("/", "/status", "/app/x", "/assets/x", "/icon.svg", "/favicon.ico")
OPEN = {("GET", path) for path in (*PAGES, "/v1/health")}


def test_s2_every_route_there_is_asks_for_the_token_but_pages_login_and_health(door, house):
    asked = 0
    for route in house.app.router.routes():
        path = re.sub(r"\{[^}]*\}(\})?", "x", route.resource.canonical)
        method = "GET" if route.method == "HEAD" else route.method
        if (method, path) in OPEN | {("POST", "/v1/login")}:
            continue
        for one in {route.method, "OPTIONS", "PUT"}:
            for headers in ({}, {"Authorization": "Bearer x"}, {"Cookie": "latentwire-1=1.x"}):
                assert door.ask(one, path, headers).status == 401, (one, path)
        asked += 1
    assert asked > 25


def test_s13_reading_changes_nothing(door):
    for path in ("/v1/queue/clear", "/v1/queue/pause", "/v1/workflows/check", "/v1/bin/1/restore"):
        for method in ("GET", "HEAD", "PUT", "DELETE"):
            allowed = path == "/v1/workflows/check" and method in ("PUT", "GET", "HEAD", "DELETE")
            assert allowed or door.ask(method, path, door.bearer).status == 405, (method, path)

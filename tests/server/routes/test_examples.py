"""The workflows that come with the program, over HTTP and as calls: read, and never written."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from server.settings import TREE, Settings
from tests.server.door import opened
from tests.server.routes.house import House

WEBP = b"RIFF\x1a\0\0\0WEBPVP8L\r\0\0\0/\0\0\0\0\x07\x10\x11\x11\x88\x88\xfe\x07\0"
SMALL = {"format": "latentwire/1", "nodes": {}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "workflows"
    (folder / "pictures").mkdir(parents=True)
    for name, title in (("b", "Zebra"), ("c", "apple"), ("first-picture", "The first")):
        (folder / f"{name}.json").write_text(json.dumps(SMALL | {"title": title}))
    (folder / "untitled.json").write_text(json.dumps(SMALL))
    (folder / "pictures" / "c.webp").write_bytes(WEBP)
    return folder


@pytest.fixture
def shelf(folder: Path, tmp_path: Path):
    house = House(Settings(tmp_path / "data", floor_bytes=0, examples=folder))
    with opened(house.settings, house.build) as door:
        yield door


def test_the_first_picture_comes_first_and_the_others_by_title(shelf):
    told = shelf.ask("GET", "/v1/examples", shelf.bearer).json["examples"]
    assert [(one["name"], one["title"], one["picture"]) for one in told] == [
        ("first-picture", "The first", False),
        ("c", "apple", True),
        ("untitled", "untitled", False),
        ("b", "Zebra", False),
    ]


def test_one_comes_with_its_document_and_perhaps_a_picture(shelf):
    told = shelf.ask("GET", "/v1/examples/c", shelf.bearer).json
    workflow = SMALL | {"title": "apple"}
    assert told == {"name": "c", "title": "apple", "picture": True, "workflow": workflow}
    shown = shelf.ask("GET", "/v1/examples/c/picture", shelf.bearer)
    assert (shown.status, shown.headers["Content-Type"], shown.body) == (200, "image/webp", WEBP)
    tag = {"If-None-Match": shown.headers["ETag"]} | shelf.bearer
    assert shelf.ask("GET", "/v1/examples/c/picture", tag).status == 304
    none = shelf.ask("GET", "/v1/examples/b/picture", shelf.bearer)
    assert (none.status, none.code) == (404, "not_found")


@pytest.mark.parametrize("name", ["nothing", "..%2fdata%2ftoken", "pictures", "%00", "a" * 300])
def test_what_is_not_among_them_is_not_found(shelf, name):
    for path in (f"/v1/examples/{name}", f"/v1/examples/{name}/picture"):
        answer = shelf.ask("GET", path, shelf.bearer)
        assert answer.code in ("not_found", "malformed"), answer.body


def test_a_file_that_is_no_workflow_is_left_out_and_says_what_is_wrong_with_it(shelf, folder):
    (folder / "half.json").write_text('{"format": "latentwire/1", "nodes":')
    (folder / "con.json").write_text(json.dumps(SMALL))
    (folder / "folder.json").mkdir()
    names = [one["name"] for one in shelf.ask("GET", "/v1/examples", shelf.bearer).json["examples"]]
    assert "half" not in names and "folder" not in names and "b" in names
    answer = shelf.ask("GET", "/v1/examples/half", shelf.bearer)
    assert answer.code == "invalid"
    assert 'The file of the example "half" is not JSON' in answer.json["error"]["message"]


def test_nobody_can_write_one(shelf):
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        assert shelf.ask(method, "/v1/examples/c", shelf.bearer, SMALL).status == 405


def test_without_their_folder_there_are_none(tmp_path):
    settings = Settings(tmp_path / "data", floor_bytes=0, examples=tmp_path / "nowhere")
    with opened(settings, House(settings).build) as door:
        assert door.ask("GET", "/v1/examples", door.bearer).json == {"examples": []}


def test_those_in_the_box_are_all_there(door, house):
    assert house.settings.examples == replace(house.settings).examples == TREE / "workflows"
    told = door.ask("GET", "/v1/examples", door.bearer).json["examples"]
    files = {file.stem for file in (TREE / "workflows").glob("*.json")}
    assert {one["name"] for one in told} == files
    assert told[0]["name"] == "first-picture"
    called = door.do(house.calls.methods()["examples.get"](b'{"name": "open-loop"}'))
    file = (TREE / "workflows" / "open-loop.json").read_bytes()
    assert called.workflow == json.loads(file)

"""What the user sets in the editor is kept on the server: whole, or as it was."""

import json
import os
from pathlib import Path

import pytest

from server.settings import Settings
from server.storage import preferences
from tests.server.door import Door, opened
from tests.server.routes.house import House

NONE: dict[str, object] = {"settings": {}, "notice": None}
SET = {"theme": "dark", "keys": {"run": ["Ctrl", "Enter"]}, "zoom": 1.5, "ä": None}


def put(door: Door, body: bytes):
    return door.ask("PUT", "/v1/settings", {"Content-Type": "application/json"} | door.bearer, body)


def kept(door: Door):
    return door.ask("GET", "/v1/settings", door.bearer).json


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def served(data: Path):
    house = House(Settings(data, floor_bytes=0))
    return opened(house.settings, house.build)


def test_they_are_there_again_after_a_restart(data):
    with served(data) as door:
        assert kept(door) == NONE
        saved = put(door, json.dumps({"settings": SET}).encode())
        assert (saved.status, saved.json) == (200, {"settings": SET, "notice": None})
        assert put(door, json.dumps({"settings": {"other": 1}}).encode()).status == 200
    with served(data) as door:
        assert kept(door) == {"settings": {"other": 1}, "notice": None}
        assert put(door, b'{"settings": {}}').json == kept(door) == NONE


BAD = {
    "nothing": b"",
    "no object": b"[]",
    "no params": b"{}",
    "settings that are no object": b'{"settings": 3}',
    "half": b'{"settings": {',
    "more": b'{"settings": {}, "theme": 1}',
    "deep": b'{"settings": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001,
    "no number": b'{"settings": {"a": NaN}}',
    "a key twice": b'{"settings": {"a": 1, "a": 2}}',
    "half a character": b'{"settings": {"a": "\\ud800"}}',
    "no text": b'{"settings": {"a": "\xff"}}',
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_wrong_is_refused_and_changes_nothing(door, what):
    assert put(door, json.dumps({"settings": SET}).encode()).status == 200
    answer = put(door, BAD[what])
    assert (answer.status, answer.code) == (400, "malformed"), answer.body
    assert kept(door)["settings"] == SET


def test_there_is_an_end_to_how_much_is_kept(door):
    body = {"settings": {"a": "x" * (preferences.MOST_BYTES - 100)}}
    assert put(door, json.dumps(body).encode()).status == 200
    for text in (b"x" * preferences.MOST_BYTES, "é".encode() * (preferences.MOST_BYTES // 2)):
        answer = put(door, b'{"settings": {"a": "%b"}}' % text)
        assert (answer.status, answer.code) == (413, "too_large")
    swelling = b",".join([b"1e15"] * 50_000)  # written out, each is four times as long
    assert put(door, b'{"settings": {"a": [%b]}}' % swelling).code == "too_large"
    assert kept(door)["settings"] == body["settings"]


@pytest.mark.parametrize("broken", [b"", b"[]", b'{"theme": "da', b"\xff", b'{"a":' + b" " * 2**19])
def test_a_broken_file_counts_as_none_and_is_kept_beside(data, broken):
    with served(data) as door:
        (data / "settings.json").write_bytes(broken)
        told = kept(door)
        assert told["settings"] == {}
        [aside] = data.glob("settings.broken-*.json")
        assert aside.read_bytes() == broken and aside.name in told["notice"]
        assert kept(door) == NONE
        assert put(door, b'{"settings": {"a": 1}}').status == 200
        assert kept(door)["settings"] == {"a": 1}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this machine has no /dev/full")
def test_a_disk_that_refuses_leaves_what_was_there(data, monkeypatch):
    with served(data) as door:
        assert put(door, b'{"settings": {"a": 1}}').status == 200

        def full(handle: int) -> None:
            with open("/dev/full", "wb", buffering=0) as file:
                file.write(b"x")

        monkeypatch.setattr(os, "fsync", full)
        answer = put(door, b'{"settings": {"a": 2}}')
        monkeypatch.undo()
        assert answer.code == "no_room"
        assert answer.json["error"]["message"].startswith("The settings cannot be saved: ")
        assert kept(door)["settings"] == {"a": 1}
        assert [file.name for file in data.glob(".*.half")] == []


def test_they_are_the_same_as_calls(door, house):
    calls = house.calls.methods()
    door.do(calls["settings.save"](b'{"settings": {"by": "call"}}'))
    assert (
        door.do(calls["settings.get"](b"{}")).settings == kept(door)["settings"] == {"by": "call"}
    )

"""Names of pictures, models and files in a workflow: none leads out of its folder."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.settings import Settings
from tests.server.door import Door, opened
from tests.server.routes.house import House
from tests.server.storage import pngs

OPENED: list[str] = []
LOOKING = [False]


def note(event: str, given: tuple[Any, ...]) -> None:
    """Hears of every file that is opened in this process, for ever: it cannot be taken back."""
    if LOOKING[0] and event == "open" and isinstance(given[0], str | bytes):
        OPENED.append(str(given[0]))


sys.addaudithook(note)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, models: Path) -> House:
    folder = tmp_path_factory.mktemp("inputs")
    shutil.copytree(models / "epsilon", folder / "models" / "epsilon")
    shutil.copy(models / "single.safetensors", folder / "secret.safetensors")
    (folder / "secret.png").write_bytes(pngs.png())
    (folder / "models" / "linked.safetensors").symlink_to("/etc/passwd")
    return House(Settings(folder / "data", models=(folder / "models",), floor_bytes=0))


@pytest.fixture(scope="module")
def door(house: House) -> Iterator[Door]:
    with opened(house.settings, house.build) as door:
        yield door


@pytest.fixture
def opened_files() -> Iterator[list[str]]:
    OPENED.clear()
    LOOKING[0] = True
    yield OPENED
    LOOKING[0] = False


def check(door: Door, type: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    shown = {"load_image": "a.image"}.get(type, "color.image")
    nodes: dict[str, Any] = {
        "color": {"type": "solid_image"},
        "a": {"type": type, "values": values},
        "show": {"type": "preview_image", "wires": {"image": shown}},
    }
    if type == "save_image":
        nodes["a"]["wires"] = {"image": "color.image"}
    document = {"format": "latentwire/1", "nodes": nodes}
    answer = door.ask("POST", "/v1/workflows/check", door.bearer, {"workflow": document})
    assert answer.status == 200, answer.body
    return list(answer.json["problems"])


def test_what_is_right_is_let_through(door, opened_files):
    sent = {"Content-Type": "application/octet-stream"} | door.bearer
    asset = door.ask("POST", "/v1/assets", sent, pngs.png()).json["asset"]
    assert check(door, "load_image", {"image": asset}) == []
    assert any(asset in file for file in opened_files)  # so it would be seen
    assert check(door, "load_model", {"model": "epsilon"}) == []
    assert check(door, "save_image", {"name": "day/{date}/{title}"}) == []


OUTSIDE = [
    *("../secret.png", "../../secret.png", "/etc/passwd", "file:///etc/passwd", "secret.png"),
    *("..\\secret.png", "outputs/../../secret.png", "%2e%2e/secret.png", "\\\\host\\share\\x.png"),
    *("http://127.0.0.1/x.png", "/proc/self/environ", "/dev/stdin", "~/secret.png", "token", ""),
    *("SECRET", "MODELS/../secret.png"),
]


@pytest.mark.parametrize("name", OUTSIDE)
def test_s15_a_picture_is_named_by_its_id_and_nothing_else_is_opened(
    door, house, opened_files, name
):
    secret = str(house.settings.data.parent / "secret.png")
    name = name.replace("SECRET", secret).replace("MODELS", str(house.settings.models[0]))
    (problem, *_) = check(door, "load_image", {"image": name})
    assert (problem["node"], problem["port"]) == ("a", "image")
    wrong = ("secret", "passwd", "environ", "stdin", "token", "share")
    assert [file for file in opened_files if any(word in file for word in wrong)] == []


@pytest.mark.parametrize("name", [*OUTSIDE, "linked", "../secret", "MODELS/../secret.safetensors"])
def test_s15_a_model_lies_under_a_model_folder_and_nothing_else_is_opened(
    door, house, opened_files, name
):
    secret = str(house.settings.data.parent / "secret.safetensors")
    name = name.replace("SECRET", secret).replace("MODELS", str(house.settings.models[0]))
    (problem, *_) = check(door, "load_model", {"model": name})
    assert (problem["node"], problem["port"]) == ("a", "model")
    wrong = ("secret", "passwd", "environ", "stdin", "token", "share")
    assert [file for file in opened_files if any(word in file for word in wrong)] == []


@pytest.mark.parametrize(
    "name",
    [
        "../../x",
        "/tmp/x",
        "a/../../b",
        "..",
        "../",
        "a/..",
        "C:x",
        "C:\\x",
        "a\\..\\b",
        "a\0b",
        "~/x/..",
    ],
)
def test_s16_a_name_to_save_under_stays_in_its_folder(door, house, name):
    before = sorted(house.settings.data.rglob("*/"))
    (problem,) = check(door, "save_image", {"name": name})
    assert (problem["node"], problem["port"]) == ("a", "name")
    assert sorted(house.settings.data.rglob("*/")) == before


@pytest.mark.parametrize(
    "title", ["..", "../../x", "/etc/x", "a/../..", "..\\..", ".", "", "CON", "\x7f"]
)
def test_s16_what_a_field_stands_for_cannot_leave_it_either(door, house, title):
    from datetime import datetime

    from nodes.pictures.naming import filled

    name = filled("{title}", {}, title, (8, 8), datetime(2026, 11, 21))
    outputs = house.settings.data / "outputs"
    for wanted in (f"{name}.png", f"{title}.png", f"{title}/x.png"):
        path = house.record.reserve("run", 1, wanted, shown=False)
        assert path.resolve().is_relative_to(outputs.resolve()) and path.suffix == ".png"
        assert not path.parent.exists() or path.parent == outputs
    house.record._names.forget("run", 1)

"""Stored files are opened where they are, and nothing leads out of their folders."""

import os

import pytest

from server.refused import Refused
from server.storage.media import Media


@pytest.fixture
def data(tmp_path):
    data = tmp_path / "data"
    (data / "outputs" / "2026-11-21").mkdir(parents=True)
    (data / "outputs" / "2026-11-21" / "picture-0001.png").write_bytes(b"picture")
    (data / "token").write_bytes(b"secret")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "picture-0001.png").write_bytes(b"secret")
    return data


def test_a_stored_file_is_opened(data):
    with Media(data).opened("outputs/2026-11-21/picture-0001.png") as file:
        assert file.read() == b"picture"


NOWHERE = [
    *("token", "outputs", "outputs/", "outputs/..", "outputs/../token", "outputs/./2026-11-21"),
    *("/etc/passwd", "outputs//etc/passwd", "outputs/2026-11-21", "outputs/none.png", "", "x/y"),
    *("outputs/a\\..\\b", "outputs/x.png:ads", "outputs/x\0", "../data/token", "workflows/a.json"),
]


@pytest.mark.parametrize("path", NOWHERE)
def test_s37_nothing_else_is(data, path):
    with pytest.raises(Refused) as refused:
        Media(data).opened(path)
    assert refused.value.code == "not_found" and "/" not in refused.value.message


def test_s15_a_link_in_place_of_a_file_is_not_followed(data):
    picture = data / "outputs" / "2026-11-21" / "picture-0001.png"
    picture.unlink()
    picture.symlink_to("/etc/passwd")
    with pytest.raises(Refused):
        Media(data).opened("outputs/2026-11-21/picture-0001.png")


def test_s40_a_folder_swapped_for_a_link_leads_nowhere(data, tmp_path):
    media, day = Media(data), data / "outputs" / "2026-11-21"
    os.rename(day, data / "outputs" / "before")
    day.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused):
        media.opened("outputs/2026-11-21/picture-0001.png")


def test_s40_not_even_the_folder_of_all_outputs(data, tmp_path):
    (tmp_path / "elsewhere" / "2026-11-21").mkdir()
    (tmp_path / "elsewhere" / "2026-11-21" / "picture-0001.png").write_bytes(b"secret")
    media = Media(data)
    os.rename(data / "outputs", data / "before")
    (data / "outputs").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused):
        media.opened("outputs/2026-11-21/picture-0001.png")


@pytest.mark.skipif(
    os.open not in os.supports_dir_fd, reason="this machine has no way to hold folders open"
)
def test_s40_a_swap_in_the_middle_of_opening_changes_nothing(data, tmp_path, monkeypatch):
    day, calls, opening = data / "outputs" / "2026-11-21", [], os.open

    def swapping(path, *how, **where):
        handle = opening(path, *how, **where)
        calls.append(path)
        if path == "2026-11-21":
            os.rename(day, data / "outputs" / "before")
            day.symlink_to(tmp_path / "elsewhere")
        return handle

    monkeypatch.setattr(os, "open", swapping)
    monkeypatch.setattr("server.storage.media.BY_FOLDER", True)
    with Media(data).opened("outputs/2026-11-21/picture-0001.png") as file:
        assert file.read() == b"picture"
    assert "2026-11-21" in calls


def test_outputs_may_lie_on_another_disk(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "a.png").write_bytes(b"picture")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "outputs").symlink_to(tmp_path / "disk")
    with Media(tmp_path / "data").opened("outputs/a.png") as file:
        assert file.read() == b"picture"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this machine has no pipes with names")
def test_a_pipe_is_no_file_and_keeps_nobody_waiting(data):
    os.mkfifo(data / "outputs" / "pipe.png")
    with pytest.raises(Refused):
        Media(data).opened("outputs/pipe.png")

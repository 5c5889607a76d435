"""What a saved picture tells those it is shown to: how it was made, and nothing of the machine."""

import getpass
import os
import shutil
import socket
import zlib

import pytest

from tests.examples import picture

FORMATS = ("png", "webp", "jpeg")


def words(path) -> bytes:
    """Every byte of a file, and what is packed in it."""
    data = path.read_bytes()
    at, found = 0, [data]
    while (at := data.find(b"\x78", at) + 1) > 0:
        unpacking = zlib.decompressobj()
        try:
            found.append(unpacking.decompress(data[at - 1 :], 2**20))
        except zlib.error:
            continue
    return b"\n".join(found)


@pytest.mark.parametrize("format", FORMATS)
def test_s42_no_place_no_user_and_no_key_is_in_a_picture(terminal, models, monkeypatch, format):
    monkeypatch.setenv("SOME_API_KEY", "sk-0123456789abcdef")
    home = terminal.folder / "home" / "somebody" / "models"
    shutil.copytree(models / "epsilon", home / "epsilon")
    shutil.copy(next(models.glob("*.safetensors")), home / "single.safetensors")
    drawn = picture()
    drawn["nodes"]["model"]["values"]["model"] = str(home / "epsilon")
    drawn["nodes"]["save"].setdefault("values", {}).update(format=format)
    (path,) = terminal.json(drawn, "--models", str(home)).pictures
    said = words(path)
    assert b"latentwire/1" in said and b"epsilon" in said
    hidden = [str(terminal.folder), "somebody", "sk-0123456789", "SOME_API_KEY"]
    hidden += [socket.gethostname(), os.path.expanduser("~") + "/", str(models)]
    assert [secret for secret in hidden if secret.encode() in said] == []
    assert len(getpass.getuser()) < 5 or getpass.getuser().encode() not in said
    again = terminal.json(path, "--models", str(home), "--out", str(terminal.folder / "again"))
    assert again.pictures

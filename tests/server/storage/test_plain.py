"""A plain picture: not a byte of what was written inside, and the same to look at."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps, PngImagePlugin

from server.refused import Refused
from server.storage.plain import without_words
from tests.server.storage import pngs

SECRET = "a-secret-42 /home/somebody/models sk-0123456789"
WAYS = range(1, 9)


def picture() -> Image.Image:
    return Image.linear_gradient("L").resize((40, 24)).convert("RGB")


def exif(way: int = 1) -> bytes:
    said = Image.Exif()
    said[0x010E], said[0x013B] = SECRET, SECRET
    if way != 1:
        said[0x0112] = way
    return said.tobytes()


def written(format: str, way: int = 1, **how: Any) -> bytes:
    file = io.BytesIO()
    if format == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_text("parameters", SECRET)
        info.add_text("packed", SECRET * 20, zip=True)
        info.add_itxt("latentwire", SECRET)
        how["pnginfo"] = info
    elif format == "JPEG":
        how["comment"] = SECRET
    else:
        how["xmp"] = SECRET.encode()
    picture().save(file, format, exif=exif(way), **how)
    return file.getvalue()


def plain(data: bytes, format: str, folder: Path) -> bytes:
    (folder / "in").write_bytes(data)
    with (folder / "in").open("rb") as file, (folder / "out").open("w+b") as to:
        without_words(file, f"image/{format.lower()}", to)
    return (folder / "out").read_bytes()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_s42_nothing_that_was_written_inside_is_left(tmp_path, format, way):
    data = written(format, way)
    made = plain(data, format, tmp_path)
    assert b"secret" in data and b"secret" not in made and b"packed" not in made
    with Image.open(io.BytesIO(made)) as after, Image.open(io.BytesIO(data)) as before:
        shown = ImageOps.exif_transpose(after)
        assert shown.tobytes() == ImageOps.exif_transpose(before).tobytes()
        left = {k: v for k, v in after.getexif().items() if k != 0x0112}
        assert left == {} and not after.info.get("comment") and not after.info.get("xmp")
        assert after.getexif().get(0x0112, 1) == way


@pytest.mark.parametrize(
    ("format", "how"),
    [
        ("JPEG", {"progressive": True, "quality": 95}),
        ("JPEG", {"restart_marker_rows": 1}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"save_all": True, "append_images": [Image.new("RGB", (40, 24), "red")]}),
        ("PNG", {"save_all": True, "append_images": [Image.new("RGB", (40, 24), "red")]}),
    ],
)
def test_every_kind_of_picture_stays_what_it_is(tmp_path, format, how):
    data = written(format, **how)
    made = plain(data, format, tmp_path)
    assert b"secret" not in made
    with Image.open(io.BytesIO(made)) as after, Image.open(io.BytesIO(data)) as before:
        assert getattr(after, "n_frames", 1) == getattr(before, "n_frames", 1)
        for frame in range(getattr(before, "n_frames", 1)):
            after.seek(frame)
            before.seek(frame)
            assert after.convert("RGB").tobytes() == before.convert("RGB").tobytes()


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_the_profile_of_its_colours_stays(tmp_path, format):
    profile = b"a profile" * 20
    made = plain(written(format, icc_profile=profile), format, tmp_path)
    with Image.open(io.BytesIO(made)) as after:
        assert after.info["icc_profile"] == profile


@pytest.mark.parametrize("format", ["PNG", "JPEG"])
def test_what_stands_behind_the_end_goes(tmp_path, format):
    made = plain(written(format) + SECRET.encode(), format, tmp_path)
    assert b"secret" not in made


def test_a_plain_picture_made_plain_is_the_same(tmp_path):
    for format in ("PNG", "JPEG", "WEBP"):
        once = plain(written(format, 6), format, tmp_path)
        assert plain(once, format, tmp_path) == once
    assert plain(pngs.png(), "PNG", tmp_path) == pngs.png()


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_a_file_cut_anywhere_ends_somewhere(tmp_path, format):
    data = written(format)
    for length in range(1, len(data), 7):
        assert b"secret" not in plain(data[:length], format, tmp_path)


def test_what_is_no_picture_has_no_plain_one(tmp_path):
    with pytest.raises(Refused, match="PNG, JPEG and WebP"):
        plain(b"x", "gif", tmp_path)

"""Pictures that are brought: looked at by their bytes, kept by their hash, or refused whole."""

import asyncio
import gzip
import hashlib
import io
import os
import resource
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from server.refused import Refused
from server.settings import Settings
from server.storage import uploads as module
from server.storage.kinds import PNG
from server.storage.uploads import Upload, Uploads, plain_name
from tests.server.storage import pngs
from tests.server.storage.looking import look


@pytest.fixture
def settings(tmp_path) -> Settings:
    (tmp_path / "data").mkdir()
    return Settings(tmp_path / "data", upload_limit=64 * 2**20, floor_bytes=0)


async def pieces(data: bytes, size: int = 2**16) -> AsyncIterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


def take(settings: Settings, data: bytes, name: str = "x.png", size: int = 2**16) -> Upload:
    return asyncio.run(Uploads(settings, look).take(pieces(data, size), name))


def refusal(settings: Settings, data: bytes, name: str = "x.png") -> Refused:
    with pytest.raises(Refused) as refused:
        take(settings, data, name)
    assert files(settings) == []  # nothing is left of it
    return refused.value


def files(settings: Settings) -> list[str]:
    return [path.name for path in settings.data.rglob("*") if path.is_file()]


def picture(format: str, **how: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 6), "red").save(file, format, **how)
    return file.getvalue()


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_kept_as_it_is_under_its_hash(settings, format):
    data = picture(format)
    upload = take(settings, data, "holiday.dat")
    digest = hashlib.sha256(data).hexdigest()
    assert (upload.sha256, upload.asset) == (digest, digest[:32])
    assert (upload.width, upload.height, upload.bytes) == (8, 6, len(data))
    assert upload.name.startswith("holiday.") and upload.notices == []
    assert (settings.data / upload.path).read_bytes() == data
    assert upload.mime == f"image/{format.lower()}"


def test_the_same_picture_twice_is_one_file(settings):
    first, again = take(settings, pngs.png()), take(settings, pngs.png(), "other.png")
    assert first.path == again.path and len(files(settings)) == 1
    (settings.data / first.path).write_bytes(b"cut")
    take(settings, pngs.png())
    assert (settings.data / first.path).read_bytes() == pngs.png()


def test_it_does_not_matter_in_which_pieces_it_comes(settings):
    assert take(settings, pngs.png(), size=1).sha256 == take(settings, pngs.png()).sha256


HTML = b"<html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
XHTML = b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>'


@pytest.mark.parametrize("data", [HTML, SVG, XHTML, b"alert(1)//" * 4, b"", b"\x89PNG", b"\n" * 40])
@pytest.mark.parametrize("name", ["x.png", "x.html", "x.svg"])
def test_s17_what_is_no_picture_is_refused_whatever_it_is_called(settings, data, name):
    assert refusal(settings, data, name).code == "media_type"


def test_s17_a_picture_that_is_a_page_too_is_a_picture_only(settings):
    for data in (pngs.png(after=HTML), pngs.png(pngs.text(b"Comment", HTML))):
        upload = take(settings, data, "x.html")
        assert (upload.mime, upload.name) == ("image/png", "x.png")
        assert upload.path.endswith(".png")


def test_s17_what_only_begins_as_a_picture_is_refused(settings):
    for start in (pngs.SIGNATURE, b"\xff\xd8\xff\xe0", b"RIFF\0\0\0\0WEBPVP8 "):
        assert refusal(settings, start + HTML * 10).code == "media_type"


@pytest.mark.parametrize(
    ("chunks", "why"),
    [
        ([pngs.packed(b"x", bytes(50 * 2**20))], "larger than 32 MB"),
        ([pngs.text(b"x", b"y")] * 10_000, "10,000 texts"),
        ([pngs.text(b"latentwire", b"{}")] * 2, "two workflows"),
        ([pngs.unicode(b"x", b"\xff\xfe")], "cannot be read"),
        ([pngs.chunk(b"zTXt", b"x\0\0no zlib")], "cannot be read"),
        ([pngs.chunk(b"tEXt", b"no end")], "cannot be read"),
        ([pngs.text(b"x", bytes(33 * 2**20))], "larger than 32 MB"),
        ([pngs.packed(b"x", bytes(20 * 2**20)), pngs.text(b"x", bytes(15 * 2**20))], "32 MB"),
    ],
)
def test_s19_the_picture_is_kept_and_odd_texts_inside_are_left_out_and_said(settings, chunks, why):
    upload = take(settings, pngs.png(*chunks))
    assert len(upload.notices) == 1 and why in upload.notices[0]
    kept = (settings.data / upload.path).read_bytes()
    assert kept == pngs.png()
    assert upload.sha256 == hashlib.sha256(kept).hexdigest()


def test_s19_ordinary_texts_stay(settings):
    texts = [pngs.text(b"parameters", b"Steps: 20"), pngs.packed(b"a", b"b")]
    data = pngs.png(*texts, pngs.unicode(b"latentwire", "é".encode()))
    upload = take(settings, data)
    assert upload.notices == [] and (settings.data / upload.path).read_bytes() == data


def animated(frames: int) -> bytes:
    file = io.BytesIO()
    pictures = [Image.new("1", (2, 2), n % 2) for n in range(frames)]
    pictures[0].save(file, "GIF", save_all=True, append_images=pictures[1:])
    return file.getvalue()


HOSTILE = {
    "huge": lambda: pngs.png(width=20_000, height=20_000),
    "wide": lambda: pngs.png(width=2**31 - 1, height=1)[:200],
    "frames": lambda: animated(500),
    "fits": lambda: gzip.compress(b"SIMPLE  =                    T" + bytes(2**20)),
    "eps": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "wmf": lambda: b"\xd7\xcd\xc6\x9a" + bytes(40),
    "pdf": lambda: b"%PDF-1.7\n" + bytes(40),
    "tiff": lambda: b"II*\0" + struct.pack("<I", 8) + b"\xff\xff" + bytes(2**16),
    "bmp": lambda: picture("BMP"),
    "icns": lambda: b"icns" + bytes(40),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_s20_what_would_be_too_much_to_decode_is_refused_before(settings, what):
    data = HOSTILE[what]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused = refusal(settings, data)
    assert refused.status in (413, 415)
    assert (refused.status == 413) == (what in ("huge", "wide"))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 64 * 1024  # kilobytes; its pixels alone would be 400 MB


def test_s20_a_giant_exif_costs_nothing(settings):
    exif = b"\xff\xe1\xff\xff" + b"Exif\0\0" + bytes(65527)
    data = picture("JPEG")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    take(settings, data[:2] + exif * 200 + data[2:])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


def test_a_file_above_the_limit_is_refused_as_soon_as_that_is_seen(tmp_path):
    settings = Settings(tmp_path, upload_limit=1000, floor_bytes=0)
    seen = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal seen
        yield pngs.png()
        while True:
            seen += 100
            yield bytes(100)

    with pytest.raises(Refused, match="1,000 bytes, the limit"):
        asyncio.run(Uploads(settings, look).take(endless(), "x.png"))
    assert seen <= 1000 and files(settings) == []


def test_s23_where_the_disk_is_nearly_full_nothing_is_taken(tmp_path):
    settings = Settings(tmp_path, floor_bytes=2**62)
    assert refusal(settings, pngs.png()).status == 507


def test_s23_what_says_that_it_leaves_too_little_is_refused_at_once(settings):
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("it was read")
        yield b""

    with pytest.raises(Refused) as refused:
        asyncio.run(Uploads(settings, look).take(never(), "x.png", declared=2**62))
    assert refused.value.status == 507


@pytest.mark.skipif(
    not hasattr(resource, "RLIMIT_FSIZE"), reason="this machine has no limit on files"
)
def test_f6_a_disk_that_is_full_in_the_middle_is_said_and_leaves_nothing(settings):
    import signal

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, before[1]))
    try:
        refused = refusal(settings, pngs.png(after=os.urandom(3 * 2**20)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert refused.code == "no_room" and str(settings.data) not in refused.message


def test_a_client_that_goes_away_leaves_nothing(settings):
    async def cut() -> AsyncIterator[bytes]:
        yield pngs.png() + bytes(3 * 2**20)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        asyncio.run(Uploads(settings, look).take(cut(), "x.png"))
    assert files(settings) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("holiday.png", "holiday.png"),
        ("../../etc/passwd", "passwd.png"),
        ("C:\\pictures\\cat.jpg", "cat.png"),
        ("", "picture.png"),
        ("...", "picture.png"),
        ("a\0b\n.png", "a_b_.png"),
        ("<img onerror=x>.png", "_img onerror=x_.png"),
        ("é" * 300, "é" * 50 + ".png"),
        ("\ud800.png", "_.png"),
    ],
)
def test_a_name_is_kept_without_what_no_file_should_have(given, kept):
    assert plain_name(given, PNG) == kept


def test_the_server_decodes_nothing_itself():
    source = Path(str(module.__file__)).parent
    assert not [f.name for f in source.glob("*.py") if "PIL" in f.read_text()]

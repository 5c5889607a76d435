"""Pictures are looked at before they are decoded: what would do harm is refused, none is lost."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image as Pillow

from server.refused import Refused

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(type: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(type + content))
    return struct.pack(">I", len(content)) + type + content + check


def png(width: int, height: int, *words: bytes, rows: bytes | None = None, bits: int = 8) -> bytes:
    """A grey picture, with chunks of words before its pixels."""
    head = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * ((width * bits + 7) // 8 + 1) * height) if rows is None else rows
    return SIGNATURE + b"".join(
        (chunk(b"IHDR", head), *words, chunk(b"IDAT", data), chunk(b"IEND", b""))
    )


def saved(folder: Path, data: bytes, name: str = "picture.png") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


WORDS = {
    "50 MB in 50 kB": chunk(b"zTXt", b"workflow\0\0" + zlib.compress(b"a" * 50_000_000)),
    "2 GB in 2 MB": b"".join(
        chunk(b"zTXt", b"k%d\0\0" % i + zlib.compress(b"a" * 100_000_000, 9)) for i in range(20)
    ),
    "10,000 texts": b"".join(chunk(b"tEXt", b"key%d\0text" % i) for i in range(10_000)),
    "a text twice": 2 * chunk(b"tEXt", b"workflow\0{}"),
    "no UTF-8": chunk(b"iTXt", b"latentwire\0\0\0\0\0\xff\xfe\x80"),
    "no key": chunk(b"tEXt", b"\0\0\0"),
    "EXIF of 70 MB": chunk(b"eXIf", b"MM\0*" + b"\0" * 70_000_000),
}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS.keys())
def test_s19_a_picture_is_kept_whatever_it_says_of_itself(desk, tmp_path, words):
    path = saved(tmp_path, png(40, 30, words))
    found = desk.ask("picture", path)
    assert (found.mime, found.width, found.height) == ("image/png", 40, 30)
    assert bool(found.notices) == (len(words) > 64_000)
    small = Pillow.open(BytesIO(desk.ask("thumbnail", path, 20)))
    assert (small.format, small.size) == ("WEBP", (20, 15))


def gif(frames: int) -> bytes:
    made = BytesIO()
    pictures = [Pillow.new("P", (1, 1), n % 2) for n in range(frames)]
    pictures[0].save(made, "GIF", save_all=True, append_images=pictures[1:])
    return made.getvalue()


HARMFUL = {
    "400 million pixels": png(20_000, 20_000, rows=b"", bits=1),
    "a side of 2 billion": png(2**31 - 1, 1, rows=b""),
    "20,000 pictures": SIGNATURE
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0))
    + chunk(b"acTL", struct.pack(">II", 20_000, 0))
    + chunk(b"IDAT", zlib.compress(b"\0" * 9 * 8))
    + chunk(b"IEND", b""),
}
NONE = {
    "a GIF": gif(2),
    "a FITS file": b"SIMPLE  =                    T" + b" " * 2850,
    "a TIFF": b"II*\0\x08\0\0\0" + b"\0" * 100,
    "an EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    "a WMF": b"\xd7\xcd\xc6\x9a" + b"\0" * 100,
    "a PDF": b"%PDF-1.7\n",
    "an SVG": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "a web page": b"<html><script>alert(1)</script></html>",
    "half a head": SIGNATURE + b"\0\0\0\rIHDR\0",
    "nothing": b"",
}


@pytest.mark.parametrize("data", HARMFUL.values(), ids=HARMFUL.keys())
def test_s20_a_picture_that_is_too_much_is_refused_before_it_is_decoded(desk, tmp_path, data):
    path = saved(tmp_path, data)
    before = memory_of(desk.pids[-1])
    with pytest.raises(Refused) as refused:
        desk.ask("picture", path)
    assert (refused.value.code, refused.value.status) == ("too_large", 413)
    assert memory_of(desk.pids[-1]) - before < 64 * 2**20


@pytest.mark.parametrize("data", NONE.values(), ids=NONE.keys())
def test_s20_what_is_no_picture_of_ours_is_refused_whatever_it_is_called(desk, tmp_path, data):
    path = saved(tmp_path, data)
    for question in (("picture", path), ("thumbnail", path, 64)):
        with pytest.raises(Refused) as refused:
            desk.ask(*question)
        assert (refused.value.code, refused.value.status) == ("media_type", 415)


def test_a_thumbnail_lies_as_the_picture_says_and_is_never_larger(desk, tmp_path):
    path = tmp_path / "turned.jpg"
    exif = Pillow.Exif()
    exif[0x0112] = 6
    Pillow.new("RGB", (80, 40), "red").save(path, exif=exif)
    found = desk.ask("picture", path)
    assert (found.width, found.height) == (40, 80)
    assert Pillow.open(BytesIO(desk.ask("thumbnail", path, 20))).size == (20, 40)
    assert Pillow.open(BytesIO(desk.ask("thumbnail", path, 500))).size == (40, 80)


def test_a_thumbnail_keeps_what_is_transparent_and_the_upper_bits_of_deep_grey(desk, tmp_path):
    clear, deep = tmp_path / "clear.png", tmp_path / "deep.png"
    Pillow.new("RGBA", (8, 8), (255, 0, 0, 0)).save(clear)
    Pillow.new("I;16", (8, 8), 0x8080).save(deep)
    small = Pillow.open(BytesIO(desk.ask("thumbnail", clear, 8)))
    assert small.getchannel("A").getextrema() == (0, 0)
    grey = Pillow.open(BytesIO(desk.ask("thumbnail", deep, 8))).convert("L").tobytes()
    assert set(grey) <= {0x7E, 0x7F, 0x80, 0x81, 0x82}


def test_the_workflow_in_a_picture_is_read_from_its_words(desk, tmp_path):
    said = chunk(b"iTXt", b"latentwire\0\0\0\0\0" + b'{"format": "latentwire/1"}')
    path = saved(tmp_path, png(8, 8, said))
    assert desk.ask("workflow_in", path) == b'{"format": "latentwire/1"}'
    with pytest.raises(Refused, match="holds no workflow"):
        desk.ask("workflow_in", saved(tmp_path, png(8, 8), "other.png"))


def memory_of(pid: int) -> int:
    import psutil

    return int(psutil.Process(pid).memory_info().rss)
